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
  ["Explain", false, "Asking the planner …"],
  ["Explain Analyze", true, "Executing, read-only, on the follower …"],
] as const;

/**
 * Puts buttons below the editor that show how PostgreSQL would execute what is written, or how it does: the server's own
 * HTML, as the page of a saved clip's plan has it. Leaving the page, or Cancel, cancels it on the server.
 */
export function offerExplain(form: HTMLFormElement, { after, parameters, showFault }: ExplainOptions): void {
  const field = form.querySelector<HTMLTextAreaElement>("textarea[name=sql]")!;
  const database = form.querySelector<HTMLSelectElement>("[name=database]")!;
  const status = makeElement("span", { class: "note", role: "status" });
  const cancel = makeElement("button", { type: "button", hidden: true }, "Cancel");
  const place = makeElement("div", { class: "explained" });
  let current: AbortController | undefined;

  const show = (nodes: readonly Node[], words: string): void => {
    place.replaceChildren(...nodes);
    status.textContent = words;
  };

  const explain = async (analyze: boolean, words: string): Promise<void> => {
    current?.abort();
    const mine = (current = new AbortController());
    cancel.hidden = false;
    show([], words);
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
        if (mine === current) show([], "Cancelled.");
      } else show([], `There is no answer: ${String(error)}`);
    } finally {
      if (mine === current) {
        current = undefined;
        cancel.hidden = true;
      }
    }
  };

  cancel.addEventListener("click", () => current?.abort());
  field.addEventListener("input", () => {
    if (place.firstChild !== null) status.textContent = "The SQL has been changed since.";
  });
  const buttons = WAYS.map(([name, analyze, words]) => {
    const button = makeElement("button", { type: "button" }, name);
    button.addEventListener("click", () => void explain(analyze, words));
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
