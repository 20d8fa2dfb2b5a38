import { speakingSlug } from "../src/clips/slug.ts";
import type { Clip } from "../src/clips/clips.ts";
import type { DraftForm } from "../src/routes/draft-form.ts";
import type { Conflict } from "../src/routes/draft-of-clip.ts";
import { SqlDiff } from "./sql-diff.tsx";
import { words } from "./english/edit-conflict.tsx";

/** What the form's fields besides the SQL are called. */
const WORDS: readonly (readonly [name: keyof DraftForm, label: string])[] = [
  ["title", words.title],
  ["database", words.database],
  ["description", words.description],
  ["refresh", words.refresh],
  ["max_age_seconds", words.secondsThatAResult],
  ["cron", words.cron],
  ["time_zone", words.timeZone],
  ["keep_results", words.resultsKept],
  ["keep_days", words.daysKept],
  ["keep_bytes", words.bytesKept],
  ["masked_parameters", words.maskedParameters],
  ["tags", words.tags],
];

/** What somebody else has saved, beside what one was about to save: before it is saved over, it is seen. */
export function EditConflict({ clip, conflict: { saved, draft } }: { clip: Clip; conflict: Conflict }) {
  const fields = WORDS.filter(([name]) => (saved[name] ?? "") !== (draft[name] ?? ""));
  const isSameSql = saved.sql === draft.sql;
  return (
    <section class="notice conflict" aria-labelledby="conflict">
      <h2 id="conflict">{words.whatIsSavedAnd}</h2>
      {isSameSql ? (
        <p>{words.theSqlIsThe}</p>
      ) : (
        <>
          <p>{words.onTheLeftVersion(clip.version, `/clips/${speakingSlug(clip.slug, clip.title)}/versions`)}</p>
          <SqlDiff before={saved.sql} after={draft.sql} />
        </>
      )}
      {isSameSql && fields.length === 0 && <p>{words.nothingIsDifferentBut}</p>}
      {fields.length > 0 && (
        <div class="scroll" tabindex={0} role="region" aria-label={words.otherFields}>
          <table>
            <thead>
              <tr>
                <th>{words.field}</th>
                <th>{words.saved}</th>
                <th>{words.yours}</th>
              </tr>
            </thead>
            <tbody>
              {fields.map(([name, label]) => (
                <tr>
                  <th scope="row">{label}</th>
                  <td>{saved[name] || <span class="null">{words.empty}</span>}</td>
                  <td>{draft[name] || <span class="null">{words.empty}</span>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p class="note">{words.putWhatYouWant(isSameSql ? "." : words.everyVersionStaysAnd)}</p>
    </section>
  );
}
