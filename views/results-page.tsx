import type { Clip } from "../src/clips/clips.ts";
import { speakingSlug } from "../src/clips/slug.ts";
import type { Access } from "../src/people/access.ts";
import type { NameOf } from "../src/people/names.ts";
import { mayDo } from "../src/people/permissions.ts";
import { FORMAT_NAMES } from "../src/results/formats.ts";
import type { HistoryEntry } from "../src/results/history.ts";
import { Layout, renderPage } from "./layout.tsx";
import { formatTime } from "./result-table.tsx";

interface ResultsPageProps {
  access: Access;
  nameOf: NameOf;
  clip: Clip;
  results: readonly HistoryEntry[];
  total: number;
  page: number;
  pageSize: number;
}

/** The stored results of a clip, the newest first. */
export function renderResultsPage({ access, nameOf, clip, results, total, page, pageSize }: ResultsPageProps): string {
  const path = `/clips/${speakingSlug(clip.slug, clip.title)}`;
  return renderPage(
    <Layout title={`Results of ${clip.title}`} access={access}>
      <h1>
        Results of <a href={path}>{clip.title}</a>
      </h1>
      {results.length === 0 ? (
        <p>No result is stored{page > 1 ? " on this page" : " yet"}.</p>
      ) : (
        <div class="scroll" tabindex={0} role="region" aria-label="Results">
          <table class="result">
            <thead>
              <tr>
                {["Result", "Finished", "Version", "Rows", "Took", "From", "Asked by", "Download", ""].map((name) => (
                  <th scope="col">{name}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {results.map((entry) => (
                <ResultRow
                  path={path}
                  entry={entry}
                  askedBy={nameOf(entry.asker)}
                  mayShare={mayDo(access, "shares.write")}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <nav class="pages" aria-label="Pages">
        {page > 1 && <a href={`${path}/results?page=${page - 1}`}>Newer</a>}
        {total > pageSize && (
          <span>
            Page {page} of {Math.ceil(total / pageSize)}
          </span>
        )}
        {page * pageSize < total && <a href={`${path}/results?page=${page + 1}`}>Older</a>}
      </nav>
    </Layout>,
  );
}

interface ResultRowProps {
  path: string;
  entry: HistoryEntry;
  askedBy: string;
  mayShare: boolean;
}

function ResultRow({ path, entry, askedBy, mayShare }: ResultRowProps) {
  const { number, follower } = entry;
  const parameters = Object.entries(entry.parameters).map(([name, value]) => `${name} = ${value ?? "NULL"}`);
  return (
    <tr id={`result-${number}`}>
      <td>
        <a href={`${path}?result=${number}`}>Result {number}</a>
        {parameters.length > 0 && <small> {parameters.join(", ")}</small>}
        {entry.pinned > 0 && <small> Pinned by {entry.pinned === 1 ? "a link" : `${entry.pinned} links`}.</small>}
      </td>
      <td>
        <time datetime={entry.finishedAt.toISOString()}>{formatTime(entry.finishedAt)}</time>
      </td>
      <td class="number">{entry.version}</td>
      <td class="number">
        {entry.rowCount.toLocaleString("en")}
        {entry.truncated && <small> cut short</small>}
      </td>
      <td class="number">{entry.durationMs} ms</td>
      <td>
        {follower.name}
        {follower.lagSeconds !== null && <small> {follower.lagSeconds} s behind</small>}
      </td>
      <td>{askedBy}</td>
      <td>
        {FORMAT_NAMES.map((format) => (
          <>
            <a href={`${path}.${format}?result=${number}`}>{format.toUpperCase()}</a>{" "}
          </>
        ))}
      </td>
      <td>
        {entry.previous !== null && (
          <a href={`${path}/compare?from=${entry.previous}&to=${number}`}>Compare with the one before</a>
        )}
        {mayShare && (
          <form method="post" action={`${path}/shares`}>
            <input type="hidden" name="result" value={String(number)} />
            <button class="plain">Pin a link to it</button>
          </form>
        )}
      </td>
    </tr>
  );
}
