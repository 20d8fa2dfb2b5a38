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
import { words } from "./english/clip-list-page.tsx";

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
  const title = deleted ? words.deleted : query.favouritesOf === undefined ? words.clips : words.yourFavourites;
  return renderPage(
    <Layout title={title} access={access}>
      <h1>{title}</h1>
      <ClipSearch query={query} tags={tags} mayFavour={stars !== null} deleted={deleted} />
      {favourites.clips.length > 0 && <Favourites {...favourites} here={here} />}
      {favourites.clips.length > 0 && <h2>{words.allClips}</h2>}
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
      <nav class="pages" aria-label={words.pages}>
        {page > 1 && (
          <a href={listAddress(query, { deleted, page: page - 1 })}>{words.back(query.order === "title")}</a>
        )}
        {total > pageSize && <span>{words.place(page, Math.ceil(total / pageSize))}</span>}
        {page * pageSize < total && (
          <a href={listAddress(query, { deleted, page: page + 1 })}>{words.on(query.order === "title")}</a>
        )}
      </nav>
      {!deleted && (
        <p class="note">
          <a href="/clips/deleted">{words.deleted}</a>
        </p>
      )}
    </Layout>,
  );
}

function Favourites({ clips, total, here }: { clips: readonly Clip[]; total: number; here: string }) {
  return (
    <section>
      <h2>{words.yourFavourites}</h2>
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
          <a href="/?favourites=1">{words.allFavourites(total)}</a>
        </p>
      )}
    </section>
  );
}

/** How many there are, in words. */
function countWords(total: number, { search, favouritesOf }: ListQuery): string {
  return (isEmptySearch(search) ? words.count : words.matching)(total, favouritesOf !== undefined);
}

function Empty({ access, query, deleted }: Pick<ClipListPageProps, "access" | "query" | "deleted">) {
  const { text, tags, search, page, favouritesOf } = query;
  if (page > 1) return <p>{words.emptyPage}</p>;
  if (!isEmptySearch(search)) {
    return (
      <p role="status">
        {words.nothingMatches(
          [text, ...tags.map((tag) => `tag:${tag}`)].filter((part) => part !== "").join(" "),
          deleted ? "/clips/deleted" : "/",
        )}
      </p>
    );
  }
  if (deleted) return <p>{words.noneDeleted}</p>;
  if (favouritesOf !== undefined) {
    return <p>{words.noFavourites}</p>;
  }
  if (!mayDo(access, "clips.write")) return <p>{words.noneYet}</p>;
  return <p>{words.makeTheFirst("/clips/new")}</p>;
}
