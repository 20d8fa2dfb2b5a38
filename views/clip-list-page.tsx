import type { Clip } from "../src/clips/clips.ts";
import { speakingSlug } from "../src/clips/slug.ts";
import type { Access } from "../src/people/access.ts";
import { mayDo, mayWriteOn } from "../src/people/permissions.ts";
import { Layout, renderPage } from "./layout.tsx";
import { formatTime } from "./result-table.tsx";

interface ClipListPageProps {
  access: Access;
  clips: readonly Clip[];
  total: number;
  search: string;
  page: number;
  pageSize: number;
  /** Whether these are the deleted ones. */
  deleted: boolean;
}

/** The clips, or those that are deleted, with a search. */
export function renderClipListPage({
  access,
  clips,
  total,
  search,
  page,
  pageSize,
  deleted,
}: ClipListPageProps): string {
  const action = deleted ? "/clips/deleted" : "/";
  const link = (to: number): string =>
    `${action}?${new URLSearchParams({ ...(search && { q: search }), page: String(to) })}`;
  return renderPage(
    <Layout title={deleted ? "Deleted clips" : "Clips"} access={access}>
      <h1>{deleted ? "Deleted clips" : "Clips"}</h1>
      <form class="search" method="get" action={action} role="search">
        <input type="search" name="q" value={search} placeholder="Titles, descriptions and SQL" aria-label="Search" />
        <button>Search</button>
      </form>
      {clips.length === 0 && <Empty access={access} search={search} deleted={deleted} />}
      <ul class="clips">
        {clips.map((clip) => (
          <li>
            {deleted ? (
              <form method="post" action={`/clips/${clip.slug}/undelete`}>
                <strong>{clip.title}</strong>{" "}
                {mayWriteOn(access, clip.database, clip.teamId) && <button>Restore</button>}
              </form>
            ) : (
              <a class="title" href={`/clips/${speakingSlug(clip.slug, clip.title)}`}>
                {clip.title}
              </a>
            )}
            {clip.description !== "" && <p>{clip.description}</p>}
            <p class="facts">
              {clip.database} · {clip.teamName} · version {clip.version} · changed {formatTime(clip.updatedAt)}
            </p>
          </li>
        ))}
      </ul>
      <nav class="pages" aria-label="Pages">
        {page > 1 && <a href={link(page - 1)}>Newer</a>}
        {total > pageSize && (
          <span>
            Page {page} of {Math.ceil(total / pageSize)}
          </span>
        )}
        {page * pageSize < total && <a href={link(page + 1)}>Older</a>}
      </nav>
      {!deleted && (
        <p class="note">
          <a href="/clips/deleted">Deleted clips</a>
        </p>
      )}
    </Layout>,
  );
}

function Empty({ access, search, deleted }: Pick<ClipListPageProps, "access" | "search" | "deleted">) {
  if (search !== "") return <p>Nothing matches “{search}”.</p>;
  if (deleted) return <p>No clip is deleted.</p>;
  if (!mayDo(access, "clips.write")) return <p>There are no clips yet that you may see.</p>;
  return (
    <p>
      There are no clips yet. A clip is a saved query with a link: <a href="/clips/new">make the first one</a>.
    </p>
  );
}
