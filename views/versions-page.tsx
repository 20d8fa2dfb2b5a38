import type { Clip } from "../src/clips/clips.ts";
import { speakingSlug } from "../src/clips/slug.ts";
import type { Version } from "../src/clips/versions.ts";
import type { Access } from "../src/people/access.ts";
import type { NameOf } from "../src/people/names.ts";
import { mayWriteOn } from "../src/people/permissions.ts";
import { Layout, renderPage } from "./layout.tsx";
import { SqlDiff } from "./sql-diff.tsx";
import { words } from "./english/versions-page.tsx";

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
    <Layout title={words.title(clip.title)} access={access}>
      <h1>{words.heading(clip.title, path)}</h1>
      {versions.map(({ number, sql, restoredFrom, createdBy, createdAt }, index) => (
        <section>
          <h2>{words.version(number, number === clip.version)}</h2>
          <p class="facts">{words.made(createdAt, nameOf(createdBy), restoredFrom)}</p>
          <pre class="sql" tabindex={0}>
            {sql}
          </pre>
          {versions[index + 1] && (
            <details>
              <summary>{words.whatChangedFrom(versions[index + 1]!.number)}</summary>
              <SqlDiff before={versions[index + 1]!.sql} after={sql} />
            </details>
          )}
          <div class="actions">
            <a class="button" href={`${path}?version=${number}`}>
              {words.showResult}
            </a>
            {number !== clip.version && mayWriteOn(access, clip.database, clip.teamId) && (
              <form method="post" action={`${path}/restore`}>
                <input type="hidden" name="version" value={String(number)} />
                <button>{words.restore}</button>
              </form>
            )}
          </div>
        </section>
      ))}
    </Layout>,
  );
}
