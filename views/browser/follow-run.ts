import { words } from "../english/browser/follow-run.ts";
import { describeRun, type RunSaid, stateOfRun } from "../english/run-words.ts";
import { makeElement } from "./make-element.ts";
import { readLines } from "./read-lines.ts";
import { swapMain } from "./swap-main.ts";

/** How often the time that has passed is said anew. */
const TICK_MS = 100;

/**
 * Says in a page how far the run is that it has been sent without, and puts the result in its place: see RunningPanel in
 * views/running-panel.tsx. Whoever cancels or leaves the page, leaves the run.
 * @param enhance does to what comes into the page what the page's script did to what was there
 */
export function followRun(panel: HTMLElement, enhance: (added: readonly Element[]) => void): void {
  const { progress, page, database = "", elapsed } = panel.dataset;
  const text = panel.querySelector(".said")!;
  // What changes ten times a second is not for those who have it read to them.
  const status = makeElement("p", { role: "status", class: "unseen" });
  const cancel = makeElement("button", { type: "button" }, words.cancel);
  const abort = new AbortController();
  const { signal } = abort;
  cancel.addEventListener("click", () => abort.abort());
  panel.querySelector("noscript")?.remove();
  panel.append(cancel, status);

  const startedAt = performance.now() - Number(elapsed);
  let last: RunSaid | null = null;
  const say = (): void => {
    if (last === null) return;
    text.textContent = describeRun(last, performance.now() - startedAt, database);
    const state = stateOfRun(last, database);
    if (status.textContent !== state) status.textContent = state;
  };
  const timer = setInterval(say, TICK_MS);
  const follow = async (): Promise<void> => {
    try {
      const response = await fetch(progress!, { headers: { Accept: "application/x-ndjson" }, signal });
      // What is wrong is said by the page itself.
      for await (const line of response.ok ? readLines(response) : []) {
        last = JSON.parse(line) as RunSaid;
        say();
      }
      const whole = await fetch(page!, { headers: { Accept: "text/html" }, signal });
      // To sign in, and back.
      if (whole.redirected) return location.reload();
      const html = await whole.text();
      signal.throwIfAborted();
      enhance(swapMain(panel, html));
    } catch {
      end(panel, signal.aborted ? words.cancelled : words.notReached);
    } finally {
      clearInterval(timer);
      cancel.remove();
    }
  };
  void follow();
}

/** Says in the panel that there will be no result, and how one is asked for again. */
function end(panel: HTMLElement, said: string): void {
  const again = makeElement("a", { href: plainAddress() }, words.runAgain);
  panel.querySelector(".said")!.replaceChildren(`${said} `, again);
  panel.querySelector("[role=status]")!.textContent = said;
  again.focus();
}

/** This page's address, without the run that it may have been asked for with. */
function plainAddress(): string {
  const { pathname, searchParams } = new URL(location.href);
  searchParams.delete("_run");
  searchParams.delete("_lease");
  return searchParams.size === 0 ? pathname : `${pathname}?${searchParams}`;
}
