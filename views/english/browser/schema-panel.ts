import { countOf } from "../formats.ts";

export const words = {
  whatToSearch: "Search tables and columns",
  searchedIn: "Table, column, comment",
  /** The name may be an element. */
  tablesOf: <Name>(database: Name): (string | Name)[] => ["Tables of ", database],
  loading: "Loading…",
  notHad: (database: string) =>
    `The tables of ${database} cannot be had now. Close this list, and open it in a moment.`,
  inserted: (name: string) => `Inserted ${name}.`,
  noTables: "The reader role may read no table here: sql/roles.sql grants it those that you name.",
  nothingFound: "No table has this in its name, its columns or its comment.",
  tables: (count: number, shown: number) =>
    shown < count
      ? `${countOf(count, "table")}, of which ${shown} are shown: search for others.`
      : `${countOf(count, "table")}.`,
  columnsOf: (table: string) => `Columns of ${table}`,
  aboutRows: (rows: number) => `about ${rows.toLocaleString("en")} rows`,
  column: (type: string, nullable: boolean) => (nullable ? type : `${type} not null`),
};
