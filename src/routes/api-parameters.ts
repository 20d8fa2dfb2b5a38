import { Hono } from "hono";
import * as z from "zod";
import { checkWriteOn } from "../people/permissions.ts";
import { checkSql } from "../runs/check-sql.ts";
import { describeParameters } from "../runs/describe.ts";
import { renderParameterInputs } from "../../views/parameter-form.tsx";
import type { Env } from "./env.ts";
import { readJson } from "./read-body.ts";
import { requireAccess } from "./require-access.ts";

/**
 * POST /api/databases/<name>/parameters: what the parameters of SQL are that is not saved, with PostgreSQL's types and
 * what their values may be chosen from. Who accepts HTML alone gets inputs for them, as pages have them.
 */
export function apiParameters(): Hono<Env> {
  const app = new Hono<Env>();
  app.post("/:name/parameters", async (c) => {
    const { database } = c.var;
    checkWriteOn(requireAccess(c), database.name);
    const { sql } = await readJson(c, z.strictObject({ sql: z.string() }));
    const parameters = await describeParameters(database, checkSql(sql), { suggest: true });
    c.header("Cache-Control", "no-store");
    if (c.req.header("Accept") === "text/html") return c.html(renderParameterInputs(parameters));
    return c.json({ parameters });
  });
  return app;
}
