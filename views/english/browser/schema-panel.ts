import { countOf } from "../formats.ts";

export const words = {
  loading: "Loading…",
  searchTablesAndColumns: "Search tables and columns",
  tableColumnComment: "Table, column, comment",
  tablesOf: "Tables of ",
  theTablesOfCannot: (wanted: string | number) =>
    `The tables of ${wanted} cannot be had now. Close this list, and open it in a moment.`,
  inserted: (path: string | number) => `Inserted ${path}.`,
  theReaderRoleMay: "The reader role may read no table here: sql/roles.sql grants it those that you name.",
  noTableHasThis: "No table has this in its name, its columns or its comment.",
  tables: (count: number) => countOf(count, "table"),
  ofWhichAreShown: (tables: string | number, shown: string | number) =>
    `${tables}, of which ${shown} are shown: search for others.`,
  columnsOf: (path: string | number) => `Columns of ${path}`,
  aboutRows: (rows: string | number) => `about ${rows} rows`,
  notNull: " not null",
};
