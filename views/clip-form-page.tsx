import type { Clip } from "../src/clips/clips.ts";
import { speakingSlug } from "../src/clips/slug.ts";
import { type AppError, errorBody } from "../src/errors.ts";
import type { Access } from "../src/people/access.ts";
import type { DraftForm } from "../src/routes/draft-form.ts";
import type { Conflict } from "../src/routes/draft-of-clip.ts";
import type { PageScript } from "../src/routes/page-script.ts";
import { EditConflict } from "./edit-conflict.tsx";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";
import { RefreshRuleInputs } from "./refresh-rule.tsx";
import { words } from "./english/clip-form-page.tsx";

interface ClipFormPageProps {
  access: Access;
  draft: DraftForm;
  /** Those on which somebody may write clips, and the teams that a clip of theirs can be of. */
  databases: readonly string[];
  teams: readonly { id: number; name: string }[];
  error: AppError | null;
  /** What somebody else has saved meanwhile, if that is what is wrong. */
  conflict: Conflict | null;
  /** The clip that is edited; null for a new one. */
  clip: Clip | null;
  /** What makes the SQL's text area an editor; without it the form works as it is. */
  script: PageScript | null;
}

/** The inputs of a clip's own rules for its results. */
const KEPT = ["keep_results", "keep_days", "keep_bytes"] as const;

/** The form of a clip, new or edited. */
export function renderClipFormPage({
  access,
  draft,
  databases,
  teams,
  error,
  conflict,
  clip,
  script,
}: ClipFormPageProps): string {
  const path = clip && `/clips/${speakingSlug(clip.slug, clip.title)}`;
  const title = clip === null ? words.new : words.edit(clip.title);
  return renderPage(
    <Layout title={title} access={access}>
      <h1>{title}</h1>
      {error && <ErrorMessage error={error} sql={draft.sql} />}
      {conflict && clip && <EditConflict clip={clip} conflict={conflict} />}
      {script && <script type="module" src={script.src} nonce={script.nonce} />}
      {script && clip && <div class="together" role="status" />}
      <form
        class={script === null ? "stacked" : "stacked edited"}
        method="post"
        action={path === null ? "/clips" : `${path}/edit`}
        data-unsaved={error === null ? undefined : ""}
        data-editors={clip === null ? undefined : `/api/clips/${clip.slug}/editors`}
      >
        {draft.version !== undefined && <input type="hidden" name="version" value={draft.version} />}
        {draft.base !== undefined && <input type="hidden" name="base" value={draft.base} />}
        <label>
          {words.title}
          <input
            name="title"
            value={draft.title}
            maxlength={200}
            required
            autofocus={clip === null && error === null}
          />
        </label>
        <label>
          {words.database}
          <select name="database">
            {databases.map((name) => (
              <option value={name} selected={name === draft.database}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {teams.length > 1 && (
          <label>
            {words.team}
            <select name="team_id">
              {teams.map(({ id, name }) => (
                <option value={String(id)} selected={String(id) === draft.team_id}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
        <label>
          SQL
          <textarea
            name="sql"
            rows={14}
            spellcheck={false}
            data-fault={error === null ? undefined : JSON.stringify(errorBody(error).error)}
            autofocus={error !== null && conflict === null}
            required
          >
            {`\n${draft.sql}`}
          </textarea>
        </label>
        {script && <div class="schema-panel" />}
        <p class="note">
          {words.howParametersAreWritten(
            databases.map((name) => ({ name, schema: `/databases/${encodeURIComponent(name)}/schema` })),
          )}
        </p>
        <label>
          {words.description}
          <textarea
            name="description"
            rows={3}
            aria-describedby="description-note"
          >{`\n${draft.description}`}</textarea>
        </label>
        <p class="note" id="description-note">
          {words.howDescriptionIsWritten()}
        </p>
        <label>
          {words.tags}
          <input name="tags" value={draft.tags ?? ""} placeholder={words.tagsExample} aria-describedby="tags-note" />
        </label>
        <p class="note" id="tags-note">
          {words.howTagsAreWritten}
        </p>
        <RefreshRuleInputs draft={draft} />
        <details open={KEPT.some((name) => draft[name] !== "")}>
          <summary>{words.kept.title}</summary>
          {KEPT.map((name) => (
            <label>
              {words.kept[name]}
              <input name={name} value={draft[name]} inputmode="numeric" pattern="[0-9]*" />
            </label>
          ))}
          <p class="note">{words.kept.whatEmptyMeans}</p>
        </details>
        <details open={(draft.masked_parameters ?? "") !== ""}>
          <summary>{words.masked.title}</summary>
          <label>
            {words.masked.label}
            <input name="masked_parameters" value={draft.masked_parameters ?? ""} placeholder={words.masked.example} />
          </label>
          <p class="note">{words.masked.whatItMeans}</p>
        </details>
        <p>
          <button class="primary">{clip === null ? words.saveAndRun : conflict ? words.saveOverIt : words.save}</button>{" "}
          <a data-cancel href={path ?? "/"}>
            {words.cancel}
          </a>
        </p>
      </form>
    </Layout>,
  );
}
