import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import type { Database } from "../databases/databases.ts";
import { withPrimary } from "../databases/primary-session.ts";
import { AppError } from "../errors.ts";

/** What one refresh may take of the primary. */
export interface RefreshLimits {
  timeoutMs: number;
  /** Of the view with its index, when it is complete. */
  maxBytes: number;
  /** By which the database may grow meanwhile: no limit of PostgreSQL's bounds a table that a statement writes. */
  maxGrowthBytes: number;
}

/** Ten minutes, 1 GiB, and 4 GiB: a refresh beside readers has the old content, the new one and its difference at once. */
export const REFRESH_LIMITS: RefreshLimits = {
  timeoutMs: 600_000,
  maxBytes: 1024 ** 3,
  maxGrowthBytes: 4 * 1024 ** 3,
};

/** How often the database's size is looked at. */
const LOOK_MS = 1_000;
/** How long after its timeout a statement that does not end is terminated with its session. */
const GRACE_MS = 10_000;

/**
 * Runs a statement that fills a view, within limits; the timeout holds for later statements of the transaction too. A second session looks at the database's size, whoever makes it
 * grow, and ends a statement that PostgreSQL does not end in time.
 * @throws AppError query_failed when the database grows too much; what PostgreSQL says
 */
export async function runBounded(
  client: pg.Client,
  database: Database,
  statement: string,
  { timeoutMs, maxGrowthBytes }: RefreshLimits,
): Promise<void> {
  const { rows } = await client.query<{ pid: number }>("SELECT pg_catalog.pg_backend_pid() AS pid");
  const { pid } = rows[0]!;
  const over = new AbortController();
  const started = Promise.withResolvers<void>();
  let grown: AppError | undefined;
  const watching = withPrimary(database, async (watcher) => {
    const before = await databaseBytes(watcher);
    started.resolve();
    const deadlineMs = performance.now() + timeoutMs + GRACE_MS;
    while (!over.signal.aborted) {
      if ((await databaseBytes(watcher)) - before > maxGrowthBytes) {
        grown ??= tooLarge(
          `The database grew by more than ${mebibytes(maxGrowthBytes)} while the clip was materialized`,
        );
        await watcher.query("SELECT pg_catalog.pg_cancel_backend($1)", [pid]);
      }
      if (performance.now() > deadlineMs) await watcher.query("SELECT pg_catalog.pg_terminate_backend($1)", [pid]);
      await delay(LOOK_MS, undefined, { signal: over.signal }).catch(() => {});
    }
  }).catch(started.reject);
  try {
    await started.promise;
    await client.query(`SET LOCAL statement_timeout = ${timeoutMs}`);
    await client.query(statement);
  } catch (error) {
    throw grown ?? error;
  } finally {
    over.abort();
    await watching;
  }
}

/** The error for content that is larger than it may be. */
export function tooLarge(what: string): AppError {
  return new AppError("query_failed", `${what}, which is too large. Nothing was changed.`, {
    hint: "Let it give fewer rows or columns: a materialized clip is for a summary, not for a copy.",
  });
}

/** Bytes in MiB, as people read them. */
export function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 1024 ** 2).toLocaleString("en")} MiB`;
}

/** Also what is not committed yet. */
async function databaseBytes(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ bytes: string }>(
    "SELECT pg_catalog.pg_database_size(pg_catalog.current_database())::pg_catalog.text AS bytes",
  );
  return Number(rows[0]!.bytes);
}
