import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { AppError, type ErrorBody } from "../errors.ts";
import type { OwnDatabase } from "../own-database.ts";
import { clips, results, runs, UUID } from "../tables.ts";
import type { OnFinished } from "./finished-run.ts";
import type { ParameterValues } from "./parameters.ts";

export type RunState = "queued" | "running" | "done" | "failed" | "cancelled";

/** What a run has become that ended with an error. */
export function failedState({ code }: AppError): "cancelled" | "failed" {
  return code === "run_cancelled" ? "cancelled" : "failed";
}

/** A run as the API shows it; units in the names. */
export interface RunInfo {
  id: string;
  /** The clip's slug. */
  clip: string;
  version: number;
  parameters: ParameterValues;
  state: RunState;
  /** Which place it has among those who wait for the database: 1 is next; null if it does not wait, or waits elsewhere. */
  queue_position: number | null;
  /** So many runs are under way before it; null as above. */
  queue_running: number | null;
  row_count: number | null;
  bytes: number | null;
  duration_ms: number | null;
  follower: string | null;
  result: number | null;
  error: ErrorBody["error"] | null;
  created_at: string;
  finished_at: string | null;
}

/** What a run is marked with whose server has died. */
const LOST: ErrorBody["error"] = {
  code: "internal_error",
  message: "The server that ran this stopped before it had finished.",
  hint: "Run it again.",
};

/** A server that has not said for so long that a run is alive has died; it says so every two seconds. */
const LOST_AFTER = "15 seconds";

const UNDER_WAY: RunState[] = ["queued", "running"];

/** What is recorded of a run when it begins. */
export interface NewRun {
  id: string;
  clipId: number;
  version: number;
  parameters: ParameterValues;
  asker: string;
  /** What at most one run under way may have, on whatever server; null for a run that nobody joins. */
  flight: string | null;
}

/**
 * Records a run at its start.
 * @returns when, by the database's clock; or the id of the run under way that has the flight already
 */
export async function addRun(db: Pick<OwnDatabase, "insert" | "select">, run: NewRun): Promise<Date | string> {
  for (;;) {
    const [added] = await db
      .insert(runs)
      // Not now(), the time of the transaction: a run that is recorded in one would begin before it was asked for.
      .values({ ...run, state: "running", createdAt: sql`clock_timestamp()`, heartbeatAt: sql`clock_timestamp()` })
      .onConflictDoNothing()
      .returning({ createdAt: runs.createdAt });
    if (added) return added.createdAt;
    const [other] = await db
      .select({ id: runs.id })
      .from(runs)
      .where(and(eq(runs.flight, run.flight!), inArray(runs.state, UNDER_WAY)));
    // It may have ended in between.
    if (other) return other.id;
  }
}

/** Records what became of a run. */
export async function updateRun(db: OwnDatabase, { id, ...info }: RunInfo): Promise<void> {
  await db
    .update(runs)
    .set({
      state: info.state,
      follower: info.follower,
      result: info.result,
      rowCount: info.row_count,
      bytes: info.bytes,
      durationMs: info.duration_ms,
      error: info.error,
      finishedAt: info.finished_at === null ? null : new Date(info.finished_at),
    })
    .where(eq(runs.id, id));
}

/** Says that runs are alive. Returns the ids of those that somebody wants cancelled. */
export async function beat(db: OwnDatabase, ids: readonly string[]): Promise<string[]> {
  const rows = await db
    .update(runs)
    .set({ heartbeatAt: sql`now()` })
    .where(and(inArray(runs.id, [...ids]), inArray(runs.state, UNDER_WAY)))
    .returning({ id: runs.id, cancelRequested: runs.cancelRequested });
  return rows.filter(({ cancelRequested }) => cancelRequested).map(({ id }) => id);
}

/** Asks whatever server has a run to cancel it. */
export async function requestCancel(db: OwnDatabase, id: string): Promise<void> {
  await db
    .update(runs)
    .set({ cancelRequested: true })
    .where(and(eq(runs.id, id), inArray(runs.state, UNDER_WAY)));
}

