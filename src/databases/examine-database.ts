import type pg from "pg";
import { connectionReason } from "./connection-reason.ts";
import type { DatabaseConfig, FollowerConfig, NamePolicyConfig } from "./database-config.ts";
import type { Finding } from "./finding.ts";
import type { FollowerInspection } from "./inspect-follower.ts";
import { inspectRole } from "./inspect-role.ts";
import { inspectServer, type ServerInspection } from "./inspect-server.ts";
import { sessionBudget } from "./session-budget.ts";
import { sharedBudget } from "./shared-budget.ts";
import { withSession } from "./with-session.ts";

/** What `dataclips doctor` says of a database, and its page; as JSON it is sent as it stands. No address is in it. */
export interface DatabaseReport {
  name: string;
  /** Whether every follower can be reached and no role can write. */
  ok: boolean;
  functions: NamePolicyConfig;
  relations: NamePolicyConfig;
  limits: {
    timeout_ms: number;
    max_rows: number;
    max_bytes: number;
    max_row_bytes: number;
    max_runs: number;
    max_lag_seconds: number;
  };
  /** Sessions that one server process of Dataclips may have on each follower. */
  sessions: number;
  allow_writable_role: boolean;
  primary: { configured: false } | { configured: true; ok: true; version: string } | Unreachable;
  followers: FollowerReport[];
}

type Unreachable = { configured: true; ok: false; reason: string };

/** What is said of a follower. */
export type FollowerReport = { name: string; signal_url: boolean } & (
  | { ok: false; reason: string }
  | ({
      /** Whether there is no finding of severity `error`. */
      ok: boolean;
      role: string;
      connection_limit: number | null;
      /** Sessions that one server process of Dataclips may have there, of this and of other databases. */
      sessions: number;
      findings: readonly Finding[];
      lag_seconds: number | null;
      lag_bytes: number | null;
      is_follower: boolean;
    } & Pick<ServerInspection, "version" | "settings" | "extensions" | "connections">)
);

/** A server that answers, but not this, is given up. */
const PATIENCE = { query_timeout: 30_000 };

/**
 * Examines a database's servers.
 * @param all the databases of the configuration, which may share a role's sessions
 * @param inspect looks at a follower, by a session within whoever's budget; `budget` are the sessions that Dataclips may
 *   have there at once. Rejects when it cannot be asked
 */
export async function examineDatabase<Follower extends FollowerConfig>(
  database: Omit<DatabaseConfig, "followers"> & { followers: readonly Follower[] },
  all: readonly DatabaseConfig[],
  inspect: (follower: Follower, budget: number) => Promise<FollowerInspection>,
): Promise<DatabaseReport> {
  const [primary, ...followers] = await Promise.all([
    examinePrimary(database.primary),
    ...database.followers.map((follower) =>
      examineFollower(follower, database.maxLagSeconds, { budget: sharedBudget(all, follower.url), inspect }),
    ),
  ]);
  return {
    name: database.name,
    ok: followers.every(({ ok }) => ok),
    functions: database.functions,
    relations: database.relations,
    limits: {
      timeout_ms: database.timeoutMs,
      max_rows: database.maxRows,
      max_bytes: database.maxBytes,
      max_row_bytes: database.maxRowBytes,
      max_runs: database.maxRuns,
      max_lag_seconds: database.maxLagSeconds,
    },
    sessions: sessionBudget(database.maxRuns),
    allow_writable_role: database.allowWritableRole,
    primary,
    followers,
  };
}

/** Looks at a follower by a session of its own, outside of any server's budget. */
export function inspectAlone({ url }: FollowerConfig, budget: number): Promise<FollowerInspection> {
  const look = async (client: pg.Client) => ({
    role: await inspectRole(client, { budget }),
    server: await inspectServer(client, { budget }),
  });
  return withSession(url, look, PATIENCE);
}

async function examineFollower<Follower extends FollowerConfig>(
  follower: Follower,
  maxLagSeconds: number,
  { budget, inspect }: { budget: number; inspect: (follower: Follower, budget: number) => Promise<FollowerInspection> },
): Promise<FollowerReport> {
  const said = { name: follower.name, signal_url: follower.signalUrl !== undefined };
  try {
    const { role, server } = await inspect(follower, budget);
    const { status, version, settings, extensions, connections } = server;
    const findings = [...role.findings, ...lagFindings(status.lagSeconds, maxLagSeconds), ...server.findings];
    return {
      ...said,
      ok: !findings.some(({ severity }) => severity === "error"),
      version,
      is_follower: status.isFollower,
      lag_seconds: status.lagSeconds,
      lag_bytes: status.lagBytes,
      role: role.role,
      connection_limit: role.connectionLimit,
      sessions: budget,
      connections,
      settings,
      extensions,
      findings,
    };
  } catch (error) {
    return { ...said, ok: false, reason: connectionReason(error) };
  }
}

async function examinePrimary(url: string | null): Promise<DatabaseReport["primary"]> {
  if (url === null) return { configured: false };
  try {
    const ask = (client: pg.Client) =>
      client.query<{ version: string }>("SELECT pg_catalog.current_setting('server_version') AS version");
    const { rows } = await withSession(url, ask, PATIENCE);
    return { configured: true, ok: true, version: rows[0]!.version.split(" ")[0]! };
  } catch (error) {
    return { configured: true, ok: false, reason: connectionReason(error) };
  }
}

function lagFindings(lagSeconds: number | null, maxLagSeconds: number): Finding[] {
  if (lagSeconds === null || lagSeconds <= maxLagSeconds) return [];
  return [
    {
      id: "too_far_behind",
      severity: "warning",
      message: `It is ${Math.round(lagSeconds)} s behind its primary, and runs no clips until it is less than ${maxLagSeconds} s behind.`,
      hint: "Look why replication is slow, or raise max_lag_seconds.",
      statements: [],
    },
  ];
}
