import { setTimeout as delay } from "node:timers/promises";
import type { Context } from "hono";
import type { LiveRun } from "../runs/live-run.ts";
import type { RunInfo } from "../runs/run-records.ts";
import type { Runs } from "../runs/runs.ts";
import type { Env } from "./env.ts";

/** How often a run says how far it is. */
const PROGRESS_MS = 250;
/** How often it is looked at whether somebody may still be told. */
const CHECK_MS = 2_000;
/** The media type of a run's progress: see https://github.com/ndjson/ndjson-spec. */
export const PROGRESS_TYPE = "application/x-ndjson";

interface ProgressOptions<Info = RunInfo> {
  /** Ends the waiting for the run. */
  leave: () => void;
  /** What is said of it; all, unless something else is. */
  say?: (info: Info) => unknown;
  /** Looked at from time to time; where it throws, no more is said. */
  check?: () => Promise<unknown>;
}

/** A run, from wherever its progress is known. */
interface Followed<Info> {
  read: () => Info | Promise<Info>;
  /** Resolves when it is over, where that is known here; or whether it is, by what was read. */
  over: Promise<unknown> | ((info: Info) => boolean);
}

/**
 * Sends what becomes of a run while it goes on: a line of JSON for each time that it is another, the last one when it is
 * over. Whoever leaves before, leaves the run too.
 */
export function sendProgress(c: Context<Env>, run: LiveRun, options: ProgressOptions): Response {
  return sendLines(c, { read: run.info, over: run.finished }, options);
}

/** The same of a run by its id, on whatever server: joined where that is this one. @throws AppError not_found */
export async function sendProgressOf(
  c: Context<Env>,
  runs: Runs,
  id: string,
  { asker, ...options }: Omit<ProgressOptions, "leave"> & { asker: string },
): Promise<Response> {
  const joined = runs.join(id, asker);
  if (joined !== null) return sendProgress(c, joined.run, { ...options, leave: joined.leave });
  await runs.get(id);
  const over = (info: RunInfo): boolean => info.finished_at !== null;
  return sendLines(c, { read: () => runs.get(id), over }, { ...options, leave: () => {} });
}

/** The same of anything that goes on for a while: what is read of it last is what came out. */
export function sendLines<Info>(c: Context<Env>, followed: Followed<Info>, options: ProgressOptions<Info>): Response {
  const { leave } = options;
  const lines = readProgress(followed, options);
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
async function* readProgress<Info>(
  { read, over }: Followed<Info>,
  { say = (info) => info, check }: ProgressOptions<Info>,
): AsyncGenerator<string, void> {
  let isOver = false;
  const ended = typeof over === "function" ? undefined : over.then(() => (isOver = true));
  let said = "";
  let checked = performance.now();
  for (;;) {
    const ending = isOver;
    const info = await read();
    const line = `${JSON.stringify(say(info))}\n`;
    if (line !== said) yield line;
    said = line;
    if (ending || (typeof over === "function" && over(info))) return;
    await Promise.race([ended, delay(PROGRESS_MS)].filter((each) => each !== undefined));
    if (check === undefined || performance.now() - checked < CHECK_MS) continue;
    try {
      await check();
    } catch {
      return;
    }
    checked = performance.now();
  }
}
