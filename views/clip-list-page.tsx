import type { Clip } from "../src/clips/clips.ts";
import type { TagCount } from "../src/clips/list-tags.ts";
import { isEmptySearch } from "../src/clips/read-search.ts";
import { speakingSlug } from "../src/clips/slug.ts";
import type { Access } from "../src/people/access.ts";
import { mayDo, mayWriteOn } from "../src/people/permissions.ts";
import type { ListQuery } from "../src/routes/list-query.ts";
import { ClipEntry } from "./clip-entry.tsx";
import { ClipSearch, listAddress } from "./clip-search.tsx";
import { Layout, renderPage } from "./layout.tsx";
import { Star } from "./star.tsx";

interface ClipListPageProps {
  access: Access;
  clips: readonly Clip[];
  total: number;
  query: ListQuery;
  /** Those to choose from. */
  tags: readonly TagCount[];
  /** What stands above the list: the first of somebody's favourites, and how many there are. */
  favourites: { clips: readonly Clip[]; total: number };
  /** Which of the clips are favourites; null for who can have none. */
  stars: ReadonlySet<number> | null;
  pageSize: number;
  /** Whether these are the deleted ones. */
  deleted: boolean;
}

/** The clips, or those that are deleted, with a search. */
export function renderClipListPage(props: ClipListPageProps): string {
  const { access, clips, total, query, tags, favourites, stars, pageSize, deleted } = props;
  const { page } = query;
  const here = listAddress(query, { deleted, page });
  const title = deleted ? "Deleted clips" : query.favouritesOf === undefined ? "Clips" : "Your favourites";
  return renderPage(
    <Layout title={title} access={access}>
      <h1>{title}</h1>
      <ClipSearch query={query} tags={tags} mayFavour={stars !== null} deleted={deleted} />
      {favourites.clips.length > 0 && <Favourites {...favourites} here={here} />}
      {favourites.clips.length > 0 && <h2>All clips</h2>}
      {clips.length === 0 ? (
        <Empty access={access} query={query} deleted={deleted} />
      ) : (
        <p class="facts" role="status">
          {countWords(total, query)}
        </p>
      )}
      <ul class="clips">
        {clips.map((clip) => (
          <li>
            <ClipEntry
              clip={clip}
              search={query.search}
              mayRestore={deleted ? mayWriteOn(access, clip.database, clip.teamId) : null}
              star={
                stars !== null &&
                !deleted && (
                  <Star path={`/clips/${clip.slug}`} title={clip.title} isFavourite={stars.has(clip.id)} next={here} />
                )
              }
            />
          </li>
        ))}
      </ul>
      <nav class="pages" aria-label="Pages">
        {page > 1 && (
          <a href={listAddress(query, { deleted, page: page - 1 })}>{query.order === "title" ? "Previous" : "Newer"}</a>
        )}
        {total > pageSize && (
          <span>
            Page {page} of {Math.ceil(total / pageSize)}
          </span>
        )}
        {page * pageSize < total && (
          <a href={listAddress(query, { deleted, page: page + 1 })}>{query.order === "title" ? "Next" : "Older"}</a>
        )}
      </nav>
      {!deleted && (
        <p class="note">
          <a href="/clips/deleted">Deleted clips</a>
        </p>
      )}
    </Layout>,
  );
}

function Favourites({ clips, total, here }: { clips: readonly Clip[]; total: number; here: string }) {
  return (
    <section>
      <h2>Your favourites</h2>
      <ul class="favourites">
        {clips.map((clip) => (
          <li>
            <Star path={`/clips/${clip.slug}`} title={clip.title} isFavourite next={here} />{" "}
            <a class="title" href={`/clips/${speakingSlug(clip.slug, clip.title)}`}>
              {clip.title}
            </a>
          </li>
        ))}
      </ul>
      {total > clips.length && (
        <p class="note">
          <a href="/?favourites=1">All {total} favourites</a>
        </p>
      )}
    </section>
  );
}

/** How many there are, in words. */
function countWords(total: number, { search, favouritesOf }: ListQuery): string {
  const number = total.toLocaleString("en");
  const kind = favouritesOf === undefined ? "clip" : "favourite";
  if (isEmptySearch(search)) return `${number} ${kind}${total === 1 ? "" : "s"}`;
  return total === 1 ? `1 ${kind} matches` : `${number} ${kind}s match`;
}

function Empty({ access, query, deleted }: Pick<ClipListPageProps, "access" | "query" | "deleted">) {
  const { text, tags, search, page, favouritesOf } = query;
  if (page > 1) return <p>There is no clip on this page.</p>;
  if (!isEmptySearch(search)) {
    return (
      <p role="status">
        Nothing matches “{[text, ...tags.map((tag) => `tag:${tag}`)].filter((part) => part !== "").join(" ")}”.{" "}
        <a href={deleted ? "/clips/deleted" : "/"}>Show all</a>
      </p>
    );
  }
  if (deleted) return <p>No clip is deleted.</p>;
  if (favouritesOf !== undefined) {
    return <p>You have no favourites yet: the star ☆ on a clip’s page, or in the list, makes it one.</p>;
  }
  if (!mayDo(access, "clips.write")) return <p>There are no clips yet that you may see.</p>;
  return (
    <p>
      There are no clips yet. A clip is a saved query with a link: <a href="/clips/new">make the first one</a>.
    </p>
  );
}
