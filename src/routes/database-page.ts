import { Hono } from "hono";
import type { Database } from "../databases/databases.ts";
import type { Examination } from "../databases/examinations.ts";
import { readExtensions } from "../databases/read-extensions.ts";
import type { Deps } from "../deps.ts";
import { orError } from "../errors.ts";
import { helpersStatus } from "../helpers/helpers-status.ts";
import { listLinks, type ListedLink } from "../links/list-links.ts";
import { listMaterialized } from "../materialized/list-materialized.ts";
import type { Access } from "../people/access.ts";
import { mayDo, mayUseDatabase, visibleTo } from "../people/permissions.ts";
import { renderDatabasePage } from "../../views/database-page.tsx";
import { renderDatabasesPage } from "../../views/databases-page.tsx";
import type { Env } from "./env.ts";
import { databasesFor } from "./find-database.ts";
import { pageScript } from "./page-script.ts";
import { requireAccess } from "./require-access.ts";
import { statusJson } from "./status-json.ts";

/** /databases: how each database is at the moment. /databases/<name>: all there is to know of one. */
export function databasePage(deps: Deps, examine: (database: Database) => Promise<Examination>): Hono<Env> {
  const { db, databases, runs } = deps;
  const app = new Hono<Env>();

  app.get("/", async (c) => {
    const access = requireAccess(c);
    const shown = await Promise.all(
      databasesFor(access, databases).map(async (database) => ({
        database,
        status: await statusJson(database, runs.queue(database)),
      })),
    );
    const script = await pageScript(c, deps, "databases");
    return c.html(renderDatabasesPage({ access, databases: shown, script }));
  });

  app.get("/:name", async (c) => {
    const access = requireAccess(c);
    const { database } = c.var;
    // What a finding says (who may write which table, the SQL that takes it away) is for those who may see the tables.
    const mayExamine = mayDo(access, "schema.read");
    const ofPrimary = database.primary !== null;
    const [status, extensions, helpers, links, materialized, examination, script] = await Promise.all([
      statusJson(database, runs.queue(database)),
      orError(readExtensions(database)),
      ofPrimary && mayDo(access, "helpers.read") ? orError(helpersStatus(database)) : null,
      ofPrimary && mayDo(access, "links.read") ? orError(linksFor(access, database)) : null,
      mayDo(access, "materialized.read") ? listMaterialized(db, database.name, visibleTo(access)) : [],
      mayExamine && c.req.query("check") !== undefined ? examine(database) : null,
      pageScript(c, deps, "databases"),
    ]);
    const found = { status, extensions, helpers, links, materialized, examination };
    return c.html(renderDatabasePage({ access, database, ...found, mayExamine, script }));
  });

  return app;
}

/** The links of a database; one that leads to a database that is not somebody's to look at does not say to which. */
async function linksFor(access: Access, database: Database): Promise<ListedLink[]> {
  const links = await listLinks(database);
  return links.map((link) => ({ ...link, to: link.to !== null && mayUseDatabase(access, link.to) ? link.to : null }));
}
