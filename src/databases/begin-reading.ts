import type pg from "pg";
import { APPLICATION_NAME } from "./reader-sessions.ts";
import { type FollowerStatus, readStatus, STATUS_SQL } from "./follower-status.ts";

/**
 * Settings of every read-only transaction, pinned so that a result's bytes depend on nothing else, and so that SQL
 * means what the gate took it for. They are set in the transaction and not with the session: a pooler such as
 * pgbouncer gives each transaction another session, and refuses settings at the start of one.
 */
export const READER_SETTINGS = {
  standard_conforming_strings: "on",
  DateStyle: "ISO",
  IntervalStyle: "postgres",
  TimeZone: "UTC",
  extra_float_digits: "1",
  bytea_output: "hex",
} as const;

/**
 * What somebody else has set in a session that a pooler shares (search_path, transform_null_equals …) goes back to
 * what the role has; the rollback gives it back to them. What our own connection asked for goes with it.
 */
const RESET = ["RESET ALL", "SET LOCAL client_encoding = 'UTF8'", `SET LOCAL application_name = '${APPLICATION_NAME}'`];

/** How long after the statement's timeout the transaction's own comes, which also counts what is between statements. */
const TRANSACTION_GRACE_MS = 5_000;

/**
 * Limits of a transaction, and the server's version that knows each: PostgreSQL ends by itself what we cannot end any
 * more. What depends on the server's system (tcp_user_timeout, client_connection_check_interval) is the role's.
 */
const LIMITS: readonly { since: number; sql: (timeoutMs: number) => string }[] = [
  { since: 13, sql: (timeoutMs) => `SET LOCAL statement_timeout = ${timeoutMs}` },
  { since: 17, sql: (timeoutMs) => `SET LOCAL transaction_timeout = ${timeoutMs + TRANSACTION_GRACE_MS}` },
  { since: 13, sql: () => "SET LOCAL idle_in_transaction_session_timeout = 60000" },
  { since: 13, sql: () => "SET LOCAL lock_timeout = 500" },
];

const PINNED = Object.entries(READER_SETTINGS).map(([name, value]) => `SET LOCAL ${name} = '${value}'`);

/**
 * Begins a read-only transaction in one message, in which there is no user's text, and says where the server stands at
 * its snapshot.
 * @param majorVersion the server's, as {@link serverVersion} knows it
 */
export async function beginReading(
  client: pg.Client,
  majorVersion: number,
  timeoutMs: number,
): Promise<FollowerStatus> {
  const limits = LIMITS.filter(({ since }) => majorVersion >= since).map(({ sql }) => sql(Math.trunc(timeoutMs)));
  const statements = ["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", ...RESET, ...PINNED, ...limits, STATUS_SQL];
  const results = (await client.query(statements.join(";"))) as unknown as pg.QueryResult[];
  return readStatus(results.at(-1)!);
}
