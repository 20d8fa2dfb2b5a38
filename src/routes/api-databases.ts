import { Hono } from "hono";
import type { Database } from "../databases/databases.ts";
import { checkFollower } from "../databases/check-follower.ts";
import { sessionBudget } from "../databases/session-budget.ts";
import type { Deps } from "../deps.ts";
import { mayDo } from "../people/permissions.ts";
import type { Queue } from "../runs/queue.ts";
import type { Env } from "./env.ts";
import { databasesFor } from "./find-database.ts";
import { requireAccess } from "./require-access.ts";

/** GET /api/databases: what clips may query, and how its followers are. */
export function apiDatabases({ databases, runs }: Deps): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/", async (c) => {
    const access = requireAccess(c);
    const findings = mayDo(access, "schema.read");
    const all = databasesFor(access, databases).map((database) =>
      databaseJson(database, runs.queue(database), { findings }),
    );
    return c.json(await Promise.all(all));
  });
  return app;
}

/**
 * A database as the API shows it. No address is in it.
 * @param options.findings whether to tell them: they name tables, and who may write them
 */
async function databaseJson(database: Database, queue: Queue, options: { findings: boolean }) {
  const followers = await Promise.all(
    database.followers.map(async (follower) => {
      const { inspection, standing } = await checkFollower(follower, database);
      const { fault, note, lagSeconds } = standing;
      const { role, server } = inspection ?? {};
      return {
        name: follower.name,
        ok: fault === null,
        ...(fault === null ? {} : { reason: fault.reason }),
        ...(note === null ? {} : { note }),
        is_primary: server === undefined ? null : !server.status.isFollower,
        lag_seconds: lagSeconds,
        lag_bytes: server?.status.lagBytes ?? null,
        wal_lsn: server?.status.walLsn ?? null,
        version: server?.version ?? null,
        role: role?.role ?? null,
        connection_limit: role?.connectionLimit ?? null,
        connections: server?.connections ?? null,
        settings: server?.settings ?? null,
        extensions: server?.extensions ?? null,
        findings: options.findings ? [...(role?.findings ?? []), ...(server?.findings ?? [])] : null,
      };
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
    max_lag_seconds: database.maxLagSeconds,
    functions: database.functions,
    relations: database.relations,
    allow_writable_role: database.allowWritableRole,
    sessions: sessionBudget(database.maxRuns),
    running: queue.running,
    waiting: queue.waiting,
  };
}
