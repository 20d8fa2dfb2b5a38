import { type Completion, pickedCompletion } from "@codemirror/autocomplete";
import type { EditorView } from "@codemirror/view";

/**
 * Writes a function's name with its parentheses, unless they are there.
 * @param takes whether it takes anything: then the cursor stands between them
 */
export function applyCall(name: string, takes: boolean) {
  return (view: EditorView, completion: Completion, from: number, to: number): void => {
    const called = view.state.sliceDoc(to, to + 1) === "(";
    const insert = called ? name : `${name}()`;
    view.dispatch({
      changes: { from, to, insert },
      selection: { anchor: from + insert.length - (takes && !called ? 1 : 0) },
      annotations: pickedCompletion.of(completion),
      userEvent: "input.complete",
    });
  };
}
