import { Hono } from "hono";
import type { Deps } from "../deps.ts";
import { listResults } from "../results/history.ts";
import { readNames } from "../people/names.ts";
import { runsWithoutResult } from "../runs/runs-without-result.ts";
import { renderResultsPage } from "../../views/results-page.tsx";
import type { Env } from "./env.ts";
import { readNumber } from "./query.ts";
import { requireAccess } from "./require-access.ts";

const PAGE_SIZE = 50;
/** Runs without a result that are shown below. */
const MOST_RUNS = 20;

/** GET /clips/<slug>/results: the page of a clip's stored results. */
export function resultsPage({ db }: Deps): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/clips/:slug/results", async (c) => {
    const { clip } = c.var;
    const page = readNumber("page", c.req.query("page") ?? "1");
    const access = requireAccess(c);
    const [found, runs] = await Promise.all([
      listResults(db, clip.id, { page, pageSize: PAGE_SIZE, databases: access.databases }),
      page === 1 ? runsWithoutResult(db, clip.id, MOST_RUNS) : [],
    ]);
    const nameOf = await readNames(
      db,
      [...found.results, ...runs].map(({ asker }) => asker),
    );
    return c.html(renderResultsPage({ access, nameOf, clip, ...found, runs, page, pageSize: PAGE_SIZE }));
  });
  return app;
}
