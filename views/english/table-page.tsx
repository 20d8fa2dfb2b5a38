import type { Child } from "hono/jsx";

export const words = {
  of: (title: string | number, database: string | number) => `${title} of ${database}`,
  tablesAndFunctionsOf: (database: Child) => <>Tables and functions of {database}</>,
  aPartitionOf: (tableAddress: string, schema: Child, name: Child, bound: Child) => (
    <>
      A partition of{" "}
      <a href={tableAddress}>
        {schema}.{name}
      </a>{" "}
      <code>{bound}</code>
    </>
  ),
  notReadableByClips: () => (
    <>
      Not readable by clips: the reader role has no SELECT on it. Whoever runs the database can grant it (
      <code>sql/roles.sql</code>).
    </>
  ),
  columns: "Columns",
  itsQuery: "Its query",
  clipsThatUseIt: "Clips that use it",
  rowsNotAnalyzedYet: "rows: not analyzed yet",
  aboutRows: (rows: string | number) => `about ${rows} rows`,
  by: (partitionKey: string | number) => `by ${partitionKey}`,
  partitions: (partitionCount: string | number) => `${partitionCount} partitions`,
  onDiskTableIndexes: (size: string | number, size2: string | number, size3: string | number, size4: string | number) =>
    `${size} on disk: ${size2} table, ${size3} indexes, ${size4} TOAST`,
  newClipFromThis: "New clip from this table",
  showTenRows: "Show ten rows",
  tenRows: "Ten rows",
  allRowsThatThere: "All rows that there are",
  inNoOrderThe: "In no order: the first that the server found",
  msOn: (rows: Child, durationMs: Child, follower: Child) => (
    <>
      {rows} · {durationMs} ms · on {follower}
    </>
  ),
  noneYetOfThose: "None yet, of those that you may see.",
};
