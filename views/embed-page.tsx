import type { PinnedResult } from "../src/clips/share-access.ts";
import type { EmbedOptions } from "../src/routes/embed-options.ts";
import type { PageScript } from "../src/routes/page-script.ts";
import type { PagePreview } from "../src/routes/await-preview.ts";
import type { Preview } from "../src/routes/preview.ts";
import { ChartFigure } from "./charts/chart-figure.tsx";
import { ErrorMessage } from "./error-message.tsx";
import { PageHead, renderPage } from "./layout.tsx";
import { ResultTable } from "./result-table.tsx";
import { RunningPanel, RunningRefresh } from "./running-panel.tsx";
import { words } from "./english/embed-page.tsx";

interface EmbedPageProps {
  /** The clip's; a pinned result has its own. */
  title: string;
  /** The share's page, which has all of it. */
  href: string;
  /** The page's own address, and that of how far its run is: see RunningPanel. */
  address: string;
  progress: string;
  /** The clip's database. */
  database: string;
  preview: PagePreview;
  pinned: PinnedResult | null;
  /** The time that is asked for; null: now. */
  asOf: Date | null;
  options: EmbedOptions;
  /** What tells the page around how high this one is. */
  script: PageScript | null;
}

/** A share for a frame in another page: its title, its chart or first rows, its time, and the way to the whole. */
export function renderEmbedPage({
  title,
  href,
  address,
  progress,
  database,
  preview,
  pinned,
  asOf,
  options: { theme, show },
  script,
}: EmbedPageProps): string {
  const chart = "head" in preview ? preview.chart : null;
  const hasTable = show !== "chart" || chart === null;
  return renderPage(
    <html lang="en" data-theme={theme === "auto" ? undefined : theme}>
      <PageHead title={title}>
        <meta name="robots" content="noindex" />
        {script && <script type="module" src={script.src} />}
        <RunningRefresh preview={preview} script={script} page={address} />
      </PageHead>
      <body class="embed">
        <main>
          <h1>{title}</h1>
          {"running" in preview ? (
            <RunningPanel running={preview.running} database={database} page={address} progress={progress} />
          ) : "error" in preview ? (
            <ErrorMessage error={preview.error} />
          ) : (
            <>
              {show !== "table" && chart && <ChartFigure data={chart} title={title} files={null} />}
              {hasTable && (
                <ResultTable head={preview.head} end={preview.end} rows={preview.rows} source={null} tools={false} />
              )}
            </>
          )}
          <footer class="facts">
            {"head" in preview && <EmbedFacts {...{ preview, pinned, asOf, hasTable }} />}
            <a href={href} target="_blank" rel="noopener">
              {words.open}
            </a>
          </footer>
        </main>
      </body>
    </html>,
  );
}

/** How much of the result there is, and of which time it is. */
function EmbedFacts({
  preview: { head, end, rows },
  pinned,
  asOf,
  hasTable,
}: {
  preview: Extract<Preview, { head: unknown }>;
  pinned: PinnedResult | null;
  asOf: Date | null;
  hasTable: boolean;
}) {
  return (
    <>
      {end.truncated && <strong>{words.cutShort} </strong>}
      <span>
        {words.facts(head, end, hasTable && rows.length < end.rowCount ? rows.length : null, asOf, pinned)}
      </span>{" "}
    </>
  );
}
