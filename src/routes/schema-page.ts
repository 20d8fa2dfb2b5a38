import { Hono } from "hono";
import { readSchema } from "../databases/read-schema.ts";
import type { Deps } from "../deps.ts";
import { renderSchemaPage } from "../../views/schema-page.tsx";
import type { Env } from "./env.ts";
import { findDatabase } from "./find-database.ts";
import { searchSchema } from "./search-schema.ts";

/** /databases/<name>/schema: the tables and functions that a clip may name, with a search. */
export function schemaPage({ databases }: Deps): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/:name/schema", async (c) => {
    const database = findDatabase(databases, c.req.param("name"));
    const search = c.req.query("q") ?? "";
    const schemas = searchSchema(await readSchema(database), search);
    return c.html(renderSchemaPage({ database: database.name, search, schemas }));
  });
  return app;
}
