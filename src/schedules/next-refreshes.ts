import { nextTimes } from "./cron.ts";

const SHOWN_TIMES = 3;

/** The next times at which a materialized clip's schedule refreshes it; none without one. */
export function nextRefreshes({ cron, timeZone }: { cron: string | null; timeZone: string | null }): Date[] {
  return cron === null ? [] : nextTimes(cron, timeZone ?? "UTC", { after: new Date(), count: SHOWN_TIMES });
}
