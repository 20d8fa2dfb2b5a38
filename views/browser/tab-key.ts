import { acceptCompletion } from "@codemirror/autocomplete";
import { indentLess, indentMore } from "@codemirror/commands";
import { indentUnit } from "@codemirror/language";
import { type Extension, StateEffect, StateField, Transaction } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";

const setWorking = StateEffect.define<boolean>();
/** Whether somebody works in the editor, and does not only pass through it with the Tab key. */
const working = StateField.define<boolean>({
  create: () => false,
  // Not by what a script writes, as that which was not saved.
  update: (value, transaction) =>
    transaction.effects.find((effect) => effect.is(setWorking))?.value ??
    (value || (transaction.docChanged && transaction.annotation(Transaction.userEvent) !== undefined)),
});

/** Tab takes a completion, or indents, once somebody has typed or clicked; until then it goes on to the next field. */
export const tabKey: Extension = [
  working,
  EditorView.domEventHandlers({
    // Not only for the editor's own two seconds: until another key is pressed. A popup takes the key down, not its end.
    keyup: ({ key }, view) => void (key === "Escape" && view.setTabFocusMode(Infinity)),
    blur: (_, view) => void setTimeout(() => view.dispatch({ effects: setWorking.of(false) })),
    mousedown: (_, view) => void view.dispatch({ effects: setWorking.of(true) }),
  }),
  keymap.of([
    { key: "Tab", run: acceptCompletion },
    {
      key: "Tab",
      run: (view) => {
        if (!view.state.field(working)) return false;
        const { main } = view.state.selection;
        const line = view.state.doc.lineAt(main.from);
        const indents = !main.empty || /^\s*$/.test(line.text.slice(0, main.from - line.from));
        if (indents) return indentMore(view);
        view.dispatch(view.state.replaceSelection(view.state.facet(indentUnit)), { userEvent: "input" });
        return true;
      },
      shift: (view) => view.state.field(working) && indentLess(view),
    },
  ]),
];
