import type { Clip } from "../src/clips/clips.ts";
import type { PinnedResult } from "../src/clips/share-access.ts";
import type { Format } from "../src/results/formats.ts";
import type { ParameterJson } from "../src/routes/clip-json.ts";
import type { PageScript } from "../src/routes/page-script.ts";
import type { PagePreview } from "../src/routes/await-preview.ts";
import type { Preview } from "../src/routes/preview.ts";
import type { ParameterValues } from "../src/runs/parameters.ts";
import { ChartFigure } from "./charts/chart-figure.tsx";
import { chartFiles } from "./charts/chart-files.ts";
import { Downloads } from "./downloads.tsx";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";
import { Markdown } from "./markdown.tsx";
import { LinkCard, type LinkCardProps } from "./link-card.tsx";
import { firstLine } from "./markdown-html.ts";
import { ParameterForm } from "./parameter-form.tsx";
import { ResultFacts, ResultTable } from "./result-table.tsx";
import { RunningPanel, RunningRefresh } from "./running-panel.tsx";
import { words } from "./english/shared-page.ts";

interface SharedPageProps {
  clip: Clip;
  /** The page's own. */
  path: string;
  /** The query that it was asked for with. */
  search: string;
  preview: PagePreview;
  /** The one result that the share shows; null: the current one. */
  pinned: PinnedResult | null;
  /** The formats that the share gives besides the page. */
  formats: readonly Format[];
  /** The time that is asked for; null: now. */
  asOf: Date | null;
  /** Those that the viewer may choose, and their values. */
  parameters: readonly ParameterJson[];
  values: ParameterValues;
  /** What makes the result's table one of all its rows; without it the page works as it is. */
  script: PageScript | null;
  /** For programs that show a card in place of a link; null: not for everyone. */
  card: Pick<LinkCardProps, "baseUrl" | "url" | "picture"> | null;
}

/** What anyone sees who has a share's link: the result, and not the SQL. */
export function renderSharedPage({
  clip,
  path,
  search: asked,
  preview,
  pinned,
  formats,
  asOf,
  parameters,
  values,
  script,
  card,
}: SharedPageProps): string {
  const query = new URLSearchParams({
    ...(pinned === null && (asOf !== null || parameters.length > 0) && notNull(values)),
    ...(asOf && { as_of: asOf.toISOString() }),
  });
  const search = query.size === 0 ? "" : `?${query}`;
  // A pinned result has its own title; a description is the clip's, and may change.
  const title = pinned !== null && "head" in preview ? preview.head.title : clip.title;
  return renderPage(
    <Layout
      title={title}
      access={null}
      head={
        <>
          <meta name="robots" content="noindex" />
          <RunningRefresh preview={preview} script={script} page={path + asked} />
          {card !== null && "head" in preview && (
            <LinkCard
              {...card}
              title={title}
              description={cardText(preview, pinned === null ? clip.description : "")}
            />
          )}
        </>
      }
    >
      <h1>{title}</h1>
      {script && <script type="module" src={script.src} />}
      {pinned === null && clip.description !== "" && <Markdown text={clip.description} />}
      {pinned !== null && <PinnedFacts pinned={pinned} />}
      {asOf !== null && <p class="facts">{words.asOf(asOf)}</p>}
      <ParameterForm
        action={path}
        runAction={null}
        version={null}
        asOf={asOf}
        parameters={parameters}
        values={values}
      />
      {"running" in preview ? (
        <RunningPanel
          running={preview.running}
          database={clip.database}
          page={path + asked}
          progress={`${path}/run${asked}`}
        />
      ) : "error" in preview ? (
        <ErrorMessage error={preview.error} />
      ) : (
        <>
          <ResultFacts head={preview.head} end={preview.end} shown={preview.rows.length} />
          <Downloads path={path} formats={formats} query={search} />
          {preview.chart !== null && (
            <ChartFigure data={preview.chart} title={title} files={chartFiles(path, search)} />
          )}
          <ResultTable
            head={preview.head}
            end={preview.end}
            rows={preview.rows}
            source={formats.includes("csv") ? `${path}.csv${search}` : null}
            tools={script !== null}
          />
        </>
      )}
    </Layout>,
  );
}

/** The first line of the description; without one, how large the result is, and of when. */
function cardText({ head, end }: Extract<Preview, { head: unknown }>, description: string): string {
  return firstLine(description) || words.size(end.rowCount, head.startedAt);
}

function notNull(values: ParameterValues): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== null));
}

function PinnedFacts({ pinned }: { pinned: PinnedResult }) {
  const values = Object.entries(pinned.parameters).map(([name, value]) => `${name} = ${value ?? "NULL"}`);
  return <p class="facts">{words.pinned(pinned.number, values)}</p>;
}
