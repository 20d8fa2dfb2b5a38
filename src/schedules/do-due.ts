import type { Deps } from "../deps.ts";
import { refreshScheduledView } from "../materialized/refresh-scheduled-view.ts";
import { type DueSchedule, findDue, type ScheduledJob } from "./plans.ts";
import { runScheduledClip } from "./run-scheduled-clip.ts";

/** What doing something by schedule needs. */
export type ScheduleDeps = Pick<Deps, "db" | "databases" | "runs" | "log">;

/** Later than this is not a matter of how often a server looks: the time was missed, and is made up for. */
const MISSED_MS = 60_000;

/** How each job is done. What fails is for the clip's page; they throw only what Dataclips' own database says. */
const PERFORM: Readonly<Record<ScheduledJob, (deps: ScheduleDeps, due: DueSchedule) => Promise<object>>> = {
  run: runScheduledClip,
  refresh: refreshScheduledView,
};

/** Kinds of things that are done by schedules. */
export const SCHEDULED_JOBS = Object.keys(PERFORM) as ScheduledJob[];

/** The schedules whose time has come, as many as there is room for. */
export function findDueSchedules(deps: ScheduleDeps, job: ScheduledJob, most: number): Promise<DueSchedule[]> {
  return findDue(deps.db, job, most, (clip, error) => deps.log.error("schedule_unreadable", error, { clip, job }));
}

/** Does what a schedule's time has come for, unless another server does. A time that was missed is said in the log. */
export async function doDue(deps: ScheduleDeps, due: DueSchedule): Promise<void> {
  const outcome = await PERFORM[due.job](deps, due);
  const skipped = "skipped" in outcome ? String(outcome.skipped) : undefined;
  if (skipped === "claimed") return;
  const { clip, job, dueAt, lateMs } = due;
  const said = { clip, job, due: new Date(dueAt).toISOString() };
  if (lateMs > MISSED_MS) deps.log.warn("schedule_missed", { ...said, late_seconds: Math.round(lateMs / 1000) });
  if (skipped !== undefined) deps.log.info("schedule_skipped", { ...said, reason: skipped });
}
