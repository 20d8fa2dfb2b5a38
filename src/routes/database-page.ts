import { Hono } from "hono";
import type { Deps } from "../deps.ts";
import { renderDatabasesPage } from "../../views/databases-page.tsx";
import { databaseJson } from "./api-databases.ts";
import type { Env } from "./env.ts";

/** /databases: what clips may query, and how its followers are. */
export function databasePage({ databases, runs }: Deps): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/", async (c) => {
    const all = await Promise.all(databases.all.map((database) => databaseJson(database, runs.queue(database))));
    return c.html(renderDatabasesPage({ databases: all }));
  });
  return app;
}
