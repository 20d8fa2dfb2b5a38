import type pg from "pg";
import { connectionReason } from "./connection-reason.ts";
import type { DatabaseConfig, FollowerConfig, NamePolicyConfig } from "./database-config.ts";
import type { Finding } from "./finding.ts";
import type { FollowerStatus } from "./follower-status.ts";
import type { FollowerInspection } from "./inspect-follower.ts";
import { inspectRole } from "./inspect-role.ts";
import { inspectServer, type ServerInspection } from "./inspect-server.ts";
import { sessionBudget } from "./session-budget.ts";
import { sharedBudget } from "./shared-budget.ts";
import { type Fault, judgeStanding, NOTHING_REMEMBERED, type Standing } from "./standing.ts";
import { askPeer, createSurvey } from "./survey.ts";
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
      /** Whether the role can do more than read. */
      can_write: boolean;
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

/** How a database's followers are looked at. */
export interface Examiner<Follower> {
  /**
   * What a follower is, and what its role could do; `budget` are the sessions that Dataclips may have there at once.
   * Rejects when it cannot be asked.
   */
  inspect(follower: Follower, budget: number): Promise<FollowerInspection>;
  /** Where it stands among the database's servers. */
  judge(follower: Follower, status: FollowerStatus): Promise<Standing>;
}

/**
 * Examines a database's servers.
 * @param all the databases of the configuration, which may share a role's sessions
 */
export async function examineDatabase<Follower extends FollowerConfig>(
  database: Omit<DatabaseConfig, "followers"> & { followers: readonly Follower[] },
  all: readonly DatabaseConfig[],
  examiner: Examiner<Follower>,
): Promise<DatabaseReport> {
  const [primary, ...followers] = await Promise.all([
    examinePrimary(database.primary),
    ...database.followers.map((follower) =>
      examineFollower(follower, { budget: sharedBudget(all, follower.url), ...examiner }),
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

/** Looks at a database's followers by sessions of its own, outside of any server's budget, and remembers nothing. */
export function examineAlone(database: DatabaseConfig): Examiner<FollowerConfig> {
  const survey = createSurvey({
    followers: () => database.followers,
    ask: ({ url }: FollowerConfig) => withSession(url, askPeer, PATIENCE),
    primary: database.primary,
  });
  return {
    inspect({ url }, budget) {
      const look = async (client: pg.Client) => ({
        role: await inspectRole(client, { budget }),
        server: await inspectServer(client, { budget }),
      });
      return withSession(url, look, PATIENCE);
    },
    judge: async (follower, status) =>
      judgeStanding(status, database, NOTHING_REMEMBERED, await survey.peersOf(follower, status)),
  };
}

async function examineFollower<Follower extends FollowerConfig>(
  follower: Follower,
  { budget, inspect, judge }: Examiner<Follower> & { budget: number },
): Promise<FollowerReport> {
  const said = { name: follower.name, signal_url: follower.signalUrl !== undefined };
  try {
    const { role, server } = await inspect(follower, budget);
    const { status, version, settings, extensions, connections } = server;
    const standing = await judge(follower, status);
    const findings = [...role.findings, ...standingFindings(standing), ...server.findings];
    return {
      ...said,
      ok: !findings.some(({ severity }) => severity === "error"),
      version,
      is_follower: status.isFollower,
      lag_seconds: standing.lagSeconds,
      lag_bytes: status.lagBytes,
      role: role.role,
      can_write: role.findings.some(({ severity }) => severity === "error"),
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

/** What a standing is called among the findings, and what to do about it. */
const STANDINGS: Readonly<Record<Fault["kind"] | "noted", Pick<Finding, "id" | "severity" | "hint">>> = {
  unreachable: { id: "unreachable", severity: "error", hint: "Look whether it runs." },
  role: { id: "role", severity: "error", hint: "Run sql/roles.sql again." },
  behind: {
    id: "too_far_behind",
    severity: "warning",
    hint: "Look why replication is slow or stopped, or raise max_lag_seconds.",
  },
  promoted: {
    id: "promoted",
    severity: "error",
    hint: 'If it is the new primary, name it as "primary" in the configuration; else make it a follower again (pg_rewind, or a new base backup).',
  },
  strayed: {
    id: "strayed",
    severity: "error",
    hint: "Look at its primary_conninfo. What it has may differ from the primary's data.",
  },
  noted: { id: "primary_silent", severity: "warning", hint: "Look whether the primary runs, and reaches it." },
};

function standingFindings({ fault, note }: Standing): Finding[] {
  const said = fault?.reason ?? note;
  if (said === null) return [];
  const message = `${said[0]!.toUpperCase()}${said.slice(1)}${fault === null ? "" : ": no clips run there"}.`;
  return [{ ...STANDINGS[fault?.kind ?? "noted"], message, statements: [] }];
}
