import type { ShareFormat } from "../src/clips/share-rules.ts";

/** How a program gets at a share's data. */
interface Recipe {
  name: string;
  /** What it reads; CSV, where nothing is said. */
  format?: ShareFormat;
  text: (url: string) => string;
}

/** How a share's data gets into what people use, to be copied; each works without signing in. */
export const RECIPES: readonly Recipe[] = [
  {
    name: "Google Sheets",
    text: (url) => `=IMPORTDATA("${url}.csv")`,
  },
  {
    name: "Excel",
    text: (url) =>
      `let\n  Source = Csv.Document(Web.Contents("${url}.csv"), [Delimiter = ",", Encoding = 65001, QuoteStyle = QuoteStyle.Csv]),\n  Rows = Table.PromoteHeaders(Source, [PromoteAllScalars = true])\nin\n  Rows`,
  },
  { name: "curl", text: (url) => `curl --fail --location --output result.csv '${url}.csv'` },
  { name: "pandas", text: (url) => `import pandas\n\nresult = pandas.read_csv("${url}.csv")` },
  { name: "R", text: (url) => `result <- read.csv("${url}.csv", check.names = FALSE)` },
  { name: "DuckDB", text: (url) => `SELECT * FROM read_csv('${url}.csv', header = true);` },
  {
    name: "JavaScript",
    format: "json",
    text: (url) =>
      `const response = await fetch("${url}.json?rows=objects");\nif (!response.ok) throw new Error((await response.json()).error.message);\nconst { values } = await response.json();`,
  },
  {
    name: "psql",
    text: (url) => `\\copy result FROM PROGRAM 'curl --fail --silent ${url}.csv' (FORMAT csv, HEADER)`,
  },
];
