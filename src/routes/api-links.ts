import { Hono } from "hono";
import type { Deps } from "../deps.ts";
import { addLink } from "../links/add-link.ts";
import { linkJson, outcomeJson } from "../links/link-json.ts";
import { linkStatus } from "../links/link-status.ts";
import { refreshLink } from "../links/refresh-link.ts";
import { removeLink } from "../links/remove-link.ts";
import type { Env } from "./env.ts";
import { findDatabase } from "./find-database.ts";
import { NewLinkFields, RefreshFields } from "./link-fields.ts";
import { readJson } from "./read-body.ts";

/** /api/databases/<name>/links: what other databases can be queried from this one. */
export function apiLinks({ databases }: Deps): Hono<Env> {
  const app = new Hono<Env>();

  app.get("/:database/links", async (c) => {
    const database = findDatabase(databases, c.req.param("database"));
    return c.json({ links: (await linkStatus(database, databases.all)).map(linkJson) });
  });

  app.post("/:database/links", async (c) => {
    const database = findDatabase(databases, c.req.param("database"));
    const { fetch_size: fetchSize, dry_run: dryRun, tables, ...link } = await readJson(c, NewLinkFields);
    const outcome = await addLink(database, databases.all, { ...link, tables: tables ?? null, fetchSize }, { dryRun });
    return c.json(outcomeJson(outcome, dryRun), dryRun ? 200 : 201);
  });

  app.post("/:database/links/:link/refresh", async (c) => {
    const database = findDatabase(databases, c.req.param("database"));
    const { fetch_size: fetchSize, dry_run: dryRun, to } = await readJson(c, RefreshFields);
    const outcome = await refreshLink(database, databases.all, c.req.param("link"), { to, fetchSize, dryRun });
    return c.json(outcomeJson(outcome, dryRun));
  });

  app.delete("/:database/links/:link", async (c) => {
    await removeLink(findDatabase(databases, c.req.param("database")), c.req.param("link"));
    return c.body(null, 204);
  });

  return app;
}
