import { Hono } from "hono";
import type { Deps } from "../deps.ts";
import { listResults } from "../results/history.ts";
import { readNames } from "../people/names.ts";
import { renderResultsPage } from "../../views/results-page.tsx";
import type { Env } from "./env.ts";
import { readNumber } from "./query.ts";
import { requireAccess } from "./require-access.ts";

const PAGE_SIZE = 50;

/** GET /clips/<slug>/results: the page of a clip's stored results. */
export function resultsPage({ db }: Deps): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/clips/:slug/results", async (c) => {
    const { clip } = c.var;
    const page = readNumber("page", c.req.query("page") ?? "1");
    const found = await listResults(db, clip.id, {
      page,
      pageSize: PAGE_SIZE,
      databases: requireAccess(c).databases,
    });
    const nameOf = await readNames(
      db,
      found.results.map(({ asker }) => asker),
    );
    return c.html(renderResultsPage({ access: requireAccess(c), nameOf, clip, ...found, page, pageSize: PAGE_SIZE }));
  });
  return app;
}
