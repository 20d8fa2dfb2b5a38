import type pg from "pg";
import { connectionReason } from "../databases/connection-reason.ts";
import type { DatabaseConfig, FollowerConfig, NamePolicyConfig } from "../databases/database-config.ts";
import type { Finding } from "../databases/finding.ts";
import { inspectRole } from "../databases/inspect-role.ts";
import { inspectServer, type ServerInspection } from "../databases/inspect-server.ts";
import { sessionBudget } from "../databases/session-budget.ts";
import { sharedBudget } from "../databases/shared-budget.ts";
import { withSession } from "../databases/with-session.ts";

/** What `dataclips doctor` says of a database; as JSON it is printed as it stands. */
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

/** Examines a database's servers. @param all the databases of the configuration, which may share a role's sessions */
export async function examineDatabase(
  database: DatabaseConfig,
  all: readonly DatabaseConfig[],
): Promise<DatabaseReport> {
  const [primary, ...followers] = await Promise.all([
    examinePrimary(database.primary),
    ...database.followers.map((follower) =>
      examineFollower(follower, database.maxLagSeconds, sharedBudget(all, follower.url)),
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

async function examineFollower(
  { name, url, signalUrl }: FollowerConfig,
  maxLagSeconds: number,
  budget: number,
): Promise<FollowerReport> {
  const said = { name, signal_url: signalUrl !== undefined };
  try {
    const look = async (client: pg.Client) => ({
      role: await inspectRole(client, { budget }),
      server: await inspectServer(client, { budget }),
    });
    const { role, server } = await withSession(url, look, PATIENCE);
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
