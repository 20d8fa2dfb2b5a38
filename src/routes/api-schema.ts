import { Hono } from "hono";
import { readSchema } from "../databases/read-schema.ts";
import type { Deps } from "../deps.ts";
import type { Env } from "./env.ts";
import { findDatabase } from "./find-database.ts";

/** GET /api/databases/<name>/schema: what there is to query, for an editor that completes names. */
export function apiSchema({ databases }: Deps): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/:name/schema", async (c) => {
    const database = findDatabase(databases, c.req.param("name"));
    return c.json({ database: database.name, schemas: await readSchema(database) });
  });
  return app;
}
