import type { Clip } from "../src/clips/clips.ts";
import { speakingSlug } from "../src/clips/slug.ts";
import type { AppError } from "../src/errors.ts";
import type { Access } from "../src/people/access.ts";
import type { HistoryEntry } from "../src/results/history.ts";
import type { ComparedResult, OpenedComparison } from "../src/routes/open-comparison.ts";
import type { ShownDifference } from "../src/routes/read-differences.ts";
import { DifferenceTable } from "./difference-table.tsx";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";
import { formatTime } from "./english/formats.ts";

/** A comparison with the differences that the page shows. */
export interface ShownComparison extends OpenedComparison {
  differences: readonly ShownDifference[];
}

interface ComparePageProps {
  access: Access;
  clip: Clip;
  /** Those that can be chosen, the newest first. */
  results: readonly HistoryEntry[];
  from: number | undefined;
  to: number | undefined;
  key: readonly string[];
  /** Null before two results are chosen. */
  shown: ShownComparison | { error: AppError } | null;
}

/** Two results of a clip, compared: a form, the counts, the first differences. It works without JavaScript. */
export function renderComparePage({ access, clip, results, from, to, key, shown }: ComparePageProps): string {
  const path = `/clips/${speakingSlug(clip.slug, clip.title)}`;
  return renderPage(
    <Layout title={`Compare results of ${clip.title}`} access={access}>
      <h1>
        Compare results of <a href={path}>{clip.title}</a>
      </h1>
      {results.length < 2 && (
        <p class="note">
          This clip has {results.length === 0 ? "no result" : "one result"} so far: run it again to have two.
        </p>
      )}
      <form class="parameters" method="get" action={`${path}/compare`}>
        <ResultChoice label="From (older)" name="from" chosen={from} results={results} />
        <ResultChoice label="To (newer)" name="to" chosen={to} results={results} />
        <label>
          Key columns
          <input name="key" value={key.join(",")} placeholder="guessed" aria-describedby="key-note" />
        </label>
        <button class="primary">Compare</button>
      </form>
      <p class="note" id="key-note">
        The key says which rows are the same one: columns with commas between them, * for the whole row, or nothing to
        have it guessed.
      </p>
      {shown !== null && ("error" in shown ? <ErrorMessage error={shown.error} /> : <Shown clip={clip} {...shown} />)}
    </Layout>,
  );
}

interface ResultChoiceProps {
  label: string;
  name: string;
  chosen: number | undefined;
  results: readonly HistoryEntry[];
}

function ResultChoice({ label, name, chosen, results }: ResultChoiceProps) {
  return (
    <label>
      {label}
      <select name={name}>
        {chosen !== undefined && results.every(({ number }) => number !== chosen) && (
          <option value={String(chosen)} selected>
            {chosen}
          </option>
        )}
        {results.map(({ number, version, startedAt, rowCount, truncated }) => (
          <option value={String(number)} selected={number === chosen}>
            {number} · {formatTime(startedAt)} · version {version} · {rowCount.toLocaleString("en")} rows
            {truncated && ", cut short"}
          </option>
        ))}
      </select>
    </label>
  );
}

function Shown({ clip, from, to, comparison, differences }: ShownComparison & { clip: Clip }) {
  const { counts, key, isGuessed } = comparison;
  const { columns } = to.head;
  const names = key.map((column) => columns[column]!.name);
  const query = new URLSearchParams([
    ["from", String(from.head.number)],
    ["to", String(to.head.number)],
    ...(names.length === 0 ? ["*"] : names).map((name) => ["key", name]),
  ]);
  const total = counts.added + counts.removed + counts.changed;
  return (
    <>
      {[from, to].map(
        ({ head, end }) =>
          end.truncated && (
            <p class="warning" role="note">
              Result {head.number} is cut short: it ends after {end.rowCount.toLocaleString("en")} rows. Rows beyond its
              end are counted as if they did not exist.
            </p>
          ),
      )}
      <p class="counts" role="status">
        <strong>{total === 0 ? "No differences." : ""}</strong> {counts.added.toLocaleString("en")} added ·{" "}
        {counts.removed.toLocaleString("en")} removed · {counts.changed.toLocaleString("en")} changed ·{" "}
        {counts.same.toLocaleString("en")} the same
      </p>
      <p class="facts">
        <Facts result={from} /> → <Facts result={to} /> · compared by{" "}
        {names.length === 0 ? "the whole row" : names.join(", ")}
        {isGuessed && (names.length === 0 ? " (no key was found that is unique in both)" : " (guessed)")}
        {differences.length < total && ` · the first ${differences.length} differences are shown`}
      </p>
      {total > 0 && (
        <>
          <p class="downloads">
            <a class="button" href={`/api/clips/${clip.slug}/compare.csv?${query}`}>
              CSV of all differences
            </a>
          </p>
          <DifferenceTable columns={columns} keyColumns={key} differences={differences} />
        </>
      )}
    </>
  );
}

function Facts({ result: { head, end } }: { result: ComparedResult }) {
  return (
    <>
      result {head.number} (version {head.version}, {formatTime(head.startedAt)}, {end.rowCount.toLocaleString("en")}{" "}
      rows)
    </>
  );
}
