import type { FollowerLink } from "../../src/links/follower-links.ts";
import type { LinkStatus } from "../../src/links/link-status.ts";
import { countOf } from "./formats.ts";

export const words = {
  title: (database: string) => `Links of ${database}`,
  whatTheyAre: (database: string) => (
    <>
      A link makes the tables of another database queryable from this one: clips on {database} read{" "}
      <code>link.table</code>, and can join it with tables of their own.
    </>
  ),
  none: "There are none yet.",
  newLink: "New link",
  name: "Name",
  to: "Leads to",
  whatToName: (others: readonly string[]) => (
    <>
      The name of a configured database{others.length > 0 && ` (${others.join(", ")})`}, or a URL as this database's
      servers can reach it: <code>postgres://role:password@host:5432/database</code>.
    </>
  ),
  schema: "Schema there",
  tables: "Tables",
  whichTables: "One a line. Left empty, it is all that the role there may read.",
  add: "Add the link",
  facts: ({ to, schema, whole, fetchSize }: LinkStatus) => {
    const database = to.database === null ? "" : `${to.database}: `;
    const tables = whole ? "" : ", chosen tables";
    return `${database}${to.role ?? "?"} at ${to.host}:${to.port}, database ${to.dbname} · schema ${schema}${tables} · ${fetchSize.toLocaleString("en")} rows at once`;
  },
  /** `reason`: why it cannot; null if it can. */
  primary: (reason: string | null) =>
    `The primary ${reason === null ? "reads from there" : `cannot read from there: ${reason}`}.`,
  follower: ({ name, ok, reason }: FollowerLink) => `${name}: ${ok ? "works" : (reason ?? "")}.`,
  moved: (database: string) => `${database} has another address in the configuration now: refresh the link.`,
  drift: "Refresh the link, for there is a change:",
  tableCount: (count: number) => countOf(count, "table"),
  table: (name: string, columns: number) => (
    <>
      <code>{name}</code> ({countOf(columns, "column")})
    </>
  ),
  refresh: "Refresh",
  remove: "Remove",
};
