export const words = {
  rowsOf: (shown: number, all: number) => `${shown.toLocaleString("en")} of ${all.toLocaleString("en")} rows`,
  loading: (rows: number) => `Loading … ${rows.toLocaleString("en")} rows`,
  firstLoaded: (rows: number) => `These are the first ${rows.toLocaleString("en")} rows: the downloads have all.`,
  notLoaded: (why: string) => `The other rows could not be loaded. ${why}`,
  filter: "Filter rows",
  copied: (rows: number, format: string) => `Copied ${rows.toLocaleString("en")} rows as ${format}.`,
  notLetCopy: "Your browser did not let them be copied.",
  columns: "Columns",
  copyAs: "Copy as",
  firstPrinted: (printed: number, all: number) =>
    `The first ${printed.toLocaleString("en")} of ${all.toLocaleString("en")} rows: the downloads have all.`,
};
