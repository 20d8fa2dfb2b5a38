import pg from "pg";
import { AppError, isConnectionError } from "../errors.ts";
import { isPostgresError } from "../sqlstates.ts";
import { connectionReason } from "./connection-reason.ts";
import type { DatabaseConfig } from "./database-config.ts";
import { readerConnection } from "./reader-sessions.ts";

/** A statement that installs something may wait for locks, and REFRESH may be long: its caller sets a limit of its own. */
const STATEMENT_TIMEOUT_MS = 60_000;
/** DDL that waits for a lock holds up all that come after it. */
const LOCK_TIMEOUT_MS = 5_000;

/**
 * Gives a session on a database's primary, as the role that its configuration names, and ends it. Names without a
 * schema are looked up in pg_catalog only.
 * @throws AppError no_primary when none is configured, primary_lost when it cannot be reached or goes away; what `use` throws
 */
export async function withPrimary<Value>(
  { name, primary }: Pick<DatabaseConfig, "name" | "primary">,
  use: (client: pg.Client) => Promise<Value>,
): Promise<Value> {
  if (primary === null) {
    throw new AppError(
      "no_primary",
      `The configuration of ${name} names no primary, so nothing can be installed there.`,
      {
        hint: 'Add "primary": "postgres://…" to it, with a role that may create what is to be installed.',
      },
    );
  }
  const client = new pg.Client({ ...readerConnection(primary), application_name: "dataclips primary" });
  client.on("error", () => {}); // a lost connection; the query under way reports it
  try {
    await client.connect();
  } catch (error) {
    throw new AppError("primary_lost", `The primary of ${name} cannot be reached: ${connectionReason(error)}.`, {
      hint: "Look whether it runs, and whether the configuration's URL is right.",
      retryAfterSeconds: 5,
      cause: error,
    });
  }
  try {
    await client.query(
      `SET search_path = pg_catalog, pg_temp; SET statement_timeout = ${STATEMENT_TIMEOUT_MS};
       SET lock_timeout = ${LOCK_TIMEOUT_MS}; SET client_min_messages = warning`,
    );
    return await use(client);
  } catch (error) {
    throw brokenPrimary(error, name) ?? error;
  } finally {
    await client.end().catch(() => {});
  }
}

/** The error for a connection to a primary that broke, or that the primary ended; undefined if it was another error. */
export function brokenPrimary(error: unknown, name: string): AppError | undefined {
  if (!isConnectionError(error) && !(isPostgresError(error) && /^(08|57P)/.test(error.code))) return undefined;
  return new AppError("primary_lost", `The connection to the primary of ${name} broke.`, {
    hint: "Try again in a moment. What was not complete is undone.",
    retryAfterSeconds: 5,
    cause: error,
  });
}
