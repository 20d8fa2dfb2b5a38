import pg from "pg";
import type { DatabaseConfig } from "../databases/database-config.ts";
import { withPrimary } from "../databases/primary-session.ts";
import { currentLsn } from "../databases/wait-for-followers.ts";
import { LINKS_ROLE } from "./link-names.ts";
import { linkError } from "./remote-reason.ts";

/** A transaction on the primary that changes links, and notes what it does. */
export interface LinkChange {
  client: pg.Client;
  /** The server's major version, such as 18. */
  version: number;
  /** Whether the primary's role is a superuser, and its name. */
  superuser: boolean;
  role: string;
  /** Runs a statement and notes it. */
  run(sql: string): Promise<void>;
  /** Runs a statement with a secret in it, and notes another one. The statement is in no log and no statistics. */
  runSecret(sql: string, noted: string): Promise<void>;
  /** What was noted. */
  statements: string[];
}

/** What a change did. */
export interface Changed<Value> {
  value: Value;
  /** The statements, in order, without passwords. */
  statements: string[];
  /** The point in the write-ahead log that followers have to reach. */
  lsn: string;
}

/** No statement waits longer for the other server: some of them are waited for by somebody at a page. */
const STATEMENT_TIMEOUT_MS = 30_000;

/** Runs what a parameter holds, as DDL takes none; an error of it would be told with the statement around it. */
const RUN_SECRET = `DO $dataclips$
BEGIN
  EXECUTE pg_catalog.current_setting('dataclips.statement');
EXCEPTION WHEN OTHERS THEN
  RAISE EXCEPTION USING MESSAGE = SQLERRM, ERRCODE = SQLSTATE;
END
$dataclips$`;

/**
 * Changes links in one transaction on a database's primary: all of it, or nothing. One change runs at a time.
 * @param dryRun everything is done, and taken back
 * @throws AppError: what went wrong, without secrets
 */
export async function changeLinks<Value>(
  database: Pick<DatabaseConfig, "name" | "primary">,
  dryRun: boolean,
  use: (change: LinkChange) => Promise<Value>,
): Promise<Changed<Value>> {
  return withPrimary(database, async (client) => {
    try {
      await client.query("BEGIN");
      await client.query("SELECT pg_advisory_xact_lock(hashtextextended('dataclips links', 0))");
      await client.query(`SET LOCAL statement_timeout = ${STATEMENT_TIMEOUT_MS}`);
      const change = await beginChange(client);
      // A statement's parameters may go to the server's log with it; only a superuser can say that they must not.
      if (change.superuser) await client.query("SET LOCAL log_parameter_max_length = 0");
      const value = await use(change);
      await client.query(dryRun ? "ROLLBACK" : "COMMIT");
      return { value, statements: change.statements, lsn: await currentLsn(client) };
    } catch (error) {
      await client.query("ROLLBACK").catch(() => {});
      throw linkError(error);
    }
  });
}

/** Works as the owner of all links: what it makes belongs to that role, and its user mapping is the one in use. */
export async function asLinksOwner<Value>(change: LinkChange, use: () => Promise<Value>): Promise<Value> {
  await change.run(`SET LOCAL ROLE ${LINKS_ROLE}`);
  const value = await use();
  await change.run("RESET ROLE");
  return value;
}

/** Notes what is done in a transaction from now on. */
export async function beginChange(client: pg.Client): Promise<LinkChange> {
  const { rows } = await client.query<Pick<LinkChange, "version" | "superuser" | "role">>(
    `SELECT current_setting('server_version_num')::int / 10000 AS version, rolsuper AS superuser, rolname AS role
       FROM pg_roles WHERE rolname = current_user`,
  );
  const statements: string[] = [];
  return {
    ...rows[0]!,
    client,
    statements,
    async run(sql) {
      statements.push(sql);
      await client.query(sql);
    },
    async runSecret(sql, noted) {
      statements.push(noted);
      await client.query("SELECT set_config('dataclips.statement', $1, true)", [sql]);
      await client.query(RUN_SECRET);
      await client.query("SELECT set_config('dataclips.statement', '', true)");
    },
  };
}
