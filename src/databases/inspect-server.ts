import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { AVAILABLE_CONNECTIONS, USED_CONNECTIONS } from "./connection-counts.ts";
import type { Finding } from "./finding.ts";
import { type FollowerStatus, readStatus, STATUS_SQL } from "./follower-status.ts";

/** A server as a reader's session sees it. */
export interface ServerInspection {
  /** As in "18.4". */
  version: string;
  status: FollowerStatus;
  /** Settings that matter to clips, as PostgreSQL shows them; those that the version does not know are left out. */
  settings: Readonly<Record<string, string>>;
  /** Extensions of the database, by name, with their versions. */
  extensions: Readonly<Record<string, string>>;
  connections: {
    /** For ordinary roles: max_connections without those that are reserved. */
    available: number;
    /** Those that are taken now, by everybody. */
    used: number;
  };
  findings: readonly Finding[];
}

const STATUS_TRIES = 10;
const STATUS_PAUSE_MS = 50;
const SETTLED_LAG_SECONDS = 1;

const SETTINGS = [
  "statement_timeout",
  "transaction_timeout",
  "lock_timeout",
  "idle_in_transaction_session_timeout",
  "client_connection_check_interval",
  "tcp_user_timeout",
  "temp_file_limit",
  "work_mem",
  "hash_mem_multiplier",
  "max_parallel_workers_per_gather",
  "jit",
  "default_transaction_read_only",
  "hot_standby_feedback",
  "max_standby_streaming_delay",
];

/** On a Unix socket tcp_user_timeout is shown as 0, whatever has been set. */
const SHOWN = "CASE name WHEN 'tcp_user_timeout' THEN reset_val || unit ELSE pg_catalog.current_setting(name) END";

const SERVER = `
  SELECT pg_catalog.current_setting('server_version') AS version_text,
         pg_catalog.current_setting('server_version_num')::int4 / 10000 AS version,
         (SELECT pg_catalog.json_object_agg(name, ${SHOWN}) FROM pg_catalog.pg_settings
           WHERE name IN (${SETTINGS.map((name) => `'${name}'`).join(", ")})) AS settings,
         (SELECT pg_catalog.json_object_agg(extname, extversion ORDER BY extname) FROM pg_catalog.pg_extension) AS extensions,
         ${AVAILABLE_CONNECTIONS} AS available, ${USED_CONNECTIONS} AS used,
         damage.failures::int4 AS checksum_failures, damage.last::text AS last_checksum_failure
    FROM (SELECT pg_catalog.sum(checksum_failures) AS failures, pg_catalog.max(checksum_last_failure) AS last
            FROM pg_catalog.pg_stat_database
           WHERE datname = pg_catalog.current_database() OR datid = 0) AS damage`;

interface ServerRow {
  version_text: string;
  version: number;
  settings: Record<string, string>;
  extensions: Record<string, string> | null;
  available: number;
  used: number;
  checksum_failures: number | null;
  last_checksum_failure: string | null;
}

/** The oldest version that Dataclips is tried on. */
const OLDEST_VERSION = 13;

/** Extensions that a follower of clips is better off without, or that are worth knowing of. */
const NOTED_EXTENSIONS: Readonly<Record<string, string>> = {
  plv8: "Functions in JavaScript can be called here. PostgreSQL cannot end an endless loop in PL/V8: keep to functions whose loops end.",
  pljs: "Functions in JavaScript can be called here. After one, PL/JS 1.0.5 lets only transaction_timeout end the session's queries, and millions of calls in a session may crash the server: set pljs.memory_limit = 3096, and prefer PL/V8.",
  dblink: "dblink can reach other servers. Only roles that may call its functions can use it.",
  postgres_fdw:
    "Foreign tables reach other servers, and a read-only transaction here does not make them read-only. Those of links are read-only by themselves.",
};

/**
 * Looks at the server of a session: its version, its place in replication, and what bounds a query there.
 * @param client a session outside of a transaction
 * @param options.budget sessions that Dataclips may have there at once: see session-budget.ts
 */
