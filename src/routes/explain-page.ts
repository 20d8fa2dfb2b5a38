import { Hono } from "hono";
import { getVersion } from "../clips/versions.ts";
import type { Deps } from "../deps.ts";
import { AppError, orError } from "../errors.ts";
import { renderExplainPage } from "../../views/explain-page.tsx";
import { clipParameters } from "./clip-json.ts";
import type { Env } from "./env.ts";
import { readResultQuery } from "./query.ts";
import { explainRecorded } from "./record-explain.ts";
import { requireAccess } from "./require-access.ts";

/**
 * GET /clips/<slug>/explain?<parameters>: how PostgreSQL executes a clip's query. With `_analyze=1` it is executed; the
 * name begins as none of a clip's parameters can.
 */
export function explainPage(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/clips/:slug/explain", async (c) => {
    const { clip } = c.var;
    const access = requireAccess(c);
    const { parameters: values, version = clip.version } = readResultQuery(c.req.url);
    const analyze = c.req.query("_analyze") === "1";
    const { sql } = version === clip.version ? clip : await getVersion(deps.db, clip.id, version);
    const database = deps.databases.get(clip.database);
    const [plan, parameters] = await Promise.all([
      orError(explainRecorded(c, deps, { database, sql, parameters: values, analyze }, { clip, version })),
      clipParameters(deps, { ...clip, sql }),
    ]);
    c.header("Cache-Control", "no-store");
    const status = plan instanceof AppError ? plan.status : 200;
    return c.html(renderExplainPage({ access, clip, version, sql, parameters, values, analyze, plan }), status);
  });
  return app;
}
