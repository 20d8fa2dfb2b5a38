import { and, eq, inArray, isNotNull, notExists, sql, sum } from "drizzle-orm";
import type { OwnDatabase } from "../own-database.ts";
import { results, shares } from "../tables.ts";
import type { RetentionRules } from "./retention-rules.ts";

/** Results removed in one transaction: each may have hundreds of chunks. */
const BATCH = 20;
/** Results that are looked for at once. */
const ROUND = 5_000;
/** Everyone with a share chooses values for its parameters: the newest result of every choice cannot stay for ever. */
const KEYS_PER_CLIP = 1_000;

/**
 * Removes the results that the rules no longer keep: of each clip those beyond its count, its days or its bytes, then
 * the oldest of all until the installation's bytes are kept to. These stay in any case: a result that a share is pinned
 * to, and the newest one of the current version for each set of parameter values (the last 1000 sets). Several servers
 * may do this at the same time.
 * @returns how many were removed, and the bytes of those that are left
 */
export async function applyRetention(
  db: OwnDatabase,
  rules: RetentionRules,
  signal?: AbortSignal,
): Promise<{ removed: number; bytes: number }> {
  let removed = 0;
  for (let found = await findExpired(db, rules); found.length > 0; found = await findExpired(db, rules)) {
    const before = removed;
    for (let at = 0; at < found.length && !signal?.aborted; at += BATCH) {
      removed += await removeBatch(db, found.slice(at, at + BATCH));
    }
    // None of them could be removed: another server is at it.
    if (signal?.aborted || removed === before) break;
  }
  const [left] = await db
    .select({ bytes: sum(results.bytes) })
    .from(results)
    .where(isNotNull(results.sealedAt));
  return { removed, bytes: Number(left?.bytes ?? 0) };
}

/** Ids of results that the rules do not keep, the oldest first. */
async function findExpired(db: OwnDatabase, { keepResults, keepDays, keepBytes }: RetentionRules): Promise<number[]> {
  const { rows } = await db.execute<{ id: string }>(sql`
    WITH sealed AS (
      SELECT r.id, r.clip_id, r.number, r.bytes, r.finished_at,
        coalesce(c.keep_results, ${keepResults}::integer) AS keep_results,
        coalesce(c.keep_days, ${keepDays}::integer) AS keep_days,
        c.keep_bytes,
        EXISTS (SELECT FROM shares s WHERE s.pinned_result_id = r.id) AS pinned,
        r.version = c.version AND 1 = row_number() OVER (
          PARTITION BY r.clip_id, r.database, r.version, r.parameters_key ORDER BY r.number DESC
        ) AS newest
      FROM results r JOIN clips c ON c.id = r.clip_id
      WHERE r.sealed_at IS NOT NULL
    ), placed AS (
      SELECT *,
        row_number() OVER (PARTITION BY clip_id ORDER BY number DESC) AS place,
        pinned OR newest AND
          row_number() OVER (PARTITION BY clip_id, newest ORDER BY number DESC) <= ${KEYS_PER_CLIP}::integer AS stays
      FROM sealed
    ), summed AS (
      SELECT *, sum(bytes) OVER (PARTITION BY clip_id ORDER BY stays DESC, number DESC) AS clip_bytes
      FROM placed
    ), judged AS (
      SELECT *, stays OR (
        place <= keep_results
        AND finished_at > now() - make_interval(days => keep_days)
        AND (keep_bytes IS NULL OR clip_bytes <= keep_bytes)
      ) AS kept
      FROM summed
    ), totalled AS (
      SELECT *, sum(bytes) OVER (ORDER BY kept DESC, stays DESC, finished_at DESC, id DESC) AS total
      FROM judged
    )
    SELECT id FROM totalled
    WHERE NOT kept OR (NOT stays AND total > ${keepBytes}::bigint)
    ORDER BY id LIMIT ${ROUND}`);
  return rows.map(({ id }) => Number(id));
}

/**
 * Locks results first and looks for pins then, with a new statement's snapshot: a share that is pinned at the same
 * moment either comes first, and is seen, or waits for the lock, and finds its result gone.
 */
async function removeBatch(db: OwnDatabase, ids: readonly number[]): Promise<number> {
  return db.transaction(async (tx) => {
    const locked = await tx
      .select({ id: results.id })
      .from(results)
      .where(inArray(results.id, ids))
      .for("update", { skipLocked: true });
    if (locked.length === 0) return 0;
    const lockedIds = locked.map(({ id }) => id);
    const pins = tx.select({ id: shares.id }).from(shares).where(eq(shares.pinnedResultId, results.id));
    const gone = await tx
      .delete(results)
      .where(and(inArray(results.id, lockedIds), notExists(pins)))
      .returning({ id: results.id });
    return gone.length;
  });
}
