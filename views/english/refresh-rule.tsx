import type { ShownSchedule } from "../../src/schedules/show-schedule.ts";
import { formatTime } from "./formats.ts";

export const words = {
  schedule: ({ cron, timeZone, next, last }: ShownSchedule) => (
    <>
      Runs by the schedule <code>{cron}</code> in {timeZone}, next on {inZone(next[0]!, timeZone)}.{" "}
      {last === null ? (
        "It has not run by its schedule yet."
      ) : (
        <>
          Last run: <time datetime={last.createdAt.toISOString()}>{inZone(last.createdAt, timeZone)}</time>,{" "}
          {last.state}
          {last.result !== null && <> (result {last.result})</>}.
        </>
      )}
    </>
  ),
  lastFailed: (message: string) => `The last scheduled run failed: ${message}`,
  manual: "Runs only when somebody runs it by hand.",
  live: (maxAgeSeconds: number) =>
    maxAgeSeconds === 0
      ? "Runs whenever somebody asks for it."
      : `Live: runs anew when somebody asks and the result is older than ${maxAgeSeconds} s.`,
  rule: {
    title: "Run the query anew",
    live: "live: when somebody asks and the result is too old",
    schedule: "on a schedule",
    manual: "by hand only",
  },
  details: "How old, or at what times",
  maxAge: "Live: so many seconds old a result may be",
  cron: "Schedule: minute, hour, day of the month, month, day of the week, as cron has them",
  timeZone: "Schedule: its time zone",
  timeZoneExample: "Europe/Berlin",
};

/** A time as the clocks of a zone show it, such as "Mon, 2 Mar 2026, 07:00"; as UTC, where there is no such zone. */
function inZone(time: Date, timeZone: string): string {
  try {
    return new Intl.DateTimeFormat("en-GB", {
      timeZone,
      weekday: "short",
      day: "numeric",
      month: "short",
      year: "numeric",
      hour: "2-digit",
      minute: "2-digit",
    }).format(time);
  } catch {
    return formatTime(time);
  }
}
