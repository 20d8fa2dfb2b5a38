import { canBeDrawn } from "../src/charts/read-chart.ts";
import type { Clip } from "../src/clips/clips.ts";
import type { Preview } from "../src/routes/preview.ts";
import { ChartFigure } from "./charts/chart-figure.tsx";
import { chartFiles } from "./charts/chart-files.ts";
import { ChartForm } from "./charts/chart-form.tsx";
import { Downloads } from "./downloads.tsx";
import { ErrorMessage } from "./error-message.tsx";
import { ResultFacts, ResultTable } from "./result-table.tsx";
import { words } from "./english/clip-result.ts";

interface ClipResultProps {
  preview: Preview;
  clip: Pick<Clip, "title" | "chart">;
  /** Whether the reader may change how it is drawn. */
  mayWrite: boolean;
  /** The SQL that was to run. */
  sql: string;
  /** The number of the result before it with the same values; null: there is none. */
  previous: number | null;
  /** The clip's address. */
  path: string;
  /** Whether the page has the script that makes the table one of all rows. */
  tools: boolean;
}

/** A clip's result on its page: what it is, its rows, its downloads; or why there is none. */
export function ClipResult({
  preview,
  clip: { title, chart: saved },
  mayWrite,
  sql,
  previous,
  path,
  tools,
}: ClipResultProps) {
  if ("error" in preview) return <ErrorMessage error={preview.error} sql={sql} />;
  const { head, end, rows, chart } = preview;
  return (
    <section id="result">
      <h2>{words.result}</h2>
      <ResultFacts head={head} end={end} shown={rows.length} />
      {previous !== null && (
        <p class="facts">
          <a href={`${path}/compare?from=${previous}&to=${head.number}`}>{words.whatChanged}</a>
        </p>
      )}
      {chart !== null && <ChartFigure data={chart} title={title} files={chartFiles(path, `?result=${head.number}`)} />}
      {mayWrite && canBeDrawn(head.columns, null) && (
        <ChartForm chart={saved} columns={head.columns} path={path} result={head.number} />
      )}
      <ResultTable head={head} end={end} rows={rows} source={`${path}.csv?result=${head.number}`} tools={tools} />
      <Downloads path={path} query={`?result=${head.number}`} />
    </section>
  );
}
