import { Hono } from "hono";
import { readSchema } from "../databases/read-schema.ts";
import { renderSchemaPage } from "../../views/schema-page.tsx";
import type { Env } from "./env.ts";
import { requireAccess } from "./require-access.ts";
import { searchSchema } from "./search-schema.ts";

/** /databases/<name>/schema: the tables and functions that a clip may name, with a search. */
export function schemaPage(): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/:name/schema", async (c) => {
    const { database } = c.var;
    const search = c.req.query("q") ?? "";
    const schemas = searchSchema(await readSchema(database), search);
    return c.html(renderSchemaPage({ access: requireAccess(c), database: database.name, search, schemas }));
  });
  return app;
}