export async function inspectServer(client: pg.Client, { budget }: { budget: number }): Promise<ServerInspection> {
  const status = await settledStatus(client);
  const { rows } = await client.query<ServerRow>(SERVER);
  const server = rows[0]!;
  const extensions = server.extensions ?? {};
  return {
    // A packager's words may follow.
    version: server.version_text.split(" ")[0]!,
    status,
    settings: Object.fromEntries(
      SETTINGS.flatMap((name) => (server.settings[name] === undefined ? [] : [[name, server.settings[name]]])),
    ),
    extensions,
    connections: { available: server.available, used: server.used },
    findings: [
      ...serverFindings(server, budget),
      ...replicationFindings(status, server.settings),
      ...Object.keys(extensions)
        .filter((name) => NOTED_EXTENSIONS[name] !== undefined)
        .map((name) => info(`extension_${name}`, `The extension ${name} is installed.`, NOTED_EXTENSIONS[name]!)),
    ],
  };
}

/**
 * The status, asked again for half a second while it looks worse than it may be: a follower that has just started does
 * not know its lag while its first record is under way, and one that was idle seems to be as far behind as it was idle.
 */
export async function settledStatus(client: pg.Client): Promise<FollowerStatus> {
  for (let tries = 1; ; tries++) {
    const status = readStatus(await client.query(STATUS_SQL));
    if ((status.lagSeconds ?? Infinity) < SETTLED_LAG_SECONDS || tries === STATUS_TRIES) return status;
    await sleep(STATUS_PAUSE_MS);
  }
}

function serverFindings(server: ServerRow, budget: number): Finding[] {
  const { version, version_text, available, checksum_failures, last_checksum_failure } = server;
  const findings: Finding[] = [];
  if (checksum_failures !== null && checksum_failures > 0) {
    findings.push({
      id: "checksum_failures",
      severity: "error",
      message: `The server found ${checksum_failures} damaged ${checksum_failures === 1 ? "page" : "pages"} in this database, most recently at ${last_checksum_failure}.`,
      hint: "Run dataclips verify-follower, and restore the follower from its primary.",
      statements: [],
    });
  }
  if (version < OLDEST_VERSION) {
    findings.push({
      id: "old_version",
      severity: "warning",
      message: `PostgreSQL ${version_text} is older than what Dataclips is tried on (${OLDEST_VERSION} and later).`,
      hint: "Upgrade the server.",
      statements: [],
    });
  }
  if (available < budget) {
    findings.push({
      id: "few_connections",
      severity: "warning",
      message: `The server has ${available} connections for everybody, and each server process of Dataclips may have ${budget}.`,
      hint: "Raise max_connections, or lower max_runs of the databases that are read there.",
      statements: [],
    });
  }
  return findings;
}

function replicationFindings({ isFollower, lagSeconds }: FollowerStatus, settings: ServerRow["settings"]): Finding[] {
  if (!isFollower) {
    return [
      {
        id: "is_primary",
        severity: "warning",
        message: "This is a primary, not a follower: clips compete with everything else that works on it.",
        hint: "Name a follower of it in the configuration, if it has one.",
        statements: [],
      },
    ];
  }
  const findings: Finding[] = [];
  if (lagSeconds === null) {
    findings.push({
      id: "lag_unknown",
      severity: "warning",
      message: "The follower cannot say how far behind its primary it is.",
      hint: "It has replayed no transaction since it started. Look whether it still replays what it receives.",
      statements: [],
    });
  }
  findings.push(
    settings["hot_standby_feedback"] === "on"
      ? info(
          "feedback_on",
          "Long clips hold back vacuum on the primary (hot_standby_feedback is on).",
          "Keep the timeout of clips short, or switch it off: then replay may cancel a clip.",
        )
      : info(
          "feedback_off",
          `Replay may cancel a clip that reads what the primary has cleaned up, after max_standby_streaming_delay (${settings["max_standby_streaming_delay"]}).`,
          "Dataclips then runs it once more. If that is common, switch hot_standby_feedback on.",
        ),
  );
  return findings;
}

function info(id: string, message: string, hint: string): Finding {
  return { id, severity: "info", message, hint, statements: [] };
}
