import { countOf } from "./formats.ts";

export const words = {
  title: (database: string) => `Tables and functions of ${database}`,
  whatToSearch: "Search tables, columns, comments and functions",
  searchedIn: "Name, column, comment",
  search: "Search",
  /** `shown`: the first and the last of the tables that a page has, where it has not all; `found`: by a search. */
  counts: (counted: { tables: number; shown: readonly [number, number] | null; functions: number; found: boolean }) => {
    const [first, last] = (counted.shown ?? []).map((number) => number.toLocaleString("en"));
    const shown = counted.shown === null ? "" : ` (${first} to ${last} are shown)`;
    const found = counted.found ? " found" : "";
    return `${countOf(counted.tables, "table")}${shown} and ${countOf(counted.functions, "function")}${found}`;
  },
  functions: "Functions",
  firstFunctions: (shown: number, all: number) =>
    `These are the first ${shown} of ${countOf(all, "function")}: search for others.`,
  noSchema: "The reader role may use no schema here. sql/roles.sql grants it those that you name.",
  nothingFound: (search: string, all: string) => (
    <>
      Nothing here has “{search}” in its name, its columns or its comment. <a href={all}>Show all</a>
    </>
  ),
  tablesOf: (schema: string) => `Tables of ${schema}`,
  table: "Table",
  kind: "Kind",
  rows: "Rows, about",
  size: "Size",
  notReadable: "not readable by clips",
  pages: "Pages",
  before: "Before",
  pageOf: (page: number, pages: number) => `Page ${page} of ${pages}`,
  more: "More tables",
  helper: "helper",
};
