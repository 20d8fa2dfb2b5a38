import { words } from "../english/browser/run-draft.ts";
import type { RunSaid } from "../english/run-words.ts";
import { makeDraftResult, type DraftResult } from "./draft-result.ts";
import { makeElement } from "./make-element.ts";
import type { ParameterInputs } from "./parameter-inputs.ts";
import { requestRun, type RunError } from "./request-run.ts";
import type { SqlEditor } from "./sql-editor.ts";

/** What the last line of the stream says: see src/routes/api-queries.ts. */
type DraftSaid = RunSaid & Partial<DraftResult> & { error?: RunError };

interface DraftOptions {
  editor: SqlEditor;
  parameters: ParameterInputs;
  database: HTMLSelectElement;
}

/** A button that runs what is written, and where what comes of it is shown. */
export interface DraftRunner {
  button: HTMLButtonElement;
  place: HTMLElement;
  run(): void;
}

/**
 * Runs what is written in the editor, or what is selected there, without saving it, and shows the first rows. A run that
 * is still under way is cancelled by the next one.
 */
export function createDraftRunner({ editor, parameters, database }: DraftOptions): DraftRunner {
  const button = makeElement("button", { type: "button", class: "run" }, words.run);
  const place = makeElement("section", { class: "drafted-result", "aria-label": words.result });
  let current: AbortController | undefined;
  /** Ends with the result that is shown. */
  let shown: AbortController | undefined;

  const show = (...nodes: readonly Node[]): void => {
    shown?.abort();
    place.replaceChildren(...nodes);
  };

  const run = async (): Promise<void> => {
    const { sql, before } = editor.chosen();
    if (!parameters.check(sql)) return;
    current?.abort();
    const mine = (current = new AbortController());
    editor.clearFault();
    const said = await requestRun<DraftSaid>({
      url: `/api/databases/${encodeURIComponent(database.value)}/queries`,
      body: { sql, parameters: parameters.values(sql) },
      database: database.value,
      abort: mine,
      place(panel, cancel) {
        show(panel);
        // It goes away, and who pressed it by a key would be nowhere.
        cancel.addEventListener("click", () => button.focus());
      },
      kept: words.isKept,
    });
    if (mine !== current) return;
    if (said?.state === "done") {
      show();
      shown = new AbortController();
      makeDraftResult(place, said as DraftResult, { isPart: before !== null, signal: shown.signal });
    } else if (said?.error?.position !== undefined) {
      // PostgreSQL counts characters, and so does what stands before a selection.
      editor.showFault({ ...said.error, position: said.error.position + [...(before ?? "")].length });
    }
  };
  button.addEventListener("click", () => void run());
  // A filter is no field of the clip's form, which Enter would send.
  place.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target instanceof HTMLInputElement) event.preventDefault();
  });
  place.addEventListener("input", (event) => event.stopPropagation());
  parameters.place.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    void run();
  });
  return { button, place, run: () => void run() };
}
