import { Hono } from "hono";
import { readSchema } from "../databases/read-schema.ts";
import type { Env } from "./env.ts";

/** GET /api/databases/<name>/schema: what there is to query, for an editor that completes names. */
export function apiSchema(): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/:name/schema", async (c) => {
    const { database } = c.var;
    return c.json({ database: database.name, schemas: await readSchema(database) });
  });
  return app;
}
