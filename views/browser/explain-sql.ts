import { words } from "../english/browser/explain-sql.ts";
import { makeElement } from "./make-element.ts";
import type { SqlFault } from "./mark-fault.ts";

interface ExplainOptions {
  /** Behind what the buttons and the plan are put. */
  after: Element;
  /** The values of the SQL's parameters, as far as there are some. */
  parameters: () => Readonly<Record<string, string | null>>;
  /** Shows in the editor what is wrong. */
  showFault: (fault: SqlFault) => void;
}

/** The two ways, and what is said meanwhile. */
const WAYS = [
  [words.explain, false, words.planning],
  [words.explainAnalyze, true, words.executing],
] as const;

/**
 * Puts buttons below the editor that show how PostgreSQL would execute what is written, or how it does: the server's own
 * HTML, as the page of a saved clip's plan has it. Leaving the page, or Cancel, cancels it on the server.
 */
export function offerExplain(form: HTMLFormElement, { after, parameters, showFault }: ExplainOptions): void {
  const field = form.querySelector<HTMLTextAreaElement>("textarea[name=sql]")!;
  const database = form.querySelector<HTMLSelectElement>("[name=database]")!;
  const status = makeElement("span", { class: "note", role: "status" });
  const cancel = makeElement("button", { type: "button", hidden: true }, words.cancel);
  const place = makeElement("div", { class: "explained" });
  let current: AbortController | undefined;

  const show = (nodes: readonly Node[], said: string): void => {
    place.replaceChildren(...nodes);
    status.textContent = said;
  };

  const explain = async (analyze: boolean, said: string): Promise<void> => {
    current?.abort();
    const mine = (current = new AbortController());
    cancel.hidden = false;
    show([], said);
    try {
      const response = await fetch(`/api/databases/${encodeURIComponent(database.value)}/explain`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "text/html" },
        body: JSON.stringify({ sql: field.value, parameters: parameters(), analyze }),
        signal: mine.signal,
      });
      const text = await response.text();
      if (response.ok) {
        // Parsed, and never run: scripts of a parsed document are not, and the page's policy allows none.
        show([...new DOMParser().parseFromString(text, "text/html").body.childNodes], "");
      } else {
        const { error } = JSON.parse(text) as { error: SqlFault };
        show([errorOf(error)], "");
        showFault(error);
      }
    } catch (error) {
      if (mine.signal.aborted) {
        if (mine === current) show([], words.cancelled);
      } else show([], words.noAnswer(String(error)));
    } finally {
      if (mine === current) {
        current = undefined;
        cancel.hidden = true;
      }
    }
  };

  cancel.addEventListener("click", () => current?.abort());
  field.addEventListener("input", () => {
    if (place.firstChild !== null) status.textContent = words.changedSince;
  });
  const buttons = WAYS.map(([name, analyze, said]) => {
    const button = makeElement("button", { type: "button" }, name);
    button.addEventListener("click", () => void explain(analyze, said));
    return button;
  });
  after.after(makeElement("div", { class: "explain" }, ...buttons, cancel, status), place);
}

/** What is wrong, as pages show it. */
function errorOf({ message, hint }: SqlFault): HTMLElement {
  const section = makeElement("section", { class: "error", role: "alert" });
  section.append(makeElement("p", { class: "message" }, message));
  if (hint !== undefined) section.append(makeElement("p", { class: "hint" }, hint));
  return section;
}
