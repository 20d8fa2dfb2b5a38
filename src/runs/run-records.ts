import { and, eq, inArray, lt } from "drizzle-orm";
import { AppError, type ErrorBody } from "../errors.ts";
import type { OwnDatabase } from "../own-database.ts";
import { clips, runs, UUID } from "../tables.ts";
import type { ParameterValues } from "./parameters.ts";

export type RunState = "queued" | "running" | "done" | "failed" | "cancelled";

/** A run as the API shows it; units in the names. */
export interface RunInfo {
  id: string;
  /** The clip's slug. */
  clip: string;
  version: number;
  parameters: ParameterValues;
  state: RunState;
  row_count: number | null;
  bytes: number | null;
  duration_ms: number | null;
  follower: string | null;
  result: number | null;
  error: ErrorBody["error"] | null;
  created_at: string;
  finished_at: string | null;
}

/** What a run that is not finished by its deadline is marked with: its server died, or was cut off. */
const LOST: ErrorBody["error"] = {
  code: "internal_error",
  message: "The server that ran this stopped before it had finished.",
  hint: "Run it again.",
};

/** Records a run at its start. */
export async function addRun(
  db: OwnDatabase,
  run: {
    id: string;
    clipId: number;
    version: number;
    parameters: ParameterValues;
    state: RunState;
    createdAt: Date;
    deadlineAt: Date;
  },
): Promise<void> {
  await db.insert(runs).values(run);
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

/**
 * Marks runs that lost their server as failed: those that have outlived their deadline.
 * @param alone whether no other server uses the database: then all that are not finished are lost
 */
export async function failLostRuns(db: OwnDatabase, alone: boolean): Promise<void> {
  await db
    .update(runs)
    .set({ state: "failed", error: LOST, finishedAt: new Date() })
    .where(and(inArray(runs.state, ["queued", "running"]), alone ? undefined : lt(runs.deadlineAt, new Date())));
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
  if (found === undefined) throw new AppError("not_found", "There is no such run.");
  const { run, slug } = found;
  return {
    id,
    clip: slug,
    version: run.version,
    parameters: run.parameters,
    state: run.state,
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
