export const words = {
  ofRows: (count: string | number, count2: string | number) => `${count} of ${count2} rows`,
  loadingRows: (count: string | number) => `Loading … ${count} rows`,
  theseAreTheFirst: (total: string | number) => `These are the first ${total} rows: the downloads have all.`,
  theOtherRowsCould: (message: string | number) => `The other rows could not be loaded. ${message}`,
  filterRows: "Filter rows",
  copiedRowsAs: (count: string | number, format: string | number) => `Copied ${count} rows as ${format}.`,
  yourBrowserDidNot: "Your browser did not let them be copied.",
  columns: "Columns",
  copyAs: "Copy as",
  copyAs2: "Copy as ",
  theFirstOfRows: (printed: string | number, total: string | number) =>
    `The first ${printed} of ${total} rows: the downloads have all.`,
};
