import type pg from "pg";
import { READER_SETTINGS } from "../databases/begin-reading.ts";
import type { Database } from "../databases/databases.ts";
import { brokenPrimary, withPrimary } from "../databases/primary-session.ts";
import { currentLsn } from "../databases/wait-for-followers.ts";
import { AppError } from "../errors.ts";
import { fromPostgres, isPostgresError } from "../sqlstates.ts";
import { type ReaderSettings, readReaderSettings } from "./reader-settings.ts";
import { ensureViewsRole, viewsRole } from "./views-role.ts";

/** How long a change of a clip waits for a refresh that is under way: longer than one may take. */
const LONG_WAIT_MS = 660_000;

const UNDER_WAY = "The materialized clip is being refreshed at this moment.";

/** A transaction on the primary that works on one clip's view. */
export interface PrimaryTransaction {
  client: pg.Client;
  database: Database;
  /** Runs something as the views' role, which has the reader's rights and finds names as the reader does. */
  asReader<Value>(work: () => Promise<Value>): Promise<Value>;
}

/**
 * Does work on a clip's view in one transaction on the primary: all of it is done, or nothing. One such transaction at
 * a time for each clip, on whatever server; the lock ends with its session.
 * @param options.wait whether to wait for one that is under way, for eleven minutes at most
 * @param options.fills whether the view is to be filled: then the role that owns it is made, and a follower is asked
 *   what the reader is held to
 * @returns what `work` does, and the point in the primary's log that followers have it from
 * @throws AppError conflict when one is under way; no_primary, primary_lost; what PostgreSQL says, as query_failed or query_timeout
 */
export async function inPrimaryTransaction<Value>(
  database: Database,
  slug: string,
  options: { wait: boolean; fills: boolean; work: (transaction: PrimaryTransaction) => Promise<Value> },
): Promise<{ value: Value; lsn: string }> {
  return withPrimary(database, async (client) => {
    try {
      if (options.fills) await ensureViewsRole(client, database);
      const reader = options.fills ? await readReaderSettings(database) : NO_READER;
      await client.query("BEGIN ISOLATION LEVEL READ COMMITTED");
      await setUp(client, reader);
      await lock(client, slug, options.wait);
      const value = await options.work({
        client,
        database,
        asReader: (work) => asReader(client, database, reader, work),
      });
      await client.query("COMMIT");
      return { value, lsn: await currentLsn(client) };
    } catch (error) {
      // What is open is rolled back with the session.
      throw explainPrimaryError(error, database);
    }
  });
}

/** Whether an error says that somebody else works on the view, and nothing else. */
export function isUnderWay(error: unknown): boolean {
  return error instanceof AppError && error.message === UNDER_WAY;
}

/**
 * An error of the primary as its users see it; the table of SQLSTATEs speaks of followers. One that is not the
 * primary's, but a fault of ours or of our own database, is given back as it is.
 */
export function explainPrimaryError(error: unknown, { name }: Pick<Database, "name">): unknown {
  if (error instanceof AppError) return error;
  const broken = brokenPrimary(error, name);
  if (broken !== undefined) return broken;
  if (!isPostgresError(error)) return error;
  const explained = fromPostgres(error);
  const hint = HINTS[error.code] ?? explained.hint;
  return new AppError(explained.code, error.message, { hint, sqlstate: error.code, cause: error });
}

const HINTS: Readonly<Record<string, string>> = {
  "55P03": "Something else on the primary holds a lock on it: try again in a moment.",
  "57014": "Nothing was changed. Let the query read or sort less.",
  "53100": "The primary's disk is full. Nothing was changed.",
};

const NO_READER: ReaderSettings = { searchPath: "", limits: {} };

/** What the content depends on is pinned as for every run; limits are the reader's own. */
async function setUp(client: pg.Client, { limits }: ReaderSettings): Promise<void> {
  const { rows } = await client.query<{ superuser: boolean }>(
    "SELECT pg_catalog.current_setting('is_superuser') = 'on' AS superuser",
  );
  for (const [name, value] of Object.entries({ ...READER_SETTINGS, ...limits })) {
    // A superuser's to set.
    if (name === "temp_file_limit" && !rows[0]!.superuser) continue;
    await client.query("SELECT pg_catalog.set_config($1, $2, true)", [name, value]);
  }
  await client.query("SET LOCAL idle_in_transaction_session_timeout = 60000");
}

async function lock(client: pg.Client, slug: string, wait: boolean): Promise<void> {
  const key = `pg_catalog.hashtextextended('dataclips materialized ' || $1::pg_catalog.text, 0)`;
  if (!wait) {
    const { rows } = await client.query<{ got: boolean }>(
      `SELECT pg_catalog.pg_try_advisory_xact_lock(${key}) AS got`,
      [slug],
    );
    if (rows[0]!.got) return;
    throw new AppError("conflict", UNDER_WAY, {
      hint: "Wait until that has ended.",
      retryAfterSeconds: 10,
    });
  }
  await client.query(`SET LOCAL statement_timeout = ${LONG_WAIT_MS}; SET LOCAL lock_timeout = ${LONG_WAIT_MS}`);
  await client.query(`SELECT pg_catalog.pg_advisory_xact_lock(${key})`, [slug]);
  await client.query("SET LOCAL statement_timeout = 60000; SET LOCAL lock_timeout = 5000");
}

async function asReader<Value>(
  client: pg.Client,
  database: Database,
  { searchPath }: ReaderSettings,
  work: () => Promise<Value>,
): Promise<Value> {
  await client.query("SELECT pg_catalog.set_config('search_path', $1, true), pg_catalog.set_config('role', $2, true)", [
    searchPath,
    viewsRole(database),
  ]);
  const value = await work();
  // After an error there is nothing to go back to: the transaction is over.
  await client.query("RESET ROLE; SET LOCAL search_path = pg_catalog, pg_temp");
  return value;
}
