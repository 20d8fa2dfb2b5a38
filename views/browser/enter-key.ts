import { closeCompletion, selectedCompletion } from "@codemirror/autocomplete";
import { type Extension, Prec } from "@codemirror/state";
import { keymap } from "@codemirror/view";

/** Enter is a new line where the word is written already that a completion would give. Else it takes the completion. */
export const enterKey: Extension = Prec.highest(
  keymap.of([
    {
      key: "Enter",
      run: (view) => {
        const label = selectedCompletion(view.state)?.label;
        if (label === undefined) return false;
        const { head } = view.state.selection.main;
        const written = view.state.sliceDoc(Math.max(0, head - label.length - 1), head);
        // The word itself, and not the end of a longer one.
        const isWhole = written.endsWith(label) && !/^[\p{L}\p{N}_$]/u.test(written.slice(0, -label.length));
        if (isWhole) closeCompletion(view);
        return false;
      },
    },
  ]),
);
