import { fileURLToPath } from "node:url";
import { sql } from "drizzle-orm";
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import pg from "pg";
import { AppError, rootCause } from "./errors.ts";
import { createReadSocket } from "./read-socket.ts";
import { nameTables, OWN_APPLICATION_NAME, refuseNewerTables } from "./release.ts";

/** Dataclips' own database, where clips, runs, results and shares are kept, or a transaction in it. */
export type OwnDatabase = NodePgDatabase;
/** Dataclips' own database with the pool of its connections. */
export type OwnPool = OwnDatabase & { $client: pg.Pool };

/** How long a request waits for a connection, a new one or one that comes free, before it is told to come again. */
const CONNECT_TIMEOUT_MS = 10_000;

/** "dataclips" in ASCII, cut to 32 bits: the advisory lock around migrations. */
const MIGRATION_LOCK = 0x64617461;

/**
 * Opens Dataclips' own database.
 * @param url a postgres:// URL of a role that owns the database
 * @param options.connections at most so many at once
 */
export function openOwnDatabase(
  url: string,
  { connections = 10 }: { connections?: number } = {},
): { db: OwnPool; close: () => Promise<void> } {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    application_name: OWN_APPLICATION_NAME,
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    stream: createReadSocket,
  });
  // A connection that breaks is replaced at the next query, whether it is idle or in use: what it was used for says so.
  // Without a listener it would end the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => void client.on("error", () => {}));
  return { db: drizzle({ client: pool }), close: () => pool.end() };
}

/**
 * Brings Dataclips' own database to this version's tables. Drizzle's migrator takes no lock of its own: an advisory
 * lock keeps two servers that start together from running the same migration twice.
 * @throws AppError store_failed when it cannot be used, or has the tables of a newer release
 */
export async function migrateOwnDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: "dataclips migration" });
  client.on("error", () => {}); // a lost connection; the query under way reports it
  try {
    await client.connect();
    const db = drizzle(client);
    await db.execute(sql`SELECT pg_advisory_lock(${MIGRATION_LOCK})`);
    await refuseNewerTables(db);
    await migrate(db, { migrationsFolder: fileURLToPath(new URL("../sql/migrations", import.meta.url)) });
    await nameTables(db);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const { message, code } = rootCause(error) as { message?: string; code?: string };
    const reason = message || code || "the connection failed";
    throw new AppError("store_failed", `Dataclips' own database (DATABASE_URL) cannot be used: ${reason}`, {
      hint: "It has to run, and its role has to own the database.",
      cause: error,
    });
  } finally {
    await client.end();
  }
}
