import { setTimeout as delay } from "node:timers/promises";
import type { Context } from "hono";
import type { LiveRun } from "../runs/live-run.ts";
import type { Env } from "./env.ts";

/** How often a run says how far it is. */
const PROGRESS_MS = 250;
/** The media type of a run's progress: see https://github.com/ndjson/ndjson-spec. */
export const PROGRESS_TYPE = "application/x-ndjson";

/**
 * Sends what becomes of a run while it goes on: a line of JSON for each time that it is another, the last one when it is
 * over. Whoever leaves before, leaves the run too.
 * @param leave ends the waiting for the run
 */
export function sendProgress(c: Context<Env>, run: LiveRun, leave: () => void): Response {
  const lines = readProgress(run);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await lines.next();
      if (!done) return controller.enqueue(encoder.encode(value));
      leave();
      controller.close();
    },
    async cancel() {
      leave();
      await lines.return(undefined);
    },
  });
  return c.body(body, 200, { "Content-Type": PROGRESS_TYPE, "Cache-Control": "no-store", "X-Accel-Buffering": "no" });
}

/** A line for each time that a run is another than it was, and for its end. */
async function* readProgress(run: LiveRun): AsyncGenerator<string, void> {
  let isOver = false;
  const over = run.finished.then(() => (isOver = true));
  let said = "";
  for (;;) {
    const ending = isOver;
    const line = `${JSON.stringify(run.info())}\n`;
    if (line !== said) yield line;
    said = line;
    if (ending) return;
    await Promise.race([over, delay(PROGRESS_MS)]);
  }
}
