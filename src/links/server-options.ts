import pg from "pg";
import type { LinkNames } from "./link-names.ts";
import type { LinkTarget } from "./link-target.ts";

/** Options of a foreign server, by name. */
export type ServerOptions = Readonly<Record<string, string>>;

/**
 * Rows that one message of the remote server brings, and that are held in memory at once. 208,234 rows of five columns
 * from the embedded follower took 317 ms with PostgreSQL's own 100, 133 with 1,000, 129 with 10,000, 135 with 50,000.
 */
export const DEFAULT_FETCH_SIZE = 1_000;
export const MOST_FETCH_SIZE = 1_000_000;

/** Up to PostgreSQL 15; later ones connect for as long as the statement may run. */
const CONNECT_TIMEOUT_S = 5;
/**
 * What the remote server allows a statement, and a pause between two. A run that is cancelled here is cancelled there
 * too; this is for what nobody cancels any more. It is as long as a REFRESH of a materialized view may need.
 */
const REMOTE_TIMEOUT_MS = 600_000;
/** As long as sql/roles.sql lets a reader wait for a lock. */
const REMOTE_LOCK_TIMEOUT_MS = 500;

/** Settings of every session on the remote server: they win over those of the role. */
const REMOTE_SETTINGS = {
  default_transaction_read_only: "on",
  statement_timeout: REMOTE_TIMEOUT_MS,
  lock_timeout: REMOTE_LOCK_TIMEOUT_MS,
  idle_in_transaction_session_timeout: REMOTE_TIMEOUT_MS,
  // A server of ours that is gone without a word is found out within a minute.
  tcp_keepalives_idle: 30,
  tcp_keepalives_interval: 10,
  tcp_keepalives_count: 3,
};

/**
 * The options of a link's server ("postgres_fdw", F.38.1, and libpq's connection parameters).
 * @param version of the server that gets the link, such as 18
 */
export function serverOptions(
  { name }: Pick<LinkNames, "name">,
  { host, port, dbname, connection }: LinkTarget,
  { fetchSize, version }: { fetchSize: number; version: number },
): ServerOptions {
  return {
    host,
    port,
    dbname,
    ...connection,
    connect_timeout: String(CONNECT_TIMEOUT_S),
    application_name: `dataclips link ${name}`,
    options: Object.entries(REMOTE_SETTINGS)
      .map(([setting, value]) => `-c ${setting}=${value}`)
      .join(" "),
    fetch_size: String(fetchSize),
    // Foreign tables have no statistics here. The remote server's own planner is asked instead, which takes a message
    // or two for each table, and is the only one that knows its indexes.
    use_remote_estimate: "true",
    updatable: "false",
    // A run's session is used once; it may use the connection for several tables.
    ...(version >= 14 ? { async_capable: "true", truncatable: "false", keep_connections: "on" } : {}),
  };
}

/** The list behind OPTIONS of CREATE SERVER or CREATE USER MAPPING. */
export function optionList(options: ServerOptions): string {
  return Object.entries(options)
    .map(([name, value]) => `${name} ${pg.escapeLiteral(value)}`)
    .join(", ");
}

/** The list behind OPTIONS of ALTER SERVER that makes the old options the new ones; null when they are. */
export function optionChanges(old: ServerOptions, options: ServerOptions): string | null {
  const changes = [
    ...Object.entries(options)
      .filter(([name, value]) => old[name] !== value)
      .map(([name, value]) => `${name in old ? "SET" : "ADD"} ${name} ${pg.escapeLiteral(value)}`),
    ...Object.keys(old)
      .filter((name) => !(name in options))
      .map((name) => `DROP ${pg.escapeIdentifier(name)}`),
  ];
  return changes.length === 0 ? null : changes.join(", ");
}
