import { makeElement } from "./make-element.ts";
import { readLines } from "./read-lines.ts";

/** What the server says of a run: see RunInfo in src/runs/run-records.ts. */
interface Run {
  state: "queued" | "running" | "done" | "failed" | "cancelled";
  row_count: number | null;
  bytes: number | null;
  follower: string | null;
  result: number | null;
  error: { message: string; hint?: string } | null;
}

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
  const text = makeElement("p", { role: "status" }, "Starting …");
  const cancel = makeElement("button", { type: "button" }, "Cancel");
  const panel = makeElement("div", { class: "notice progress" }, text, cancel);
  cancel.addEventListener("click", () => abort.abort());
  form.parentElement!.querySelector(".progress")?.remove();
  form.after(panel);
  cancel.focus();

  const startedAt = performance.now();
  let last: Run | null = null;
  const say = (): void => {
    text.textContent = describe(last, performance.now() - startedAt);
  };
  const timer = setInterval(say, 100);
  try {
    const response = await fetch(form.dataset["runs"]!, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/x-ndjson" },
      body: JSON.stringify(fieldsOf(form)),
      signal: abort.signal,
    });
    for await (const line of readLines(response)) {
      // What is wrong before a run begins is an error by itself.
      last = { state: "failed", ...(JSON.parse(line) as Partial<Run>) } as Run;
      say();
    }
    if (last?.state === "done") return open(form, last.result!);
    fail(panel, text, last);
  } catch {
    fail(panel, text, abort.signal.aborted ? { ...last!, state: "cancelled" } : null);
  } finally {
    clearInterval(timer);
    cancel.remove();
  }
}

/** The values in the form, as the API takes them. */
function fieldsOf(form: HTMLFormElement): { parameters: Record<string, string>; version?: number } {
  const { version, as_of: _, ...parameters } = Object.fromEntries(new FormData(form)) as Record<string, string>;
  return { parameters, ...(version !== undefined && { version: Number(version) }) };
}

function open(form: HTMLFormElement, result: number): void {
  const address = new URL(form.action);
  address.search = `?result=${result}`;
  location.assign(address);
}

function describe(run: Run | null, elapsedMs: number): string {
  const seconds = `${(elapsedMs / 1000).toFixed(1)} s`;
  if (run === null) return `Starting … ${seconds}`;
  if (run.state === "queued") return `Waiting for its turn … ${seconds}`;
  const rows = run.row_count ?? 0;
  const so =
    rows === 0
      ? ""
      : ` · ${rows.toLocaleString("en")} ${rows === 1 ? "row" : "rows"} · ${readableBytes(run.bytes ?? 0)}`;
  return `Running${run.follower === null ? "" : ` on ${run.follower}`} … ${seconds}${so}`;
}

function fail(panel: HTMLElement, text: HTMLElement, run: Run | null): void {
  panel.classList.replace("notice", run?.state === "cancelled" ? "notice" : "error");
  if (run?.state === "cancelled") text.textContent = "Cancelled. What was there before is still shown.";
  else if (run?.error) text.replaceChildren(makeElement("strong", {}, run.error.message), ` ${run.error.hint ?? ""}`);
  else text.textContent = "The server could not be reached. What was there before is still shown.";
}

function readableBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
