import type { Clip } from "../src/clips/clips.ts";
import { speakingSlug } from "../src/clips/slug.ts";
import type { AppError } from "../src/errors.ts";
import type { Access } from "../src/people/access.ts";
import type { HistoryEntry } from "../src/results/history.ts";
import type { OpenedComparison } from "../src/routes/open-comparison.ts";
import type { ShownDifference } from "../src/routes/read-differences.ts";
import { DifferenceTable } from "./difference-table.tsx";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";
import { words } from "./english/compare-page.tsx";

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
    <Layout title={words.title(clip.title)} access={access}>
      <h1>{words.heading(clip.title, path)}</h1>
      {results.length < 2 && <p class="note">{words.tooFew(results.length)}</p>}
      <form class="parameters" method="get" action={`${path}/compare`}>
        <ResultChoice label={words.from} name="from" chosen={from} results={results} />
        <ResultChoice label={words.to} name="to" chosen={to} results={results} />
        <label>
          {words.keyColumns}
          <input name="key" value={key.join(",")} placeholder={words.guessed} aria-describedby="key-note" />
        </label>
        <button class="primary">{words.compare}</button>
      </form>
      <p class="note" id="key-note">
        {words.whatKeySays}
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
        {results.map((entry) => (
          <option value={String(entry.number)} selected={entry.number === chosen}>
            {words.choice(entry)}
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
              {words.cutShort(head.number, end.rowCount)}
            </p>
          ),
      )}
      <p class="counts" role="status">
        {words.counts(counts)}
      </p>
      <p class="facts">
        {words.compared(from, to, names, isGuessed, differences.length < total ? differences.length : null)}
      </p>
      {total > 0 && (
        <>
          <p class="downloads">
            <a class="button" href={`/api/clips/${clip.slug}/compare.csv?${query}`}>
              {words.csv}
            </a>
          </p>
          <DifferenceTable columns={columns} keyColumns={key} differences={differences} />
        </>
      )}
    </>
  );
}
