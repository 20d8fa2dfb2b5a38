import { speakingSlug } from "../src/clips/slug.ts";
import type { Clip } from "../src/clips/clips.ts";
import type { DraftForm } from "../src/routes/draft-form.ts";
import type { Conflict } from "../src/routes/draft-of-clip.ts";
import { SqlDiff } from "./sql-diff.tsx";

/** What the form's fields besides the SQL are called. */
const WORDS: readonly (readonly [name: keyof DraftForm, words: string])[] = [
  ["title", "Title"],
  ["database", "Database"],
  ["description", "Description"],
  ["refresh", "Refresh"],
  ["max_age_seconds", "Seconds that a result may be old"],
  ["cron", "Cron"],
  ["time_zone", "Time zone"],
  ["keep_results", "Results kept"],
  ["keep_days", "Days kept"],
  ["keep_bytes", "Bytes kept"],
  ["masked_parameters", "Masked parameters"],
  ["tags", "Tags"],
];

/** What somebody else has saved, beside what one was about to save: before it is saved over, it is seen. */
export function EditConflict({ clip, conflict: { saved, draft } }: { clip: Clip; conflict: Conflict }) {
  const fields = WORDS.filter(([name]) => (saved[name] ?? "") !== (draft[name] ?? ""));
  const isSameSql = saved.sql === draft.sql;
  return (
    <section class="notice conflict" aria-labelledby="conflict">
      <h2 id="conflict">What is saved, and what you have written</h2>
      {isSameSql ? (
        <p>The SQL is the same.</p>
      ) : (
        <>
          <p>
            On the left version {clip.version}, which is saved; on the right your SQL.{" "}
            <a href={`/clips/${speakingSlug(clip.slug, clip.title)}/versions`} target="_blank">
              All versions
            </a>
          </p>
          <SqlDiff before={saved.sql} after={draft.sql} />
        </>
      )}
      {isSameSql && fields.length === 0 && <p>Nothing is different, but perhaps the team.</p>}
      {fields.length > 0 && (
        <div class="scroll" tabindex={0} role="region" aria-label="Other fields">
          <table>
            <thead>
              <tr>
                <th>Field</th>
                <th>Saved</th>
                <th>Yours</th>
              </tr>
            </thead>
            <tbody>
              {fields.map(([name, words]) => (
                <tr>
                  <th scope="row">{words}</th>
                  <td>{saved[name] || <span class="null">empty</span>}</td>
                  <td>{draft[name] || <span class="null">empty</span>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p class="note">
        Put what you want to keep into the form below. To save it then saves over what is saved now
        {isSameSql ? "." : "; every version stays, and can be restored."}
      </p>
    </section>
  );
}
