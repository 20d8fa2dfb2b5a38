import type { DueSchedule } from "../schedules/plans.ts";
import { doDue, findDueSchedules, type ScheduleDeps, SCHEDULED_JOBS } from "../schedules/do-due.ts";

/**
 * Scheduled runs at once. Each holds a connection to Dataclips' own database while it begins and needs another one: that
 * has to have one more than these.
 */
export const AT_ONCE = 2;
/** Schedules that are done in one minute; what is left is due in the next one. */
const MOST = 500;

/** Does what schedules have due: the same that a server on Node does, and nothing that one has done. */
export async function runDueSchedules(deps: ScheduleDeps): Promise<void> {
  const due: DueSchedule[] = [];
  for (const job of SCHEDULED_JOBS) due.push(...(await findDueSchedules(deps, job, MOST)));
  const work = async (): Promise<void> => {
    for (let next = due.shift(); next !== undefined; next = due.shift()) {
      const { job, clip } = next;
      await doDue(deps, next).catch((error: unknown) => deps.log.error("schedule_failed", error, { job, clip }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
