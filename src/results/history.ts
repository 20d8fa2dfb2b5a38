import { and, count, desc, eq, inArray, isNotNull, sql } from "drizzle-orm";
import type { OwnDatabase } from "../own-database.ts";
import type { ParameterValues } from "../runs/parameters.ts";
import { results } from "../tables.ts";

/** A sealed result as its clip's history lists it. */
export interface HistoryEntry {
  number: number;
  version: number;
  parameters: ParameterValues;
  database: string;
  startedAt: Date;
  finishedAt: Date;
  durationMs: number;
  rowCount: number;
  /** Bytes of the row frames; in the store they are compressed. */
  bytes: number;
  truncated: boolean;
  follower: { name: string; lagSeconds: number | null; lagBytes: number | null; walLsn: string | null };
  /** Who or what asked for it: `share:<id>`, `token`, `person:<id>`, `key:<id>`, `schedule`. */
  asker: string;
  /** How many shares are pinned to it. */
  pinned: number;
  /** The number of the one before it with the same parameter values, whatever version; null: there is none. */
  previous: number | null;
}

/** Raw names: in a query of one table Drizzle writes its columns without it. */
const PREVIOUS = sql<number | null>`(
  SELECT max(p.number) FROM results p
  WHERE p.clip_id = results.clip_id AND p.number < results.number
    AND p.parameters_key = results.parameters_key AND p.sealed_at IS NOT NULL
)`;

/** The number of the result before one of a clip's, with the same parameter values; null: there is none. */
export async function findPrevious(db: OwnDatabase, clipId: number, number: number): Promise<number | null> {
  const [row] = await db
    .select({ previous: PREVIOUS })
    .from(results)
    .where(and(eq(results.clipId, clipId), eq(results.number, number)));
  return row?.previous ?? null;
}

/** A page of a clip's results, the newest first; of some databases only, where they are named. */
export async function listResults(
  db: OwnDatabase,
  clipId: number,
  { page, pageSize, databases }: { page: number; pageSize: number; databases: readonly string[] | null },
): Promise<{ results: HistoryEntry[]; total: number }> {
  const where = and(
    eq(results.clipId, clipId),
    isNotNull(results.sealedAt),
    databases === null ? undefined : inArray(results.database, [...databases]),
  );
  const [rows, [counted]] = await Promise.all([
    db
      .select({
        result: results,
        // Raw names: in a query of one table Drizzle writes its columns without it.
        pinned: sql<number>`(SELECT count(*)::int FROM shares s WHERE s.pinned_result_id = results.id)`,
        previous: PREVIOUS,
      })
      .from(results)
      .where(where)
      .orderBy(desc(results.number))
      .limit(pageSize)
      .offset((page - 1) * pageSize),
    db.select({ total: count() }).from(results).where(where),
  ]);
  return { results: rows.map(toEntry), total: counted!.total };
}

function toEntry({
  result,
  pinned,
  previous,
}: Pick<HistoryEntry, "pinned" | "previous"> & { result: typeof results.$inferSelect }): HistoryEntry {
  const { number, version, parameters, database, startedAt } = result;
  return {
    number,
    version,
    parameters,
    database,
    startedAt,
    finishedAt: result.finishedAt!,
    durationMs: result.durationMs!,
    rowCount: result.rowCount!,
    bytes: result.bytes!,
    truncated: result.truncated!,
    follower: {
      name: result.follower,
      lagSeconds: result.lagSeconds,
      lagBytes: result.lagBytes,
      walLsn: result.walLsn,
    },
    asker: result.asker,
    pinned,
    previous,
  };
}
