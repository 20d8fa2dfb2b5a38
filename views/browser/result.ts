/** The script of pages that show a result: all its rows, ordered, filtered, copied. Without it the first ones are there. */
import { createResultView } from "./result-view.ts";

for (const frame of document.querySelectorAll<HTMLElement>(".result-view")) createResultView(frame);
