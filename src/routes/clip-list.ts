import { Hono } from "hono";
import type { Context } from "hono";
import { favouritesAmong } from "../clips/favourites.ts";
import { listClips } from "../clips/list-clips.ts";
import { listTags } from "../clips/list-tags.ts";
import { isEmptySearch } from "../clips/read-search.ts";
import type { Deps } from "../deps.ts";
import { visibleTo } from "../people/permissions.ts";
import { renderClipListPage } from "../../views/clip-list-page.tsx";
import type { Env } from "./env.ts";
import { readListQuery } from "./list-query.ts";
import { requireAccess } from "./require-access.ts";

const PAGE_SIZE = 25;
/** Tags to choose from; others are found by the search. */
const MOST_TAGS = 60;
/** Favourites above the list; all are behind its link. */
const FAVOURITES_ABOVE = 8;

/** The pages of lists of clips. They work without JavaScript. */
export function clipList({ db }: Deps): Hono<Env> {
  const app = new Hono<Env>();

  const list = async (c: Context<Env>, deleted: boolean): Promise<Response> => {
    const access = requireAccess(c);
    const query = readListQuery(c);
    const visible = visibleTo(access);
    const personId = access.person?.id;
    const isStart = !deleted && isEmptySearch(query.search) && query.favouritesOf === undefined && query.page === 1;
    const [found, tags, favourites] = await Promise.all([
      listClips(db, { ...query, pageSize: PAGE_SIZE, deleted, visibleTo: visible }),
      deleted ? [] : listTags(db, visible, MOST_TAGS),
      personId === undefined || !isStart
        ? { clips: [], total: 0 }
        : listClips(db, {
            search: query.search,
            page: 1,
            pageSize: FAVOURITES_ABOVE,
            visibleTo: visible,
            order: "title",
            favouritesOf: personId,
          }),
    ]);
    const stars =
      personId === undefined
        ? null
        : await favouritesAmong(
            db,
            personId,
            found.clips.map(({ id }) => id),
          );
    return c.html(
      renderClipListPage({ access, ...found, query, tags, favourites, stars, pageSize: PAGE_SIZE, deleted }),
    );
  };
  app.get("/", (c) => list(c, false));
  app.get("/clips", (c) => c.redirect("/", 301));
  app.get("/clips/deleted", (c) => list(c, true));
  return app;
}
