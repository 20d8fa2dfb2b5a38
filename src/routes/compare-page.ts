import { Hono } from "hono";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import type { Comparer } from "../results/compare/comparer.ts";
import { listResults } from "../results/history.ts";
import { renderComparePage, type ShownComparison } from "../../views/compare-page.tsx";
import { readCompareQuery, requireBoth } from "./compare-query.ts";
import type { Env } from "./env.ts";
import { openComparison } from "./open-comparison.ts";
import { readDifferences, SHOWN_DIFFERENCES } from "./read-differences.ts";
import { requireAccess } from "./require-access.ts";

/** Results that the form offers, the newest first; others go by their number in the address. */
const OFFERED_RESULTS = 100;

/** /clips/<slug>/compare: two results of a clip side by side, for those who may see the clip. */
export function comparePage(deps: Deps, comparer: Comparer): Hono<Env> {
  const app = new Hono<Env>();

  app.get("/clips/:slug/compare", async (c) => {
    const { clip } = c.var;
    const query = readCompareQuery(c.req.url, false);
    const { results } = await listResults(deps.db, clip.id, {
      page: 1,
      pageSize: OFFERED_RESULTS,
      databases: requireAccess(c).databases,
    });
    let shown: ShownComparison | { error: AppError } | null = null;
    if (query.from !== undefined || query.to !== undefined) {
      try {
        const numbers = requireBoth(query);
        const opened = await openComparison(c, deps, comparer, clip, {
          ...numbers,
          key: query.key,
          limit: SHOWN_DIFFERENCES,
        });
        shown = { ...opened, differences: await readDifferences(opened.comparison) };
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        shown = { error };
      }
    }
    const page = renderComparePage({
      access: requireAccess(c),
      clip,
      results,
      from: query.from ?? results[0]?.previous ?? results[1]?.number,
      to: query.to ?? results[0]?.number,
      key: query.key,
      shown,
    });
    return c.html(page, shown !== null && "error" in shown ? shown.error.status : 200);
  });

  return app;
}