/**
 * Marks runs that lost their server as failed, and removes what there is of their results.
 * @param alone whether no other server uses the database, and this one has run nothing yet: then all are lost
 * @param onFinished told of each: their server could not tell of them, and this one does it once
 */
export async function failLostRuns(db: OwnDatabase, alone: boolean, onFinished?: OnFinished): Promise<void> {
  // A beat from the future is of a clock that was ahead: it counts from now on.
  await db
    .update(runs)
    .set({ heartbeatAt: sql`now()` })
    .where(and(inArray(runs.state, UNDER_WAY), sql`${runs.heartbeatAt} > now() + interval '${sql.raw(LOST_AFTER)}'`));
  const silent = alone ? undefined : sql`${runs.heartbeatAt} < now() - interval '${sql.raw(LOST_AFTER)}'`;
  const lost = await db
    .update(runs)
    .set({ state: "failed", error: LOST, finishedAt: sql`now()` })
    .where(and(inArray(runs.state, UNDER_WAY), silent))
    .returning();
  if (lost.length === 0) return;
  const ids = lost.map(({ id }) => id);
  await db.delete(results).where(and(isNull(results.sealedAt), inArray(results.runId, ids)));
  if (onFinished === undefined) return;
  const ofLost = await db
    .select({ id: clips.id, database: clips.database, maskedParameters: clips.maskedParameters })
    .from(clips)
    .where(inArray(clips.id, [...new Set(lost.map(({ clipId }) => clipId))]));
  const clipOf = new Map(ofLost.map((clip) => [clip.id, clip]));
  for (const run of lost) {
    const { database, maskedParameters } = clipOf.get(run.clipId)!;
    const elapsedMs = run.finishedAt!.getTime() - run.createdAt.getTime();
    // What the row does not say died with the server.
    await onFinished({ ...run, database, maskedParameters, askerName: "", address: null, elapsedMs });
  }
}

/** Of which clip a run is, and who started it. */
export interface RunOwner {
  clipId: number;
  asker: string;
}

/** Null if there is no such run. */
export async function findRunOwner(db: OwnDatabase, id: string): Promise<RunOwner | null> {
  if (!UUID.test(id)) return null;
  const [found] = await db.select({ clipId: runs.clipId, asker: runs.asker }).from(runs).where(eq(runs.id, id));
  return found ?? null;
}

/** What is said of a run that is not there, and of one that somebody may not see. */
export function noSuchRun(): AppError {
  return new AppError("not_found", "There is no such run.");
}

/** Whether a run ended in the last seconds, by the database's clock. */
export async function endedWithin(db: OwnDatabase, id: string, seconds: number): Promise<boolean> {
  const ended = sql`${runs.finishedAt} > now() - make_interval(secs => ${seconds})`;
  return (
    (
      await db
        .select({ id: runs.id })
        .from(runs)
        .where(and(eq(runs.id, id), ended))
    ).length > 0
  );
}

/** Milliseconds since a run was recorded, by the database's clock; 0 if there is no such run. */
export async function readElapsed(db: OwnDatabase, id: string): Promise<number> {
  const ageMs = sql<number>`(extract(epoch FROM clock_timestamp() - ${runs.createdAt}) * 1000)::float8`;
  const [found] = await db.select({ ageMs }).from(runs).where(eq(runs.id, id));
  return Math.max(0, found?.ageMs ?? 0);
}

/**
 * A run from its record.
 * @throws AppError not_found
 */
export async function readRun(db: OwnDatabase, id: string): Promise<RunInfo> {
  const [found] = UUID.test(id)
    ? await db
        .select({ run: runs, slug: clips.slug })
        .from(runs)
        .innerJoin(clips, eq(clips.id, runs.clipId))
        .where(eq(runs.id, id))
    : [];
  if (found === undefined) throw noSuchRun();
  const { run, slug } = found;
  return {
    id,
    clip: slug,
    version: run.version,
    parameters: run.parameters,
    state: run.state,
    queue_position: null,
    queue_running: null,
    row_count: run.rowCount,
    bytes: run.bytes,
    duration_ms: run.durationMs,
    follower: run.follower,
    result: run.result,
    error: run.error,
    created_at: run.createdAt.toISOString(),
    finished_at: run.finishedAt?.toISOString() ?? null,
  };
}
