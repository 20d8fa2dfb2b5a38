import type { Log } from "../log.ts";
import { sql } from "drizzle-orm";
import type { OwnDatabase } from "../own-database.ts";
import { repeatHourly } from "../repeat-hourly.ts";

/** Events removed in one transaction. */
const BATCH = 5_000;

/**
 * Removes the events that are older than so many days. The table refuses every other removal: its trigger lets only a
 * transaction through that says it is this one.
 * @returns how many there were
 */
export async function removeOldEvents(db: OwnDatabase, keepDays: number, signal?: AbortSignal): Promise<number> {
  let removed = 0;
  for (;;) {
    const gone = await db.transaction(async (tx) => {
      await tx.execute(sql`SELECT set_config('dataclips.audit_retention', 'on', true)`);
      const { rowCount } = await tx.execute(sql`
        DELETE FROM audit_events WHERE id IN (
          SELECT id FROM audit_events WHERE at < now() - make_interval(days => ${keepDays}::integer)
          ORDER BY at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)`);
      return rowCount ?? 0;
    });
    removed += gone;
    if (gone < BATCH || signal?.aborted) return removed;
  }
}

/** Removes them now and every hour. @returns ends it, when what is being removed is done with */
export function startAuditRetention({
  db,
  keepDays,
  log,
}: {
  db: OwnDatabase;
  keepDays: number;
  log: Log;
}): () => Promise<void> {
  const turn = async (signal: AbortSignal): Promise<void> => void (await removeOldEvents(db, keepDays, signal));
  return repeatHourly(turn, { failed: "audit_retention_failed", log });
}
