import { Hono } from "hono";
import type { Examination } from "../databases/examinations.ts";
import type { Database } from "../databases/databases.ts";
import type { Deps } from "../deps.ts";
import type { Env } from "./env.ts";
import { readTime } from "./read-time.ts";
import { statusJson } from "./status-json.ts";

/**
 * GET /api/databases/<name>/status: how a database is at the moment and was in the last minutes, for its page and for
 * monitoring; `?since=` leaves what was before. GET …/findings: what `dataclips doctor --json` says of it.
 */
export function apiDatabaseStatus({ runs }: Deps, examine: (database: Database) => Promise<Examination>): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/:name/status", async (c) => {
    const { database } = c.var;
    const since = c.req.query("since");
    const time = since === undefined ? undefined : readTime("since", since);
    return c.json(await statusJson(database, runs.queue(database), time));
  });
  app.get("/:name/findings", async (c) => {
    const { at, report } = await examine(c.var.database);
    return c.json({ examined_at: new Date(at).toISOString(), ...report });
  });
  return app;
}
