import { setTimeout as delay } from "node:timers/promises";
import type { OwnDatabase } from "../own-database.ts";
import { readRun, type RunInfo } from "./run-records.ts";

const POLL_MS = 200;

/**
 * Waits until a run that another server has is over.
 * @throws the signal's reason, AppError not_found
 */
export async function watchRun(db: OwnDatabase, id: string, signal: AbortSignal | undefined): Promise<RunInfo> {
  for (;;) {
    const run = await readRun(db, id);
    if (run.state !== "queued" && run.state !== "running") return run;
    await delay(POLL_MS, undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
}
