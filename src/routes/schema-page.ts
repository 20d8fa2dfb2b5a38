import { Hono } from "hono";
import { listTables } from "../databases/list-tables.ts";
import { renderSchemaPage } from "../../views/schema-page.tsx";
import type { Env } from "./env.ts";
import { readNumber } from "./query.ts";
import { requireAccess } from "./require-access.ts";

/** Tables on a page; the functions on the first one are twice as many at most. */
const PAGE_SIZE = 100;

/** /databases/<name>/schema: the tables and functions that a clip may name, with a search. */
export function schemaPage(): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/:name/schema", async (c) => {
    const { database } = c.var;
    const search = (c.req.query("q") ?? "").trim();
    const page = readNumber("page", c.req.query("page") ?? "1");
    const list = await listTables(database, {
      search,
      offset: (page - 1) * PAGE_SIZE,
      limit: PAGE_SIZE,
      functionLimit: page === 1 ? 2 * PAGE_SIZE : 0,
    });
    return c.html(
      renderSchemaPage({ access: requireAccess(c), database: database.name, search, list, page, pageSize: PAGE_SIZE }),
    );
  });
  return app;
}
