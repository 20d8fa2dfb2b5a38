import type { Child } from "hono/jsx";

export const words = {
  tablesAndFunctionsOf: (database: string | number) => `Tables and functions of ${database}`,
  tablesAndFunctionsOf2: (database: Child) => <>Tables and functions of {database}</>,
  searchTablesColumnsComments: "Search tables, columns, comments and functions",
  nameColumnComment: "Name, column, comment",
  search: "Search",
  functions: "Functions",
  theseAreTheFirst: (count: Child, functionCount: Child) => (
    <>
      These are the first {count} of {functionCount}: search for others.
    </>
  ),
  theReaderRoleMay: "The reader role may use no schema here. sql/roles.sql grants it those that you name.",
  nothingHereHasIn: (search: Child, schemaAddress: string) => (
    <>
      Nothing here has “{search}” in its name, its columns or its comment. <a href={schemaAddress}>Show all</a>
    </>
  ),
  found: " found",
  toAreShown: (first: string | number, first2: string | number) => ` (${first} to ${first2} are shown)`,
  and: (tableCount: string | number, shown: string | number, functionCount: string | number, found: string | number) =>
    `${tableCount}${shown} and ${functionCount}${found}`,
  tablesOf: (schema: string | number) => `Tables of ${schema}`,
  table: "Table",
  kind: "Kind",
  rowsAbout: "Rows, about",
  size: "Size",
  notReadableByClips: "not readable by clips",
  pages: "Pages",
  before: "Before",
  pageOf: (page: Child, pages: Child) => (
    <>
      Page {page} of {pages}
    </>
  ),
  moreTables: "More tables",
  helper: "helper",
};
