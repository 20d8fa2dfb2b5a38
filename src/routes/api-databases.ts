import { Hono } from "hono";
import type { Database } from "../databases/databases.ts";
import { checkFollower } from "../databases/open-reading.ts";
import type { Deps } from "../deps.ts";
import type { Queue } from "../runs/queue.ts";
import type { Env } from "./env.ts";

/** GET /api/databases: what clips may query, and how its followers are. */
export function apiDatabases({ databases, runs }: Deps): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/", async (c) =>
    c.json(await Promise.all(databases.all.map((database) => databaseJson(database, runs.queue(database))))),
  );
  return app;
}

/** A database as the API and the pages show it. No address and no role is in it. */
export async function databaseJson(database: Database, queue: Queue) {
  const followers = await Promise.all(
    database.followers.map(async (follower) => {
      const check = await checkFollower(follower);
      return check.ok
        ? { name: follower.name, ok: true, lag_seconds: check.status.lagSeconds, is_primary: !check.status.isFollower }
        : { name: follower.name, ok: false, lag_seconds: null, is_primary: null, reason: check.reason };
    }),
  );
  return {
    name: database.name,
    followers,
    has_primary: database.primary !== null,
    timeout_ms: database.timeoutMs,
    max_rows: database.maxRows,
    max_bytes: database.maxBytes,
    max_runs: database.maxRuns,
    running: queue.running,
    waiting: queue.waiting,
  };
}
