import type { TableRef } from "../../src/databases/table-facts.ts";

export const words = {
  title: (table: string, database: string) => `${table} of ${database}`,
  allOf: (database: string) => `Tables and functions of ${database}`,
  partitionOf: ({ schema, name, bound }: TableRef & { bound: string }, href: string) => (
    <>
      A partition of{" "}
      <a href={href}>
        {schema}.{name}
      </a>{" "}
      <code>{bound}</code>
    </>
  ),
  notReadable: () => (
    <>
      Not readable by clips: the reader role has no SELECT on it. Whoever runs the database can grant it (
      <code>sql/roles.sql</code>).
    </>
  ),
  columns: "Columns",
  query: "Its query",
  clips: "Clips that use it",
  rows: (rows: number | null) => (rows === null ? "rows: not analyzed yet" : `about ${rows.toLocaleString("en")} rows`),
  partitionedBy: (key: string) => `by ${key}`,
  partitions: (count: number) => `${count.toLocaleString("en")} partitions`,
  sizes: (total: string, table: string, indexes: string, toast: string) =>
    `${total} on disk: ${table} table, ${indexes} indexes, ${toast} TOAST`,
  newClip: "New clip from this table",
  showRows: "Show ten rows",
  tenRows: "Ten rows",
  shown: (areAll: boolean, ms: number, follower: string) =>
    `${areAll ? "All rows that there are" : "In no order: the first that the server found"} · ${ms} ms · on ${follower}`,
  noClips: "None yet, of those that you may see.",
};
