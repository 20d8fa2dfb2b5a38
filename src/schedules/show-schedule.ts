import type { Clip } from "../clips/clips.ts";
import type { OwnDatabase } from "../own-database.ts";
import { nextTimes } from "./cron.ts";
import { lastScheduledRun, type ScheduledRun } from "./last-scheduled-run.ts";

const SHOWN_TIMES = 3;

/** A clip's schedule as people look at it. */
export interface ShownSchedule {
  cron: string;
  timeZone: string;
  /** The next times that it runs. */
  next: Date[];
  /** What the last time came to; null before the first one. */
  last: ScheduledRun | null;
}

/** The schedule of a clip; null if it has none. */
export async function showSchedule(db: OwnDatabase, clip: Clip): Promise<ShownSchedule | null> {
  const { refresh, cron, timeZone } = clip;
  if (refresh !== "schedule" || cron === null || timeZone === null) return null;
  const next = nextTimes(cron, timeZone, { after: new Date(), count: SHOWN_TIMES });
  return { cron, timeZone, next, last: await lastScheduledRun(db, clip.id) };
}
