/**
 * The script of pages that show a result: all its rows, ordered, filtered, copied, and how far a run is. Without it the
 * first rows are there, and a page that waits for the run.
 */
import { createResultView } from "./result-view.ts";
import { watchRuns } from "./watch-runs.ts";

for (const frame of document.querySelectorAll<HTMLElement>(".result-view")) createResultView(frame);
for (const form of document.querySelectorAll<HTMLFormElement>("form[data-runs]")) watchRuns(form);
