/**
 * The script of pages that show a result: all its rows, ordered, filtered, copied, and how far a run is. Without it the
 * first rows are there, and a page that waits for the run.
 */
import { addCopyButtons } from "./copy-buttons.ts";
import { followRun } from "./follow-run.ts";
import { createResultView } from "./result-view.ts";
import { watchRuns } from "./watch-runs.ts";

/** What the script does to parts of the page: to all of it, and to what comes into it later. */
function enhance(parts: readonly ParentNode[]): void {
  for (const frame of find(parts, ".result-view")) createResultView(frame);
  for (const form of find(parts, "form[data-runs]")) watchRuns(form as HTMLFormElement);
  for (const panel of find(parts, ".running")) followRun(panel, enhance);
  for (const part of parts) addCopyButtons(part);
}

function find(parts: readonly ParentNode[], selector: string): HTMLElement[] {
  return parts.flatMap((part) => [
    ...(part instanceof HTMLElement && part.matches(selector) ? [part] : []),
    ...part.querySelectorAll<HTMLElement>(selector),
  ]);
}

enhance([document]);
