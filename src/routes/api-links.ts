import { Hono } from "hono";
import type { Deps } from "../deps.ts";
import { addLink } from "../links/add-link.ts";
import { linkJson, outcomeJson } from "../links/link-json.ts";
import { linkStatus } from "../links/link-status.ts";
import { refreshLink } from "../links/refresh-link.ts";
import { removeLink } from "../links/remove-link.ts";
import type { Env } from "./env.ts";
import { databasesFor } from "./find-database.ts";
import { NewLinkFields, RefreshFields } from "./link-fields.ts";
import { readJson } from "./read-body.ts";
import { recordLink } from "./record-link.ts";
import { requireAccess } from "./require-access.ts";

/** /api/databases/<name>/links: what other databases can be queried from this one. */
export function apiLinks(deps: Deps): Hono<Env> {
  const { databases } = deps;
  const app = new Hono<Env>();

  app.get("/:database/links", async (c) => {
    const { database } = c.var;
    return c.json({ links: (await linkStatus(database, databasesFor(requireAccess(c), databases))).map(linkJson) });
  });

  app.post("/:database/links", async (c) => {
    const { database } = c.var;
    const { fetch_size: fetchSize, dry_run: dryRun, tables, ...link } = await readJson(c, NewLinkFields);
    const outcome = await addLink(
      database,
      databasesFor(requireAccess(c), databases),
      { ...link, tables: tables ?? null, fetchSize },
      { dryRun },
    );
    if (!dryRun) await recordLink(c, deps, "link.create", { link: link.name, to: link.to, outcome });
    return c.json(outcomeJson(outcome, dryRun), dryRun ? 200 : 201);
  });

  app.post("/:database/links/:link/refresh", async (c) => {
    const { database } = c.var;
    const { fetch_size: fetchSize, dry_run: dryRun, to } = await readJson(c, RefreshFields);
    const link = c.req.param("link");
    const outcome = await refreshLink(database, databasesFor(requireAccess(c), databases), link, {
      to,
      fetchSize,
      dryRun,
    });
    if (!dryRun) await recordLink(c, deps, "link.refresh", { link, to, outcome });
    return c.json(outcomeJson(outcome, dryRun));
  });

  app.delete("/:database/links/:link", async (c) => {
    const link = c.req.param("link");
    const outcome = await removeLink(c.var.database, link);
    await recordLink(c, deps, "link.remove", { link, outcome });
    return c.body(null, 204);
  });

  return app;
}
