import type { Clip } from "../src/clips/clips.ts";
import type { Share } from "../src/clips/shares.ts";
import { speakingSlug } from "../src/clips/slug.ts";
import type { Access } from "../src/people/access.ts";
import type { NameOf } from "../src/people/names.ts";
import { mayDo, mayWriteOn } from "../src/people/permissions.ts";
import type { ParameterJson } from "../src/routes/clip-json.ts";
import type { PageScript } from "../src/routes/page-script.ts";
import type { Preview } from "../src/routes/preview.ts";
import type { ParameterValues } from "../src/runs/parameters.ts";
import type { ShownMaterialized } from "../src/materialized/show-materialized.ts";
import type { ShownSchedule } from "../src/schedules/show-schedule.ts";
import { Downloads } from "./downloads.tsx";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";
import { MaterializedSection } from "./materialized-section.tsx";
import { ParameterForm } from "./parameter-form.tsx";
import { Recipes } from "./recipes.tsx";
import { RefreshRule } from "./refresh-rule.tsx";
import { ShareSummary } from "./share-summary.tsx";
import { formatTime, ResultFacts, ResultTable } from "./result-table.tsx";

interface ClipPageProps {
  access: Access;
  nameOf: NameOf;
  clip: Clip;
  /** The version that is shown, and its SQL. */
  version: number;
  sql: string;
  preview: Preview;
  parameters: readonly ParameterJson[];
  values: ParameterValues;
  shares: readonly Share[];
  schedule: ShownSchedule | null;
  materialized: ShownMaterialized | null;
  /** Whether the clip's database has a primary in the configuration. */
  hasPrimary: boolean;
  /** What makes the result's table one of all its rows; without it the page works as it is. */
  script: PageScript | null;
  /** The address of a share that was made just now: shown this once. */
  shareUrl: string | null;
}

/** A clip, for those who may edit it: SQL, result, downloads, shares. */
export function renderClipPage({
  access,
  nameOf,
  clip,
  version,
  sql,
  preview,
  parameters,
  values,
  shares,
  schedule,
  materialized,
  hasPrimary,
  script,
  shareUrl,
}: ClipPageProps): string {
  const path = `/clips/${speakingSlug(clip.slug, clip.title)}`;
  const mayWrite = mayWriteOn(access, clip.database, clip.teamId);
  return renderPage(
    <Layout title={clip.title} access={access}>
      <h1>{clip.title}</h1>
      {script && <script type="module" src={script.src} />}
      {clip.description !== "" && <p class="description">{clip.description}</p>}
      <p class="facts">
        On {clip.database} · version {version}
        {version !== clip.version && ` (the current one is ${clip.version})`} ·{" "}
        <a href={`${path}/versions`}>all versions</a> · <a href={`${path}/results`}>all results</a> · of the team{" "}
        {clip.teamName} · made by {nameOf(clip.createdBy)}
        {mayDo(access, "audit.read") && (
          <>
            {" "}
            · <a href={`/audit?clip=${clip.slug}`}>audit</a>
          </>
        )}
      </p>
      <RefreshRule clip={clip} schedule={schedule} />
      <pre class="sql" tabindex={0}>
        {sql}
      </pre>
      <div class="actions">
        {mayWrite && (
          <a class="button" href={`${path}/edit`}>
            Edit
          </a>
        )}
        {mayDo(access, "clips.fork") && mayWriteOn(access, clip.database) && (
          <form method="post" action={`${path}/fork`}>
            <button>Fork</button>
          </form>
        )}
        {mayWrite && (
          <form method="post" action={`${path}/delete`}>
            <button>Delete</button>
          </form>
        )}
      </div>
      <ParameterForm
        action={path}
        runAction={`${path}/run`}
        runs={`/api/clips/${clip.slug}/runs`}
        version={version === clip.version ? null : version}
        parameters={parameters}
        values={values}
      />
      {"error" in preview ? (
        <ErrorMessage error={preview.error} sql={sql} />
      ) : (
        <>
          <ResultFacts head={preview.head} end={preview.end} shown={preview.rows.length} />
          <Downloads path={path} query={`?result=${preview.head.number}`} />
          <ResultTable
            head={preview.head}
            end={preview.end}
            rows={preview.rows}
            source={`${path}.csv?result=${preview.head.number}`}
            tools={script !== null}
          />
        </>
      )}
      <MaterializedSection
        access={access}
        clip={clip}
        materialized={materialized}
        hasPrimary={hasPrimary}
        path={path}
      />
      {mayDo(access, "shares.write") && (
        <section id="shares">
          <h2>Share</h2>
          {shareUrl !== null && (
            <div class="notice" role="status">
              <p>
                <strong>The link is made.</strong> Copy it now: it is shown only this once.
              </p>
              <p>
                <a href={shareUrl}>{shareUrl}</a>
              </p>
              <p>
                As data:{" "}
                {["csv", "xlsx", "json", "ndjson"].map((format) => (
                  <>
                    <a href={`${shareUrl}.${format}`}>{format.toUpperCase()}</a>{" "}
                  </>
                ))}
              </p>
              <Recipes url={shareUrl} />
            </div>
          )}
          <form method="post" action={`${path}/shares`}>
            <button>Make a link</button> <span class="note">Anyone who has the link sees the result, not the SQL.</span>
          </form>
          {"head" in preview && (
            <form method="post" action={`${path}/shares`}>
              <input type="hidden" name="result" value={String(preview.head.number)} />
              <button>Pin a link to result {preview.head.number}</button>{" "}
              <span class="note">It shows this result and never another one.</span>
            </form>
          )}
          <p>
            <a href={`${path}/shares/new${"head" in preview ? `?result=${preview.head.number}` : ""}`}>
              Make one with rules
            </a>
            : until when, with which values, for whom.
          </p>
          {shares.length > 0 && (
            <ul class="plain">
              {shares.map((share) => (
                <li>
                  <form method="post" action={`${path}/shares/${share.id}/revoke`}>
                    {share.name === "" ? "A link" : <strong>{share.name}</strong>} made on {formatTime(share.createdAt)}
                    {share.result !== null && (
                      <>
                        , pinned to <a href={`${path}?result=${share.result}`}>result {share.result}</a>
                      </>
                    )}{" "}
                    <a href={`/share-list/${share.id}`}>Rules and use</a> <button class="plain">Revoke</button>{" "}
                    <button class="plain" formaction={`/share-list/${share.id}/rotate`}>
                      New {share.signed ? "key" : "address"}
                    </button>{" "}
                    <ShareSummary share={share} />
                  </form>
                </li>
              ))}
            </ul>
          )}
        </section>
      )}
    </Layout>,
  );
}
