import type { ShareFormat } from "../src/clips/share-rules.ts";
import { CopyBlock } from "./copy-block.tsx";

interface Recipe {
  name: string;
  /** What is done with it, where that is not plain. */
  note?: string;
  /** What it reads; CSV, where nothing is said. */
  format?: ShareFormat;
  text: (url: string) => string;
}

/** How a share's data gets into what people use, to be copied; each works without signing in. */
const RECIPES: readonly Recipe[] = [
  {
    name: "Google Sheets",
    note: "In a cell; Sheets asks again every hour.",
    text: (url) => `=IMPORTDATA("${url}.csv")`,
  },
  {
    name: "Excel",
    note: "Data → Get Data → Blank Query → Advanced Editor.",
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
    note: "Into a table that is there, with the same columns.",
    text: (url) => `\\copy result FROM PROGRAM 'curl --fail --silent ${url}.csv' (FORMAT csv, HEADER)`,
  },
];

/** What to copy for each of the programs that read a share; folded. */
export function Recipes({ url, formats }: { url: string; formats: readonly ShareFormat[] }) {
  const recipes = RECIPES.filter(({ format = "csv" }) => formats.includes(format));
  if (recipes.length === 0) return null;
  return (
    <details class="recipes">
      <summary>For {recipes.map(({ name }) => name).join(", ")}</summary>
      {recipes.map(({ name, note, text }) => (
        <section>
          <h3>{name}</h3>
          {note !== undefined && <p class="note">{note}</p>}
          <CopyBlock name={`recipe for ${name}`} text={text(url)} />
        </section>
      ))}
    </details>
  );
}
