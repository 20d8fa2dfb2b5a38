import type { Child } from "hono/jsx";
import { countOf } from "./formats.ts";

export const words = {
  linksOf: (database: string | number) => `Links of ${database}`,
  linksOf2: (database: Child) => <>Links of {database}</>,
  aLinkMakesThe: (database: Child) => (
    <>
      A link makes the tables of another database queryable from this one: clips on {database} read{" "}
      <code>link.table</code>, and can join it with tables of their own.
    </>
  ),
  thereAreNoneYet: "There are none yet.",
  newLink: "New link",
  name: "Name",
  leadsTo: "Leads to",
  theNameOfA: (others: Child) => (
    <>
      The name of a configured database{others}, or a URL as this database's servers can reach it:{" "}
      <code>postgres://role:password@host:5432/database</code>.
    </>
  ),
  schemaThere: "Schema there",
  tables: "Tables",
  oneALineLeft: "One a line. Left empty, it is all that the role there may read.",
  addTheLink: "Add the link",
  atDatabase: (role: string | number, host: string | number, port: string | number, dbname: string | number) =>
    `${role} at ${host}:${port}, database ${dbname}`,
  chosenTables: ", chosen tables",
  schemaRowsAtOnce: (database: Child, address: Child, schema: Child, chosenTables: Child, fetchSize: Child) => (
    <>
      {database}
      {address} · schema {schema}
      {chosenTables} · {fetchSize} rows at once
    </>
  ),
  readsFromThere: "reads from there.",
  cannotReadFromThere: (reason: string | number) => `cannot read from there: ${reason}.`,
  thePrimary: (reason: Child) => <>The primary {reason}</>,
  works: "works",
  hasAnotherAddressIn: (database: Child) => (
    <>{database} has another address in the configuration now: refresh the link.</>
  ),
  refreshTheLinkFor: "Refresh the link, for there is a change:",
  table: (name: string, columns: number) => (
    <>
      <code>{name}</code> ({countOf(columns, "column")})
    </>
  ),
  refresh: "Refresh",
  remove: "Remove",
};
