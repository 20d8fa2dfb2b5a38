import { autocompletion, closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, indentUnit } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import {
  drawSelection,
  dropCursor,
  EditorView,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { words } from "../english/browser/sql-editor.ts";
import { completeFrom } from "./complete-from.ts";
import { editorTheme } from "./editor-theme.ts";
import { enterKey } from "./enter-key.ts";
import { fetchSchema } from "./fetch-schema.ts";
import { clearFault, markFault, showFaults, type SqlFault } from "./mark-fault.ts";
import { insertName } from "./insert-name.ts";
import { showSchemaPanel } from "./schema-panel.ts";
import { showParameters } from "./show-parameters.ts";
import { SQL } from "./sql-dialect.ts";
import { tabKey } from "./tab-key.ts";

/** An editor over a form's text area. */
export interface SqlEditor {
  /** Shows the text area's text, which somebody else has changed. */
  showText: (text: string) => void;
  /** Marks what is wrong with the text, where that is known, and puts the cursor there. */
  showFault: (fault: SqlFault) => void;
  /** Takes the mark away. */
  clearFault: () => void;
  /** What is to be run: all that is written, or what is selected, with what stands before that. */
  chosen: () => { sql: string; before: string | null };
}

/**
 * Puts an editor in the place of a text area, which stays the form's field and follows every change. What it needs of
 * the page is in the text area's data: `fault`, what is wrong with the SQL as JSON. The database is the form's own.
 */
export function createSqlEditor(area: HTMLTextAreaElement): SqlEditor {
  const database = area.form!.querySelector<HTMLSelectElement>("[name=database]")!;
  // The browser may not have come to it yet.
  const hasFocus = area.autofocus || document.activeElement === area;
  const frame = makeFrame(area);
  const view = new EditorView({
    parent: frame.editor,
    doc: area.value,
    extensions: [
      EditorView.cspNonce.of(document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce ?? ""),
      EditorView.contentAttributes.of({
        "aria-labelledby": "sql-label",
        "aria-describedby": "sql-keys",
        spellcheck: "false",
        autocorrect: "off",
        autocapitalize: "off",
      }),
      SQL.extension,
      enterKey,
      autocompletion({
        override: [(context) => completeFrom(context, database.value)],
        maxRenderedOptions: 60,
        tooltipClass: () => "sql-completions",
      }),
      closeBrackets(),
      bracketMatching(),
      history(),
      lineNumbers(),
      highlightActiveLineGutter(),
      drawSelection(),
      dropCursor(),
      indentUnit.of("  "),
      EditorState.tabSize.of(4),
      EditorView.lineWrapping,
      showParameters,
      showFaults,
      tabKey,
      keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap]),
      editorTheme,
      EditorView.updateListener.of(({ docChanged, state }) => {
        if (!docChanged || state.doc.toString() === area.value) return;
        area.value = state.doc.toString();
        area.dispatchEvent(new InputEvent("input", { bubbles: true }));
      }),
    ],
  });
  frame.label.addEventListener("click", () => view.focus());
  // Fetched before the first name is written, but not for those who only change a title.
  view.contentDOM.addEventListener("focus", () => void fetchSchema(database.value));
  database.addEventListener("change", () => void fetchSchema(database.value));
  const panel = area.form!.querySelector<HTMLElement>(".schema-panel");
  if (panel) {
    frame.editor.parentElement!.append(panel);
    showSchemaPanel(panel, { database, insert: (name, focus) => insertName(view, name, focus) });
  }
  if (area.dataset["fault"] !== undefined) markFault(view, JSON.parse(area.dataset["fault"]) as SqlFault);
  if (hasFocus) view.focus();
  return {
    showFault: (fault) => markFault(view, fault),
    clearFault: () => clearFault(view),
    chosen() {
      const { doc, selection } = view.state;
      const { from, to } = selection.main;
      const selected = doc.sliceString(from, to);
      if (selected.trim() === "") return { sql: doc.toString(), before: null };
      return { sql: selected, before: doc.sliceString(0, from) };
    },
    showText(text) {
      if (text !== view.state.doc.toString()) {
        view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
      }
    },
  };
}

/** Hides the text area with its label; what takes their place has a label, and says which keys there are. */
function makeFrame(area: HTMLTextAreaElement): { editor: HTMLElement; label: HTMLElement } {
  const label = Object.assign(document.createElement("span"), { id: "sql-label", textContent: "SQL" });
  const editor = document.createElement("div");
  // As high as the text area was: nothing below moves.
  editor.style.setProperty("--least-height", `${area.offsetHeight - 2}px`);
  const keys = Object.assign(document.createElement("p"), { id: "sql-keys", className: "note" });
  const apple = /Mac|iP(?:hone|ad|od)/.test(navigator.platform);
  const button = area.form!.querySelector("button.primary")?.textContent ?? words.save;
  keys.textContent = words.keys(apple, button);
  const frame = document.createElement("div");
  frame.className = "sql-editor";
  frame.append(label, editor, keys);
  const field = area.closest("label")!;
  field.hidden = true;
  // A field that cannot be seen cannot say that it is empty: the server does.
  area.required = false;
  field.after(frame);
  return { editor, label };
}
