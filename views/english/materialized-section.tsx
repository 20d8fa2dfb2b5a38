import type { ShownMaterialized } from "../../src/materialized/show-materialized.ts";
import { formatTime } from "./formats.ts";

export const words = {
  materialize: "Materialize",
  keepContent: "Keep its content on the primary, for other clips to use",
  whatItDoes: (view: string) => (
    <>
      The query then runs on the primary when the content is refreshed, and not when it is read. Other clips read it as{" "}
      <code>dataclips.{view}</code>, on the followers.
    </>
  ),
  materialized: "Materialized",
  readAs: ({ name, reading }: ShownMaterialized) => (
    <>
      Other clips read it as <code>dataclips.{name}</code>. {content(reading)}
    </>
  ),
  /** `mostSearchedRows`: among so many rows at most, unique columns are looked for. */
  lastRefresh: (materialized: ShownMaterialized, next: Date | undefined, mostSearchedRows: number) => {
    const { rowCount, bytes, durationMs } = materialized;
    const sizes = `${rowCount?.toLocaleString("en")} rows, ${bytes?.toLocaleString("en")} bytes`;
    const took = `the last refresh took ${durationMs?.toLocaleString("en")} ms`;
    return `${sizes}; ${took}. ${refreshed(materialized, next)} ${locked(materialized, mostSearchedRows)}`;
  },
  ofVersion: (version: number, current: number) =>
    `The content is of version ${version}; the clip's current version is ${current}.`,
  lastTryFailed: (when: Date | null) =>
    `The last try${when === null ? "" : `, on ${formatTime(when)},`} failed; the content is the one before.`,
  refresh: "Refresh now",
  remove: "Take the materialization away",
  scheduleAndColumns: "Schedule and unique columns",
  name: "Name in the schema dataclips",
  uniqueColumns: "Columns that together are unique, with commas; empty: they are looked for",
  cron: "Refresh: minute, hour, day of the month, month, day of the week, as cron has them; empty: by hand",
  timeZone: "Its time zone",
  exampleZone: "Europe/Berlin",
  save: "Save",
};

/** How old what readers get is: by a follower's own word, for replication may be behind. */
function content(reading: ShownMaterialized["reading"]): string {
  if (reading === null) return "No follower can be asked how old it is.";
  const { follower, content: found } = reading;
  if (found === null) return `The follower ${follower} has not got it yet.`;
  return `As ${follower} has it now, it is of version ${found.version} and ${age(found.refreshedAt)} old (${formatTime(found.refreshedAt)}).`;
}

const UNITS = [
  [86_400, "day"],
  [3_600, "hour"],
  [60, "minute"],
  [1, "second"],
] as const;

function age(since: Date): string {
  const seconds = Math.max(0, Math.floor((Date.now() - since.getTime()) / 1000));
  const [size, unit] = UNITS.find(([least]) => seconds >= 2 * least) ?? [1, "second"];
  const count = Math.floor(seconds / size);
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

function refreshed({ cron, timeZone }: ShownMaterialized, next: Date | undefined): string {
  if (next === undefined) return "It is refreshed by hand only.";
  return `It is refreshed by the schedule ${cron} in ${timeZone}, next on ${formatTime(next)}.`;
}

/** Whether readers wait for a refresh, and why. */
function locked({ indexColumns, rowCount }: ShownMaterialized, mostSearchedRows: number): string {
  if (indexColumns !== null) {
    return `It is refreshed while people read, by the unique index on ${indexColumns.join(", ")}.`;
  }
  const why =
    (rowCount ?? 0) > mostSearchedRows
      ? `among more than ${mostSearchedRows.toLocaleString("en")} rows no unique columns are looked for`
      : "no column, and no pair of columns, was found to be unique and without NULL";
  return `Readers wait while it is refreshed: ${why}. Name columns that are unique together.`;
}
