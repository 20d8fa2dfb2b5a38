import type { Child } from "hono/jsx";

export const words = {
  runsByTheSchedule: (cron: Child, timeZone: Child, inZone: Child) => (
    <>
      Runs by the schedule <code>{cron}</code> in {timeZone}, next on {inZone}.
    </>
  ),
  itHasNotRun: " It has not run by its schedule yet.",
  theLastScheduledRun: (message: Child) => <>The last scheduled run failed: {message}</>,
  result: (result: string | number) => ` (result ${result})`,
  lastRun: (createdAt: string, inZone: Child, state: Child, result: Child) => (
    <>
      Last run: <time datetime={createdAt}>{inZone}</time>, {state}
      {result}.
    </>
  ),
  runsOnlyWhenSomebody: "Runs only when somebody runs it by hand.",
  runsWheneverSomebodyAsks: "Runs whenever somebody asks for it.",
  liveRunsAnewWhen: (maxAgeSeconds: string | number) =>
    `Live: runs anew when somebody asks and the result is older than ${maxAgeSeconds} s.`,
  runTheQueryAnew: "Run the query anew",
  howOldOrAt: "How old, or at what times",
  liveSoManySeconds: "Live: so many seconds old a result may be",
  scheduleMinuteHourDay: "Schedule: minute, hour, day of the month, month, day of the week, as cron has them",
  scheduleItsTimeZone: "Schedule: its time zone",
  europeBerlin: "Europe/Berlin",
  liveWhenSomebodyAsks: "live: when somebody asks and the result is too old",
  onASchedule: "on a schedule",
  byHandOnly: "by hand only",
};
