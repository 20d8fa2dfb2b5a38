import { type Extension, RangeSet, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view";

/** What is wrong with the SQL, as PostgreSQL says it and the form hands it on. */
export interface SqlFault {
  message: string;
  hint?: string;
  /** 1-based, in characters (code points). */
  position?: number;
}

/** What a fault is marked at: the word at its position, in UTF-16 units; where nothing is left, the last character. */
export function faultRange(sql: string, position: number): { from: number; to: number } {
  // PostgreSQL counts characters, JavaScript UTF-16 units: an emoji before the fault would shift the mark.
  const characters = [...sql];
  const at = Math.min(Math.max(position - 1, 0), characters.length);
  const from = characters.slice(0, at).join("").length;
  const word = /^(?:[\p{L}\p{N}_$]+|"(?:[^"]|"")*"|\S|\s)/u.exec(sql.slice(from))?.[0];
  return word === undefined ? { from: Math.max(from - 1, 0), to: from } : { from, to: from + word.length };
}

/** Marks a fault, says it under its line, and puts the cursor there. Without a position there is nothing to mark. */
export function markFault(view: EditorView, fault: SqlFault): void {
  if (fault.position === undefined) return;
  const range = faultRange(view.state.doc.toString(), fault.position);
  if (range.from === range.to) return;
  view.dispatch({
    selection: { anchor: range.from },
    effects: [setFault.of({ ...range, fault }), EditorView.scrollIntoView(range.from, { y: "center" })],
  });
}

/** Takes the mark away: what is written is being run again. */
export function clearFault(view: EditorView): void {
  view.dispatch({ effects: setFault.of(null) });
}

const setFault = StateEffect.define<{ from: number; to: number; fault: SqlFault } | null>();

const faults = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, { effects, changes, state, docChanged }) {
    for (const effect of effects) {
      if (!effect.is(setFault)) continue;
      if (effect.value === null) return Decoration.none;
      const { from, to, fault } = effect.value;
      return RangeSet.of([
        Decoration.mark({ class: "cm-fault" }).range(from, to),
        Decoration.widget({ widget: new FaultNote(fault), block: true, side: 1 }).range(state.doc.lineAt(to).to),
      ]);
    }
    if (!docChanged) return marks;
    let touched = false;
    marks.between(0, changes.length, (from, to, { spec }) => {
      if (spec.class !== undefined && changes.touchesRange(from, to) !== false) touched = true;
    });
    // What is changed is another text, of which nobody has said that it is wrong.
    return touched ? Decoration.none : marks.map(changes);
  },
  provide: (field) => [
    EditorView.decorations.from(field),
    EditorView.contentAttributes.from(field, ({ size }): Record<string, string> =>
      size === 0 ? {} : { "aria-invalid": "true" },
    ),
  ],
});

/** Shows the marks of faults. */
export const showFaults: Extension = faults;

/** The words under the line: PostgreSQL's message and hint. */
class FaultNote extends WidgetType {
  private readonly fault: SqlFault;

  constructor(fault: SqlFault) {
    super();
    this.fault = fault;
  }

  override eq(other: FaultNote): boolean {
    return this.fault === other.fault;
  }

  toDOM(): HTMLElement {
    const note = document.createElement("div");
    note.className = "cm-fault-note";
    const words = note.appendChild(document.createElement("div"));
    words.textContent = this.fault.message;
    if (this.fault.hint !== undefined) {
      const hint = document.createElement("small");
      hint.textContent = this.fault.hint;
      words.append(hint);
    }
    return note;
  }
}
