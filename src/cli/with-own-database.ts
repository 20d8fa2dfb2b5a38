import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Config } from "../config.ts";
import { findRunning } from "../embedded/find-running.ts";
import { AppError, rootCause } from "../errors.ts";
import { openOwnDatabase, type OwnDatabase } from "../own-database.ts";

/** The embedded server's database of Dataclips itself, and its role. */
const EMBEDDED = { role: "dataclips", database: "dataclips" };
/** PostgreSQL's undefined_table and invalid_catalog_name. */
const NOT_MADE: ReadonlySet<unknown> = new Set(["42P01", "3D000"]);

/**
 * Gives a command Dataclips' own database: DATABASE_URL's, or else the embedded one, whose server is started for as long
 * as the command lasts where it does not run. Progress of such a start goes to stderr.
 * @throws AppError store_failed when it cannot be used, not_found when there is none
 */
export async function withOwnDatabase<Value>(
  { databaseUrl, dataDirectory }: Config,
  use: (db: OwnDatabase) => Promise<Value>,
): Promise<Value> {
  if (databaseUrl !== null) return open(databaseUrl, use);
  const running = await findRunning(dataDirectory);
  if (running !== null) {
    try {
      return await open(running.url(EMBEDDED), use);
    } finally {
      await running.close();
    }
  }
  if (!existsSync(join(dataDirectory, "postgresql"))) {
    throw new AppError("not_found", `There is no embedded PostgreSQL in ${resolve(dataDirectory)} yet.`, {
      hint: "dataclips serve makes it. If Dataclips uses another one, set DATABASE_URL or DATACLIPS_DATA as it does.",
    });
  }
  // Only here: a command on a real database does not need it.
  const { startEmbedded } = await import("../embedded/embedded.ts");
  const onProgress = (line: string): void => void process.stderr.write(`${line}\n`);
  const embedded = await startEmbedded({ dataDirectory, onProgress, samples: true });
  try {
    return await open(embedded.url(EMBEDDED), use);
  } finally {
    await embedded.stop();
  }
}

async function open<Value>(url: string, use: (db: OwnDatabase) => Promise<Value>): Promise<Value> {
  const { db, close } = openOwnDatabase(url);
  try {
    return await use(db);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const { code, message } = rootCause(error) as { code?: unknown; message?: string };
    throw new AppError("store_failed", `Dataclips' own database cannot be used: ${message || String(code)}`, {
      hint: NOT_MADE.has(code)
        ? "It does not have the tables of this release yet: dataclips migrate makes them, and dataclips serve too."
        : "It has to run, and DATABASE_URL has to be the one that dataclips serve is started with.",
      cause: error,
    });
  } finally {
    await close();
  }
}
