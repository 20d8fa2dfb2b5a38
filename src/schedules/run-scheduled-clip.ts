import { and, eq, gte, inArray, lte, or, sql } from "drizzle-orm";
import { getClipById } from "../clips/clips.ts";
import type { Deps } from "../deps.ts";
import { errorBody, toAppError } from "../errors.ts";
import type { OwnDatabase } from "../own-database.ts";
import { prepareRun } from "../runs/open-result.ts";
import { addRun, type NewRun } from "../runs/run-records.ts";
import type { RunRequest } from "../runs/run-request.ts";
import { runs } from "../tables.ts";
import { SCHEDULE_ASKER } from "./last-scheduled-run.ts";
import { claim, type DueSchedule } from "./plans.ts";

/** Why a due run was not begun: another server has claimed it, or the clip's last scheduled run goes on, or began since. */
type Skipped = "claimed" | "under_way" | "done_since";

/** What became of one due time of a clip's schedule. */
export type ScheduledOutcome = { run: string; state: "done" | "failed" | "cancelled" } | { skipped: Skipped };

type Transaction = Parameters<Parameters<OwnDatabase["transaction"]>[0]>[0];

/**
 * Runs a scheduled clip's current version with its parameters' defaults, and waits for the end. What fails is in the
 * table of runs, and shown on the clip's page. The claim and the run's record are one transaction: a time that was
 * claimed has its run, whenever a server dies.
 * @throws only what Dataclips' own database says
 */
export async function runScheduledClip(
  { db, databases, runs: ownRuns }: Pick<Deps, "db" | "databases" | "runs">,
  due: DueSchedule,
): Promise<ScheduledOutcome> {
  const clip = await getClipById(db, due.clipId);
  let request: RunRequest;
  try {
    request = await prepareRun({ db, databases }, clip, { parameters: {}, asker: SCHEDULE_ASKER });
  } catch (error) {
    // The database is not configured any more, or the gate has become stricter: no run, but something to be shown.
    return db.transaction((tx) => recordRefused(tx, due, clip.version, error));
  }
  let skipped: Skipped | undefined;
  const record = async (run: NewRun): Promise<Date> => {
    const recorded = await db.transaction(async (tx) => (await reasonToSkip(tx, due)) ?? addRun(tx, run));
    if (recorded instanceof Date) return recorded;
    skipped = recorded as Skipped;
    throw new Error("The schedule's time is not to be run.");
  };
  try {
    const live = await ownRuns.start(request, record);
    const { id, state } = await live.finished;
    return { run: id, state: state as "done" | "failed" | "cancelled" };
  } catch (error) {
    if (skipped !== undefined) return { skipped };
    throw error;
  }
}

/** Claims a due time; null if it is to be run. A time that is claimed and not run is left out. */
async function reasonToSkip(tx: Transaction, due: DueSchedule): Promise<Skipped | null> {
  if (!(await claim(tx, due))) return "claimed";
  const [last] = await tx
    .select({ state: runs.state })
    .from(runs)
    .where(
      and(
        eq(runs.clipId, due.clipId),
        eq(runs.asker, SCHEDULE_ASKER),
        // A run from the future was recorded by a clock that was ahead: it says nothing of this time.
        or(
          inArray(runs.state, ["queued", "running"]),
          and(gte(runs.createdAt, sql`${due.dueAt}::timestamptz`), lte(runs.createdAt, sql`now()`)),
        ),
      ),
    )
    .limit(1);
  if (last === undefined) return null;
  return last.state === "queued" || last.state === "running" ? "under_way" : "done_since";
}

/** Records why a scheduled run could not even begin. */
async function recordRefused(
  tx: Transaction,
  due: DueSchedule,
  version: number,
  error: unknown,
): Promise<ScheduledOutcome> {
  const skipped = await reasonToSkip(tx, due);
  if (skipped !== null) return { skipped };
  const [refused] = await tx
    .insert(runs)
    .values({
      id: crypto.randomUUID(),
      clipId: due.clipId,
      version,
      parameters: {},
      asker: SCHEDULE_ASKER,
      state: "failed",
      error: errorBody(toAppError(error)).error,
      finishedAt: sql`now()`,
    })
    .returning({ id: runs.id });
  return { run: refused!.id, state: "failed" };
}
