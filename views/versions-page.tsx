import type { Clip } from "../src/clips/clips.ts";
import { speakingSlug } from "../src/clips/slug.ts";
import type { Version } from "../src/clips/versions.ts";
import type { Access } from "../src/people/access.ts";
import type { NameOf } from "../src/people/names.ts";
import { mayWriteOn } from "../src/people/permissions.ts";
import { Layout, renderPage } from "./layout.tsx";
import { formatTime } from "./english/formats.ts";
import { SqlDiff } from "./sql-diff.tsx";

/** All versions of a clip, the newest first; an old one can be made the current one again. */
export function renderVersionsPage({
  access,
  nameOf,
  clip,
  versions,
}: {
  access: Access;
  nameOf: NameOf;
  clip: Clip;
  versions: readonly Version[];
}): string {
  const path = `/clips/${speakingSlug(clip.slug, clip.title)}`;
  return renderPage(
    <Layout title={`Versions of ${clip.title}`} access={access}>
      <h1>
        Versions of <a href={path}>{clip.title}</a>
      </h1>
      {versions.map(({ number, sql, restoredFrom, createdBy, createdAt }, index) => (
        <section>
          <h2>
            Version {number}
            {number === clip.version && " (current)"}
          </h2>
          <p class="facts">
            {formatTime(createdAt)} by {nameOf(createdBy)}
            {restoredFrom !== null && ` · a copy of version ${restoredFrom}`}
          </p>
          <pre class="sql" tabindex={0}>
            {sql}
          </pre>
          {versions[index + 1] && (
            <details>
              <summary>What changed from version {versions[index + 1]!.number}</summary>
              <SqlDiff before={versions[index + 1]!.sql} after={sql} />
            </details>
          )}
          <div class="actions">
            <a class="button" href={`${path}?version=${number}`}>
              Show its result
            </a>
            {number !== clip.version && mayWriteOn(access, clip.database, clip.teamId) && (
              <form method="post" action={`${path}/restore`}>
                <input type="hidden" name="version" value={String(number)} />
                <button>Restore</button>
              </form>
            )}
          </div>
        </section>
      ))}
    </Layout>,
  );
}
