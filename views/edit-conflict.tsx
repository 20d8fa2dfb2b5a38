import { speakingSlug } from "../src/clips/slug.ts";
import type { Clip } from "../src/clips/clips.ts";
import type { DraftForm } from "../src/routes/draft-form.ts";
import type { Conflict } from "../src/routes/draft-of-clip.ts";
import { SqlDiff } from "./sql-diff.tsx";
import { WideTable } from "./wide-table.tsx";
import { words } from "./english/edit-conflict.tsx";

/** The form's fields besides the SQL. */
const FIELDS = [
  "title",
  "database",
  "description",
  "refresh",
  "max_age_seconds",
  "cron",
  "time_zone",
  "keep_results",
  "keep_days",
  "keep_bytes",
  "masked_parameters",
  "tags",
] as const satisfies readonly (keyof DraftForm)[];

/** What somebody else has saved, beside what one was about to save: before it is saved over, it is seen. */
export function EditConflict({ clip, conflict: { saved, draft } }: { clip: Clip; conflict: Conflict }) {
  const fields = FIELDS.filter((name) => (saved[name] ?? "") !== (draft[name] ?? ""));
  const isSameSql = saved.sql === draft.sql;
  return (
    <section class="notice conflict" aria-labelledby="conflict">
      <h2 id="conflict">{words.title}</h2>
      {isSameSql ? (
        <p>{words.sameSql}</p>
      ) : (
        <>
          <p>{words.whatStandsWhere(clip.version, `/clips/${speakingSlug(clip.slug, clip.title)}/versions`)}</p>
          <SqlDiff before={saved.sql} after={draft.sql} />
        </>
      )}
      {isSameSql && fields.length === 0 && <p>{words.nothingDiffers}</p>}
      {fields.length > 0 && (
        <WideTable label={words.otherFields} heads={[words.field, words.saved, words.yours]}>
          {fields.map((name) => (
            <tr>
              <th scope="row">{words.labels[name]}</th>
              <td>{saved[name] || <span class="null">{words.empty}</span>}</td>
              <td>{draft[name] || <span class="null">{words.empty}</span>}</td>
            </tr>
          ))}
        </WideTable>
      )}
      <p class="note">{words.whatToDo(isSameSql)}</p>
    </section>
  );
}
