import { Hono } from "hono";
import type { Deps } from "../deps.ts";
import { renderDatabasesPage } from "../../views/databases-page.tsx";
import { databaseJson } from "./api-databases.ts";
import type { Env } from "./env.ts";
import { databasesFor } from "./find-database.ts";
import { requireAccess } from "./require-access.ts";

/** /databases: what clips may query, and how its followers are. */
export function databasePage({ databases, runs }: Deps): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/", async (c) => {
    const access = requireAccess(c);
    const all = await Promise.all(
      databasesFor(access, databases).map((database) => databaseJson(database, runs.queue(database))),
    );
    return c.html(renderDatabasesPage({ access, databases: all }));
  });
  return app;
}
