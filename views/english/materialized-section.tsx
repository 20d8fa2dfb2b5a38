import type { Child } from "hono/jsx";

export const words = {
  materialize: "Materialize",
  keepItsContentOn: "Keep its content on the primary, for other clips to use",
  theQueryThenRuns: (view: Child) => (
    <>
      The query then runs on the primary when the content is refreshed, and not when it is read. Other clips read it as{" "}
      <code>dataclips.{view}</code>, on the followers.
    </>
  ),
  materialized: "Materialized",
  otherClipsReadIt: (name: Child, content: Child) => (
    <>
      Other clips read it as <code>dataclips.{name}</code>. {content}
    </>
  ),
  rowsBytesTheLast: (rowCount: Child, bytes: Child, durationMs: Child, refresh: Child, index: Child) => (
    <>
      {rowCount} rows, {bytes} bytes; the last refresh took {durationMs} ms. {refresh} {index}
    </>
  ),
  theContentIsOf: (version: Child, current: Child) => (
    <>
      The content is of version {version}; the clip's current version is {current}.
    </>
  ),
  on: (failedAt: string | number) => `, on ${failedAt},`,
  theLastTryFailed: (onWhen: Child) => <>The last try{onWhen} failed; the content is the one before.</>,
  refreshNow: "Refresh now",
  takeTheMaterializationAway: "Take the materialization away",
  scheduleAndUniqueColumns: "Schedule and unique columns",
  nameInTheSchema: "Name in the schema dataclips",
  columnsThatTogetherAre: "Columns that together are unique, with commas; empty: they are looked for",
  refreshMinuteHourDay:
    "Refresh: minute, hour, day of the month, month, day of the week, as cron has them; empty: by hand",
  itsTimeZone: "Its time zone",
  europeBerlin: "Europe/Berlin",
  save: "Save",
  noFollowerCanBe: "No follower can be asked how old it is.",
  theFollowerHasNot: (follower: string | number) => `The follower ${follower} has not got it yet.`,
  asHasItNow: (
    follower: string | number,
    version: string | number,
    refreshedAt: string | number,
    refreshedAt2: string | number,
  ) => `As ${follower} has it now, it is of version ${version} and ${refreshedAt} old (${refreshedAt2}).`,
  itIsRefreshedWhile: (indexColumns: string | number) =>
    `It is refreshed while people read, by the unique index on ${indexColumns}.`,
  amongMoreThanRows: (mostSearchedRows: string | number) =>
    `among more than ${mostSearchedRows} rows no unique columns are looked for`,
  noColumnAndNo: "no column, and no pair of columns, was found to be unique and without NULL",
  readersWaitWhileIt: (why: string | number) =>
    `Readers wait while it is refreshed: ${why}. Name columns that are unique together.`,
  itIsRefreshedBy: "It is refreshed by hand only.",
  itIsRefreshedByThe: (cron: string | number, timeZone: string | number, next: string | number) =>
    `It is refreshed by the schedule ${cron} in ${timeZone}, next on ${next}.`,
};
