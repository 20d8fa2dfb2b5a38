import { words } from "../english/browser/watch-runs.ts";
import type { RunSaid } from "../english/run-words.ts";
import { readParameters } from "./read-parameters.ts";
import { requestRun } from "./request-run.ts";

/**
 * Makes the button that runs a clip say how far the run is, and lets one cancel it. The page stays as it is meanwhile;
 * whoever leaves it, cancels the run. Then the result's page opens.
 */
export function watchRuns(form: HTMLFormElement): void {
  let running: AbortController | null = null;
  form.addEventListener("submit", (event) => {
    const button = event.submitter as HTMLButtonElement | null;
    if (button?.formMethod !== "post") return;
    event.preventDefault();
    if (running !== null) return;
    running = new AbortController();
    button.disabled = true;
    void startRun(form, running).finally(() => {
      running = null;
      button.disabled = false;
    });
  });
}

async function startRun(form: HTMLFormElement, abort: AbortController): Promise<void> {
  const run = await requestRun<RunSaid & { result: number | null }>({
    url: form.dataset["runs"]!,
    body: fieldsOf(form),
    database: form.dataset["database"]!,
    abort,
    place(panel, cancel) {
      form.parentElement!.querySelector(".progress")?.remove();
      form.after(panel);
      cancel.focus();
    },
    kept: words.kept,
  });
  if (run?.state === "done") open(form, run.result!);
}

/** The values in the form, as the API takes them. */
function fieldsOf(form: HTMLFormElement): { parameters: Record<string, string>; version?: number } {
  const { version, as_of: _, ...parameters } = readParameters(form);
  return { parameters, ...(version !== undefined && { version: Number(version) }) };
}

function open(form: HTMLFormElement, result: number): void {
  const address = new URL(form.action);
  address.search = `?result=${result}`;
  location.assign(address);
}
