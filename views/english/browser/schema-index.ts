export const words = {
  schema: "schema",
  relation: (kind: string, rows: number | null) => (rows === null ? kind : `${kind}, ${COUNT.format(rows)} rows`),
  /** What functions of one name give: the only one's result, or how many there are. */
  functions: (forms: number, result: string, isHelper: boolean) =>
    `${isHelper ? "helper, " : ""}${forms > 1 ? `${forms} forms` : result}`,
  columnOf: (tables: readonly string[]) =>
    tables.length > 2 ? `in ${tables.length} tables` : `in ${tables.join(", ")}`,
};

/** Made once: there may be ten thousand tables. */
const COUNT = new Intl.NumberFormat("en");
