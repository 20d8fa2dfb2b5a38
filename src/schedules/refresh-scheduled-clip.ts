import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { eq, sql } from "drizzle-orm";
import { getClipById } from "../clips/clips.ts";
import type { Deps } from "../deps.ts";
import { AppError, errorBody, toAppError } from "../errors.ts";
import type { LiveRun } from "../runs/live-run.ts";
import { prepareRun } from "../runs/open-result.ts";
import { runs } from "../tables.ts";
import { lastScheduledRun, SCHEDULE_ASKER } from "./last-scheduled-run.ts";

const RECORDED_POLL_MS = 10;

/** What became of one tick of a clip's schedule. */
export type Refreshed =
  | { run: string; state: "done" | "failed" | "cancelled" }
  | { skipped: "not_scheduled" | "starting" | "under_way" | "done_since" };

/**
 * Runs a scheduled clip's current version with its parameters' defaults, and waits for the end. What fails is in the
 * table of runs, and shown on the clip's page. Nothing runs when the clip has no schedule (any more), when its last
 * scheduled run is still under way, on whatever server, or when that began at the time or later.
 * @throws only what Dataclips' own database says
 */
export async function refreshScheduledClip(
  deps: Pick<Deps, "db" | "databases" | "runs">,
  clipId: number,
  time: Date,
): Promise<Refreshed> {
  const started = await startOnce(deps, clipId, time);
  if ("skipped" in started || "state" in started) return started;
  const { id, state } = await started.live.finished;
  return { run: id, state: state as "done" | "failed" | "cancelled" };
}

/** One server at a time looks whether a run is under way, and starts one, until that is recorded for all to see. */
async function startOnce(
  { db, databases, runs: ownRuns }: Pick<Deps, "db" | "databases" | "runs">,
  clipId: number,
  time: Date,
): Promise<{ live: LiveRun } | Refreshed> {
  return db.transaction(async (tx) => {
    const lock = sql`SELECT pg_try_advisory_xact_lock(hashtextextended(${`dataclips schedule ${clipId}`}, 0)) AS got`;
    const { rows } = await tx.execute<{ got: boolean }>(lock);
    if (!rows[0]!.got) return { skipped: "starting" };
    const clip = await getClipById(db, clipId).catch(notFoundAsNull);
    if (clip === null || clip.deletedAt !== null || clip.refresh !== "schedule") return { skipped: "not_scheduled" };
    const last = await lastScheduledRun(tx, clipId);
    if (last?.state === "queued" || last?.state === "running") return { skipped: "under_way" };
    if (last !== null && last.createdAt >= time) return { skipped: "done_since" };
    let request;
    try {
      request = await prepareRun({ db, databases }, clip, { parameters: {}, asker: SCHEDULE_ASKER });
    } catch (error) {
      // The database is not configured any more, or the gate has become stricter: no run, but something to be shown.
      const failed = {
        id: randomUUID(),
        clipId,
        version: clip.version,
        parameters: {},
        asker: SCHEDULE_ASKER,
        state: "failed" as const,
        error: errorBody(toAppError(error)).error,
        finishedAt: sql`now()`,
      };
      await tx.insert(runs).values(failed);
      return { run: failed.id, state: "failed" };
    }
    const live = ownRuns.start(request);
    const { id } = live.info();
    let ended = false;
    void live.finished.then(() => (ended = true));
    const isRecorded = async (): Promise<boolean> =>
      (await tx.select({ id: runs.id }).from(runs).where(eq(runs.id, id))).length > 0;
    while (!(await isRecorded()) && !ended) await delay(RECORDED_POLL_MS);
    return { live };
  });
}

function notFoundAsNull(error: unknown): null {
  if (error instanceof AppError) return null;
  throw error;
}
