import type { Clip } from "../src/clips/clips.ts";
import { speakingSlug } from "../src/clips/slug.ts";
import type { Version } from "../src/clips/versions.ts";
import { Layout, renderPage } from "./layout.tsx";
import { formatTime } from "./result-table.tsx";
import { SqlDiff } from "./sql-diff.tsx";

/** All versions of a clip, the newest first; an old one can be made the current one again. */
export function renderVersionsPage({ clip, versions }: { clip: Clip; versions: readonly Version[] }): string {
  const path = `/clips/${speakingSlug(clip.slug, clip.title)}`;
  return renderPage(
    <Layout title={`Versions of ${clip.title}`} signedIn>
      <h1>
        Versions of <a href={path}>{clip.title}</a>
      </h1>
      {versions.map(({ number, sql, restoredFrom, createdAt }, index) => (
        <section>
          <h2>
            Version {number}
            {number === clip.version && " (current)"}
          </h2>
          <p class="facts">
            {formatTime(createdAt)}
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
            {number !== clip.version && (
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
