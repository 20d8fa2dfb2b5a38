import type { Database } from "../databases/databases.ts";
import { roleFault } from "../databases/standing.ts";
import { openReading } from "../databases/open-reading.ts";
import { AppError } from "../errors.ts";

/** How long a question to a follower's catalogs may take. */
const TIMEOUT_MS = 10_000;

/** What bounds a query's memory, processors and disk, and ends it when its client has gone. */
const LIMITS = [
  "work_mem",
  "hash_mem_multiplier",
  "temp_file_limit",
  "max_parallel_workers_per_gather",
  "jit",
  "client_connection_check_interval",
] as const;

/** How a database's reader finds names, and what it is held to. */
export interface ReaderSettings {
  /** The schemas that names without one are looked up in, in their order and quoted. */
  searchPath: string;
  /** Of the reader's own session, by name; those that its server knows. */
  limits: Readonly<Record<string, string>>;
}

/**
 * Asks a follower how its reader is set up.
 * @throws AppError conflict when the reader role can write: what it may do, a materialized clip could do on the primary
 */
export async function readReaderSettings(database: Database): Promise<ReaderSettings> {
  const reading = await openReading(database, { timeoutMs: TIMEOUT_MS });
  try {
    const fault = roleFault(await reading.follower.inspector.recentRole(), { ...database, allowWritableRole: false });
    if (fault !== null) {
      throw new AppError("conflict", `No clip of ${database.name} can be materialized: ${fault.reason}.`, {
        hint: "On a follower nothing can be written whatever the role may do; on the primary it could. See dataclips doctor.",
      });
    }
    const { rows } = await reading.client.query<{ path: string; limits: Record<string, string | null> }>(
      `SELECT (SELECT coalesce(pg_catalog.string_agg(pg_catalog.quote_ident(name), ', ' ORDER BY place), '')
                 FROM pg_catalog.unnest(pg_catalog.current_schemas(false)) WITH ORDINALITY AS path (name, place)) AS path,
              (SELECT pg_catalog.json_object_agg(name, pg_catalog.current_setting(name, true))
                 FROM pg_catalog.unnest($1::pg_catalog.text[]) AS name) AS limits`,
      [LIMITS],
    );
    const { path, limits } = rows[0]!;
    const known = Object.entries(limits).filter((entry): entry is [string, string] => entry[1] !== null);
    return { searchPath: path, limits: Object.fromEntries(known) };
  } finally {
    reading.end();
  }
}
