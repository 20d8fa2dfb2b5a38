import type { Clip } from "../src/clips/clips.ts";
import { speakingSlug } from "../src/clips/slug.ts";
import type { Access } from "../src/people/access.ts";
import type { NameOf } from "../src/people/names.ts";
import { mayDo } from "../src/people/permissions.ts";
import { FORMAT_NAMES } from "../src/results/formats.ts";
import type { HistoryEntry } from "../src/results/history.ts";
import type { RunWithoutResult } from "../src/runs/runs-without-result.ts";
import { Layout, renderPage } from "./layout.tsx";
import { WideTable } from "./wide-table.tsx";
import { formatTime } from "./english/formats.ts";
import { parameterWords, RunsTable } from "./runs-table.tsx";
import { words } from "./english/results-page.tsx";

interface ResultsPageProps {
  access: Access;
  nameOf: NameOf;
  clip: Clip;
  results: readonly HistoryEntry[];
  /** The last ones that have made none. */
  runs: readonly RunWithoutResult[];
  total: number;
  page: number;
  pageSize: number;
}

/** The stored results of a clip, the newest first. */
export function renderResultsPage({
  access,
  nameOf,
  clip,
  results,
  runs,
  total,
  page,
  pageSize,
}: ResultsPageProps): string {
  const path = `/clips/${speakingSlug(clip.slug, clip.title)}`;
  const [newest, second] = results;
  const from = newest?.previous ?? second?.number;
  return renderPage(
    <Layout title={words.title(clip.title)} access={access}>
      <h1>{words.heading(clip.title, path)}</h1>
      {results.length === 0 ? (
        <p>{words.nothingStored(page)}</p>
      ) : (
        <>
          {results.length > 1 && (
            <form class="actions" id="compare" method="get" action={`${path}/compare`}>
              <button>{words.compare}</button>
              <span class="note">{words.howToChoose}</span>
            </form>
          )}
          <WideTable label={words.results} heads={words.columns(results.length > 1)} class="result history">
            {results.map((entry) => (
              <ResultRow
                path={path}
                entry={entry}
                askedBy={nameOf(entry.asker)}
                mayShare={mayDo(access, "shares.write")}
                chosen={
                  results.length > 1 ? { from: entry.number === from, to: entry.number === newest?.number } : null
                }
              />
            ))}
          </WideTable>
        </>
      )}
      <nav class="pages" aria-label={words.pages}>
        {page > 1 && <a href={`${path}/results?page=${page - 1}`}>{words.newer}</a>}
        {total > pageSize && <span>{words.pageOf(page, Math.ceil(total / pageSize))}</span>}
        {page * pageSize < total && <a href={`${path}/results?page=${page + 1}`}>{words.older}</a>}
      </nav>
      <RunsTable runs={runs} nameOf={nameOf} />
    </Layout>,
  );
}

interface ResultRowProps {
  path: string;
  entry: HistoryEntry;
  askedBy: string;
  mayShare: boolean;
  /** Whether it is one of the two that are chosen to be compared; null: there is nothing to compare. */
  chosen: { from: boolean; to: boolean } | null;
}

function ResultRow({ path, entry, askedBy, mayShare, chosen }: ResultRowProps) {
  const { number, follower } = entry;
  return (
    <tr id={`result-${number}`}>
      <td>
        <a href={`${path}?result=${number}`}>{words.result(number)}</a>
        {Object.keys(entry.parameters).length > 0 && <small> {parameterWords(entry.parameters)}</small>}
        {entry.pinned > 0 && <small> {words.pinnedBy(entry.pinned)}</small>}
      </td>
      {chosen !== null && <ChoiceCell name="from" entry={entry} chosen={chosen.from} />}
      {chosen !== null && <ChoiceCell name="to" entry={entry} chosen={chosen.to} />}
      <td>
        <time datetime={entry.finishedAt.toISOString()}>{formatTime(entry.finishedAt)}</time>
      </td>
      <td class="number">{entry.version}</td>
      <td class="number">
        {entry.rowCount.toLocaleString("en")}
        {entry.truncated && <small> {words.cutShort}</small>}
      </td>
      <td class="number">{words.took(entry.durationMs)}</td>
      <td>
        {follower.name}
        {follower.lagSeconds !== null && <small> {words.behind(follower.lagSeconds)}</small>}
      </td>
      <td>{askedBy}</td>
      <td>
        {FORMAT_NAMES.map((format) => (
          <>
            <a href={`${path}.${format}?result=${number}`}>{format.toUpperCase()}</a>{" "}
          </>
        ))}
      </td>
      <td>
        {entry.previous !== null && (
          <a href={`${path}/compare?from=${entry.previous}&to=${number}`}>{words.compareWithPrevious}</a>
        )}
        {mayShare && (
          <form method="post" action={`${path}/shares`}>
            <input type="hidden" name="result" value={String(number)} />
            <button class="plain">{words.pin}</button>
          </form>
        )}
      </td>
    </tr>
  );
}

interface ChoiceProps {
  name: "from" | "to";
  entry: HistoryEntry;
  chosen: boolean;
}

/** A choice of the form above the table: rows have forms of their own, and forms do not nest. */
function ChoiceCell({ name, entry: { number }, chosen }: ChoiceProps) {
  return (
    <td class="choice">
      <input
        type="radio"
        form="compare"
        name={name}
        value={String(number)}
        checked={chosen}
        aria-label={words.choice[name](number)}
      />
    </td>
  );
}
