import type { EditorView } from "@codemirror/view";

/** Writes a name at the cursor, in place of what is selected; with a space before it where it would join a word. */
export function insertName(view: EditorView, name: string, focus: boolean): void {
  const { from } = view.state.selection.main;
  const before = view.state.sliceDoc(Math.max(0, from - 1), from);
  view.dispatch(view.state.replaceSelection(/[\p{L}\p{N}_$"),]/u.test(before) ? ` ${name}` : name), {
    scrollIntoView: true,
  });
  if (focus) view.focus();
}
