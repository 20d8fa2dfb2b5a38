import type pg from "pg";
import { AppError } from "../errors.ts";
import { fromPostgres } from "../sqlstates.ts";
import type { Database } from "./databases.ts";
import { openReading } from "./open-reading.ts";

/** How long a question to the catalogs may take: the longest, a search in ten thousand tables, takes 2 s on a busy machine. */
const TIMEOUT_MS = 10_000;

/** PostgreSQL's lock_not_available. */
const LOCKED = "55P03";

/**
 * Asks a database's catalogs, in one read-only transaction on one of its followers.
 * @throws AppError no_follower, database_busy (also where what is asked for is locked just now)
 */
export async function readCatalog<Found>(
  database: Database,
  ask: (client: pg.Client) => Promise<Found>,
): Promise<Found> {
  const reading = await openReading(database, { timeoutMs: TIMEOUT_MS });
  try {
    return await ask(reading.client);
  } catch (error) {
    if (!isLocked(error)) throw fromPostgres(error);
    throw new AppError(
      "database_busy",
      `What ${database.name} says of this is locked just now, by a change to a table.`,
      {
        hint: "Try again in a moment.",
        retryAfterSeconds: 5,
        cause: error,
      },
    );
  } finally {
    reading.end();
  }
}

/** Asks what takes locks on users' tables; no rows, where one of them is locked. The transaction goes on in any case. */
export async function unlessLocked<Row extends object>(
  client: pg.Client,
  sql: string,
  values: readonly unknown[],
): Promise<Row[]> {
  await client.query("SAVEPOINT before_locks");
  try {
    return (await client.query<Row>(sql, [...values])).rows;
  } catch (error) {
    if (!isLocked(error)) throw error;
    await client.query("ROLLBACK TO SAVEPOINT before_locks");
    return [];
  }
}

/** A follower replays the locks of its primary: those of ALTER TABLE, TRUNCATE and VACUUM FULL keep readers out. */
function isLocked(error: unknown): boolean {
  return (error as { code?: string }).code === LOCKED;
}
