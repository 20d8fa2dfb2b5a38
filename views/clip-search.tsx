import type { ClipOrder } from "../src/clips/list-clips.ts";
import type { TagCount } from "../src/clips/list-tags.ts";
import type { ListQuery } from "../src/routes/list-query.ts";
import { tagAddress } from "./tags.tsx";
import { words } from "./english/clip-search.tsx";

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
          placeholder={words.example}
          aria-label={words.search}
          aria-describedby="search-help"
        />
        <label>
          {words.sortBy}{" "}
          <select name="sort">
            {ORDERS.map((name) => (
              <option value={name} selected={name === order}>
                {words.orders[name]}
              </option>
            ))}
          </select>
        </label>
        {query.tags.map((tag) => (
          <input type="hidden" name="tag" value={tag} />
        ))}
        {favouritesOf !== undefined && <input type="hidden" name="favourites" value="1" />}
        <button>{words.search}</button>
      </form>
      <details class="search-help" id="search-help">
        <summary>{words.helpTitle}</summary>
        <p class="note">{words.help()}</p>
      </details>
      {!deleted && (
        <div class="narrow-by">
          {mayFavour &&
            (favouritesOf === undefined ? (
              <a href={listAddress({ ...query, favouritesOf: "me" }, {})}>{words.favouritesOnly}</a>
            ) : (
              <a href={listAddress({ ...query, favouritesOf: undefined }, {})}>{words.notFavouritesOnly}</a>
            ))}
          {query.tags.length > 0 && (
            <ul class="tags" aria-label={words.chosenTags}>
              {query.tags.map((tag) => (
                <li>
                  <a
                    class="chosen"
                    href={listAddress({ ...query, tags: query.tags.filter((other) => other !== tag) }, {})}
                    title={words.removeTag(tag)}
                  >
                    {tag} ×
                  </a>
                </li>
              ))}
            </ul>
          )}
          {others.length > 0 && (
            <ul class="tags" aria-label={words.allTags}>
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

const ORDERS: readonly ClipOrder[] = ["changed", "title", "run"];

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
