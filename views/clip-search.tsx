import type { ClipOrder } from "../src/clips/list-clips.ts";
import type { TagCount } from "../src/clips/list-tags.ts";
import type { ListQuery } from "../src/routes/list-query.ts";
import { tagAddress } from "./tags.tsx";

interface ClipSearchProps {
  query: ListQuery;
  /** Those to choose from. */
  tags: readonly TagCount[];
  /** Whether whoever looks can have favourites. */
  mayFavour: boolean;
  deleted: boolean;
}

/** The search of clips, with its order, and what else narrows the list: tags, and one's favourites. */
export function ClipSearch({ query, tags, mayFavour, deleted }: ClipSearchProps) {
  const { text, order, favouritesOf } = query;
  const others = tags.filter(({ tag }) => !query.tags.includes(tag));
  return (
    <search>
      <form class="search" method="get" action={deleted ? "/clips/deleted" : "/"}>
        <input
          type="search"
          name="q"
          value={text}
          placeholder="Words, table:orders, tag:sales"
          aria-label="Search"
          aria-describedby="search-help"
        />
        <label>
          Sort by{" "}
          <select name="sort">
            {ORDER_WORDS.map(([name, words]) => (
              <option value={name} selected={name === order}>
                {words}
              </option>
            ))}
          </select>
        </label>
        {query.tags.map((tag) => (
          <input type="hidden" name="tag" value={tag} />
        ))}
        {favouritesOf !== undefined && <input type="hidden" name="favourites" value="1" />}
        <button>Search</button>
      </form>
      <details class="search-help" id="search-help">
        <summary>What can be searched for</summary>
        <p class="note">
          Words are looked for in titles, descriptions, SQL and tags; all of them have to be there.{" "}
          <code>"two words"</code> stand together. <code>table:orders</code> or <code>table:public.orders</code>: clips
          whose query reads the table. <code>tag:sales</code>, <code>database:shop</code>, <code>by:ada</code>: who made
          it.
        </p>
      </details>
      {!deleted && (
        <div class="narrow-by">
          {mayFavour &&
            (favouritesOf === undefined ? (
              <a href={listAddress({ ...query, favouritesOf: "me" }, {})}>★ Favourites only</a>
            ) : (
              <a href={listAddress({ ...query, favouritesOf: undefined }, {})}>★ Not only favourites</a>
            ))}
          {query.tags.length > 0 && (
            <ul class="tags" aria-label="Tags that are chosen">
              {query.tags.map((tag) => (
                <li>
                  <a
                    class="chosen"
                    href={listAddress({ ...query, tags: query.tags.filter((other) => other !== tag) }, {})}
                    title={`Do not look for the tag ${tag}`}
                  >
                    {tag} ×
                  </a>
                </li>
              ))}
            </ul>
          )}
          {others.length > 0 && (
            <ul class="tags" aria-label="All tags">
              {others.map(({ tag, count }) => (
                <li>
                  <a href={tagAddress(tag)}>
                    {tag} <small>{count.toLocaleString("en")}</small>
                  </a>
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
    </search>
  );
}

const ORDER_WORDS: readonly (readonly [ClipOrder, string])[] = [
  ["changed", "last changed"],
  ["title", "title"],
  ["run", "most recently run"],
];

type Shown = Pick<ListQuery, "text" | "tags" | "order" | "favouritesOf">;

/** The address of a list that asks for the same, on another page. */
export function listAddress(
  { text, tags, order, favouritesOf }: Shown,
  { deleted = false, page = 1 }: { deleted?: boolean; page?: number },
): string {
  const query = new URLSearchParams([
    ...(text === "" ? [] : [["q", text]]),
    ...tags.map((tag) => ["tag", tag]),
    ...(favouritesOf === undefined ? [] : [["favourites", "1"]]),
    ...(order === "changed" ? [] : [["sort", order]]),
    ...(page === 1 ? [] : [["page", String(page)]]),
  ]);
  const path = deleted ? "/clips/deleted" : "/";
  return query.size === 0 ? path : `${path}?${query}`;
}
