import { Hono } from "hono";
import { getClip } from "../clips/clips.ts";
import { readPageSlug } from "../clips/slug.ts";
import type { Deps } from "../deps.ts";
import { listResults } from "../results/history.ts";
import { renderResultsPage } from "../../views/results-page.tsx";
import type { Env } from "./env.ts";
import { readNumber } from "./query.ts";

const PAGE_SIZE = 50;

/** GET /clips/<slug>/results: the page of a clip's stored results. */
export function resultsPage({ db }: Deps): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/clips/:slug/results", async (c) => {
    const clip = await getClip(db, readPageSlug(c.req.param("slug")));
    const page = readNumber("page", c.req.query("page") ?? "1");
    const found = await listResults(db, clip.id, { page, pageSize: PAGE_SIZE });
    return c.html(renderResultsPage({ clip, ...found, page, pageSize: PAGE_SIZE }));
  });
  return app;
}
