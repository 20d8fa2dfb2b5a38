import type { Deps } from "../deps.ts";
import { rootCause } from "../errors.ts";
import { lastTime } from "../schedules/cron.ts";
import { CLIP_RUNS, type ScheduledQueue, VIEW_REFRESHES } from "../schedules/scheduled-queues.ts";

/** How often the Cron Trigger comes: as often as a cron line can say. */
const MINUTE_MS = 60_000;
/**
 * Scheduled runs at once. Each holds a connection to Dataclips' own database while it begins and needs another one: that
 * has to have one more than these.
 */
export const AT_ONCE = 2;

/**
 * Does what schedules have for this minute: the same that the job queue of a server on Node does, and nothing that one
 * has done.
 */
export async function runDueSchedules(
  deps: Pick<Deps, "db" | "databases" | "runs" | "log">,
  minute: Date,
): Promise<void> {
  const due: { queue: ScheduledQueue; id: number }[] = [];
  for (const queue of [CLIP_RUNS, VIEW_REFRESHES]) {
    for (const { id, cron, timeZone } of await queue.readLines(deps.db)) {
      if (lastTime(cron, timeZone, minute).getTime() > minute.getTime() - MINUTE_MS) due.push({ queue, id });
    }
  }
  const work = async (): Promise<void> => {
    for (let next = due.shift(); next !== undefined; next = due.shift()) {
      const { queue, id } = next;
      await queue
        .perform(deps, id, minute)
        .catch((error: unknown) => deps.log(`${queue.name} ${id} failed`, rootCause(error)));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
