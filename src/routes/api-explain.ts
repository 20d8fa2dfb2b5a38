import { Hono } from "hono";
import * as z from "zod";
import type { Deps } from "../deps.ts";
import { renderPlanTree } from "../../views/plan-tree.tsx";
import { ParameterFields } from "./clip-fields.ts";
import type { Env } from "./env.ts";
import { readJson } from "./read-body.ts";
import { explainRecorded } from "./record-explain.ts";

const ExplainFields = z.strictObject({
  sql: z.string(),
  parameters: ParameterFields.optional(),
  analyze: z.boolean("must be true or false").optional(),
});

/**
 * POST /api/databases/<name>/explain: how PostgreSQL would execute SQL that is not saved, or, with `analyze`, how it has.
 * Who accepts HTML alone gets the tree as pages show it.
 */
export function apiExplain(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  app.post("/:name/explain", async (c) => {
    const { sql, parameters = {}, analyze = false } = await readJson(c, ExplainFields);
    const plan = await explainRecorded(c, deps, { database: c.var.database, sql, parameters, analyze });
    c.header("Cache-Control", "no-store");
    if (c.req.header("Accept") === "text/html") return c.html(renderPlanTree(plan));
    const { root, ...about } = plan;
    return c.json({ ...about, plan: root });
  });
  return app;
}
