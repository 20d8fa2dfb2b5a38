import { addressOfRun, type PagePreview, type Running } from "../src/routes/await-preview.ts";
import type { PageScript } from "../src/routes/page-script.ts";
import { describeRun } from "./english/run-words.ts";
import { words } from "./english/running-panel.ts";

/** Seconds after which a page without the script looks for its result again. */
const AGAIN_SECONDS = 2;

interface RunningPanelProps {
  running: Running;
  /** The clip's database. */
  database: string;
  /** The page's own address, and the one under which the run says how far it is. */
  page: string;
  progress: string;
}

/**
 * Stands in a result's place while it is made. views/browser/follow-run.ts says how far it is, and puts the result here;
 * without a script the page comes again: see {@link RunningRefresh}.
 */
export function RunningPanel({ running: { info, elapsedMs, waiting }, database, page, progress }: RunningPanelProps) {
  return (
    <section
      id="result"
      class="notice running"
      aria-label={words.result}
      data-progress={addressOfRun(progress, waiting)}
      data-page={addressOfRun(page, waiting)}
      data-database={database}
      data-elapsed={String(elapsedMs)}
    >
      <p class="said">{describeRun(info, elapsedMs, database)}</p>
      <noscript>
        <p class="note">{words.looksAgain}</p>
      </noscript>
    </section>
  );
}

interface RunningRefreshProps {
  preview: PagePreview;
  /** What follows the run in the page. */
  script: PageScript | null;
  /** The page's own address. */
  page: string;
}

/** For the head of a page: it comes again until it has its result, where no script does that. */
export function RunningRefresh({ preview, script, page }: RunningRefreshProps) {
  if (!("running" in preview)) return null;
  const again = `${AGAIN_SECONDS}; url=${addressOfRun(page, preview.running.waiting)}`;
  const refresh = <meta http-equiv="refresh" content={again} />;
  return script === null ? refresh : <noscript>{refresh}</noscript>;
}
