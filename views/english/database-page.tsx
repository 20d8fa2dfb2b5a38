import type { Child } from "hono/jsx";

export const words = {
  database: (name: string | number) => `Database ${name}`,
  allDatabases: "All databases",
  followers: "Followers",
  extensions: "Extensions",
  helpers: "Helpers",
  links: "Links",
  materializedClips: "Materialized clips",
  thisCouldNotBe: (message: Child, hint: Child) => (
    <>
      This could not be found out. {message} {hint}
    </>
  ),
  thereAreNone: "There are none.",
  extension: "Extension",
  is: "Is",
  version: "Version",
  anotherDatabase: "another database",
  theSchemaOf: (name: Child, schema: Child, to: Child) => (
    <>
      <code>{name}</code>: the schema {schema} of {to}
    </>
  ),
  thereAreNoneWith: "There are none: with one, clips here can join tables of another database. ",
  linksToOtherDatabases: "Links to other databases",
  thereAreNoneA: "There are none. A clip can be kept as a table that others build on: see the clip's page.",
  neverFilledYet: "never filled yet",
  of: (refreshedAt: string, refreshedAt2: Child) => (
    <>
      of <time datetime={refreshedAt}>{refreshedAt2}</time>
    </>
  ),
  andItsLastRefresh: ", and its last refresh has failed",
};
