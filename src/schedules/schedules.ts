import { setTimeout as delay } from "node:timers/promises";
import { isUnavailable } from "../errors.ts";
import { doDue, findDueSchedules, type ScheduleDeps, SCHEDULED_JOBS } from "./do-due.ts";
import type { DueSchedule, ScheduledJob } from "./plans.ts";

/** How often this server looks for times that have come. */
const EVERY_MS = 5_000;
/** Scheduled runs at once on this server, and refreshes of views as well: people's runs get most of a follower's places. */
const AT_ONCE = 3;
/** A schedule that has been due this long because all places are taken is logged. */
const LATE_MS = 60_000;
/** How long a refresh may go on when the server is told to stop: its transaction ends with the session. */
const STOP_MS = 5_000;
/** A fault that stays is logged this often. */
const LOG_MS = 60_000;

/**
 * Does on this server what the schedules of clips say. Every server does: a time that has come is claimed by one of them.
 * Times that pass while no server is up make one run together at the next start.
 * @returns what stops it: nothing more is begun. Runs under way are drained as all runs are; refreshes of views have a
 *   moment to end
 */
export function startSchedules(deps: ScheduleDeps, { everyMs = EVERY_MS } = {}): { stop(): Promise<void> } {
  /** What is being done, by clip and time. */
  const running: Record<ScheduledJob, Map<string, Promise<void>>> = { run: new Map(), refresh: new Map() };
  /** The clips and times that are known to wait for a place, to be said once. */
  const late: Record<ScheduledJob, Set<string>> = { run: new Set(), refresh: new Set() };
  let stopping = false;
  let looking: Promise<void> | undefined;
  let again = false;
  let loggedMs = -Infinity;

  const report = (error: unknown): void => {
    // That the own database is gone is said by who watches it.
    if (stopping || isUnavailable(error) || performance.now() - loggedMs < LOG_MS) return;
    loggedMs = performance.now();
    deps.log.error("schedules_failed", error);
  };

  /** What failed is tried again when it is time to look; what is done makes room for another one. */
  const begin = async (key: string, due: DueSchedule): Promise<void> => {
    let done = false;
    try {
      await doDue(deps, due);
      done = true;
    } catch (error) {
      report(error);
    }
    running[due.job].delete(key);
    if (done && !stopping) look();
  };

  const lookFor = async (job: ScheduledJob): Promise<void> => {
    const free = AT_ONCE - running[job].size;
    // What is not claimed yet is found once more.
    const found = await findDueSchedules(deps, job, 2 * AT_ONCE);
    const due = found
      .map((each) => [`${each.clip} ${each.dueAt}`, each] as const)
      .filter(([key]) => !running[job].has(key));
    for (const [key, each] of due.slice(0, free)) running[job].set(key, begin(key, each));
    for (const [key, { clip, dueAt, lateMs }] of due.slice(free)) {
      if (lateMs < LATE_MS || late[job].has(key)) continue;
      late[job].add(key);
      deps.log.warn("schedule_late", {
        clip,
        job,
        due: new Date(dueAt).toISOString(),
        reason: `all ${AT_ONCE} places are taken`,
      });
    }
    if (due.length <= free) late[job].clear();
  };

  /** One look at a time; one that is asked for meanwhile follows. */
  const look = (): void => {
    if (looking !== undefined) {
      again = true;
      return;
    }
    again = false;
    looking = (async () => {
      for (const job of SCHEDULED_JOBS) await lookFor(job);
    })()
      .catch(report)
      .finally(() => {
        looking = undefined;
        if (again && !stopping) look();
      });
  };

  const timer = setInterval(look, everyMs);
  timer.unref();
  look();

  return {
    async stop() {
      stopping = true;
      clearInterval(timer);
      await looking;
      await Promise.race([Promise.all(running.refresh.values()), delay(STOP_MS, undefined, { ref: false })]);
    },
  };
}
