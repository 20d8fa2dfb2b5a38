import { and, desc, eq } from "drizzle-orm";
import type { OwnDatabase } from "../own-database.ts";
import { runs } from "../tables.ts";

/** What the schedule's last run of a clip came to. */
export interface ScheduledRun {
  id: string;
  state: "queued" | "running" | "done" | "failed" | "cancelled";
  /** The number of its result, if it has one. */
  result: number | null;
  error: { code: string; message: string; hint?: string } | null;
  createdAt: Date;
  finishedAt: Date | null;
}

/** Who asks for scheduled runs, as the tables of runs and results have it. */
export const SCHEDULE_ASKER = "schedule";

/** The last run that a schedule has started of a clip. */
export async function lastScheduledRun(db: Pick<OwnDatabase, "select">, clipId: number): Promise<ScheduledRun | null> {
  const [found] = await db
    .select({
      id: runs.id,
      state: runs.state,
      result: runs.result,
      error: runs.error,
      createdAt: runs.createdAt,
      finishedAt: runs.finishedAt,
    })
    .from(runs)
    .where(and(eq(runs.clipId, clipId), eq(runs.asker, SCHEDULE_ASKER)))
    .orderBy(desc(runs.createdAt))
    .limit(1);
  return found ?? null;
}
