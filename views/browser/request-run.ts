import { words } from "../english/browser/request-run.ts";
import { describeRun, type RunSaid, stateOfRun } from "../english/run-words.ts";
import { makeElement } from "./make-element.ts";
import { readLines } from "./read-lines.ts";

/** How often the time that has passed is said anew. */
const TICK_MS = 100;

/** What the server says of a run at its end. */
interface RunEnd extends RunSaid {
  error?: RunError | null;
}

/** What is wrong, in the words of the API. */
export interface RunError {
  message: string;
  hint?: string;
  /** In the SQL that was sent: 1-based, in characters (code points). */
  position?: number;
}

interface RunRequest {
  url: string;
  /** Sent as JSON. */
  body: unknown;
  /** The database that the run may wait for. */
  database: string;
  /** Ends the run; the button that cancels it does, too. */
  abort: AbortController;
  /** Puts the panel into the page, and says where the focus is then. */
  place: (panel: HTMLElement, cancel: HTMLButtonElement) => void;
  /** What is still there when this run has failed, in a sentence. */
  kept: string;
}

/**
 * Asks the server to run something, and shows a panel that says how far it is, with a button that cancels it. What went
 * wrong is said there too; the panel of a run that is done is the caller's to take away.
 * @returns what was said last; null where the server could not be reached, and where the run was cancelled here
 */
export async function requestRun<Run extends RunEnd>(request: RunRequest): Promise<Run | null> {
  const { url, body, database, abort, place, kept } = request;
  const text = makeElement("p", {}, words.starting);
  // What changes ten times a second is not for those who have it read to them.
  const status = makeElement("p", { role: "status", class: "unseen" });
  const cancel = makeElement("button", { type: "button" }, words.cancel);
  const panel = makeElement("div", { class: "notice progress" }, text, cancel, status);
  cancel.addEventListener("click", () => abort.abort());
  place(panel, cancel);

  const startedAt = performance.now();
  let last: Run | null = null;
  const say = (): void => {
    text.textContent = describeRun(last, performance.now() - startedAt, database);
    const state = stateOfRun(last, database);
    if (status.textContent !== state) status.textContent = state;
  };
  const fail = (said: string, kind: "notice" | "error"): void => {
    panel.classList.replace("notice", kind);
    text.textContent = `${said} ${kept}`;
  };
  const timer = setInterval(say, TICK_MS);
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/x-ndjson" },
      body: JSON.stringify(body),
      signal: abort.signal,
    });
    for await (const line of readLines(response)) {
      // What is wrong before a run begins is an error by itself.
      last = { state: "failed", ...(JSON.parse(line) as Partial<Run>) } as Run;
      if (last.state === "queued" || last.state === "running") say();
    }
    if (last?.state === "done") return last;
    if (last?.state === "failed" && last.error) {
      fail("", "error");
      text.replaceChildren(makeElement("strong", {}, last.error.message), ` ${last.error.hint ?? ""}`);
    } else if (last?.state === "cancelled") fail(words.cancelled, "notice");
    else fail(words.notReached, "error");
    return last;
  } catch {
    if (abort.signal.aborted) fail(words.cancelled, "notice");
    else fail(words.notReached, "error");
    return null;
  } finally {
    clearInterval(timer);
    cancel.remove();
    if (panel.isConnected) status.textContent = text.textContent;
  }
}
