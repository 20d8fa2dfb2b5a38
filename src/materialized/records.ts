import { and, eq, gt, isNull, lte, or, sql } from "drizzle-orm";
import type { Clip } from "../clips/clips.ts";
import { AppError, errorBody, rootCause, toAppError } from "../errors.ts";
import type { OwnDatabase } from "../own-database.ts";
import { materializedClips } from "../tables.ts";
import type { Filled } from "./fill-view.ts";
import { VIEWS_SCHEMA } from "./view-name.ts";

/** A materialized clip's row: see the table. */
export type MaterializedRecord = typeof materializedClips.$inferSelect;

/** What somebody may say of a materialized clip, beside its name. */
export type RecordedWish = Pick<MaterializedRecord, "uniqueColumns" | "cron" | "timeZone">;

/** The record of a clip; null if it is not materialized. */
export async function findRecord(db: OwnDatabase, clipId: number): Promise<MaterializedRecord | null> {
  const [found] = await db.select().from(materializedClips).where(eq(materializedClips.clipId, clipId));
  return found ?? null;
}

/**
 * Enters a clip before its view is made, which keeps the name for it.
 * @throws AppError conflict when another clip has the name
 */
export async function addRecord(db: OwnDatabase, clip: Clip, name: string, wish: RecordedWish): Promise<void> {
  try {
    await db.insert(materializedClips).values({ clipId: clip.id, database: clip.database, name, ...wish });
  } catch (error) {
    if ((rootCause(error) as { code?: string }).code !== "23505") throw error;
    throw new AppError("conflict", `Another materialized clip is named ${VIEWS_SCHEMA}.${name} already.`, {
      hint: "Choose another name.",
    });
  }
}

export async function changeRecord(db: OwnDatabase, clipId: number, wish: RecordedWish): Promise<void> {
  await db.update(materializedClips).set(wish).where(eq(materializedClips.clipId, clipId));
}

/** @param options.unfilled whether only if its view has never been filled */
export async function removeRecord(db: OwnDatabase, clipId: number, options: { unfilled: boolean }): Promise<void> {
  const never = options.unfilled ? isNull(materializedClips.refreshedAt) : undefined;
  await db.delete(materializedClips).where(and(eq(materializedClips.clipId, clipId), never));
}

/** Enters what has come in, unless something newer has. */
export async function recordFilled(db: OwnDatabase, clipId: number, filled: Filled, durationMs: number): Promise<void> {
  await db
    .update(materializedClips)
    .set({ ...filled, durationMs, error: null, failedAt: null })
    .where(
      and(
        eq(materializedClips.clipId, clipId),
        or(
          isNull(materializedClips.refreshedAt),
          lte(materializedClips.refreshedAt, filled.refreshedAt),
          // Entered while the primary's clock was ahead.
          gt(materializedClips.refreshedAt, sql`now() + interval '1 minute'`),
        ),
      ),
    );
}

/**
 * Enters why nothing has come in, unless something has from elsewhere meanwhile.
 * @param before the record as it was when that was tried
 */
export async function recordFailure(
  db: OwnDatabase,
  { clipId, refreshedAt }: MaterializedRecord,
  error: unknown,
): Promise<void> {
  const isAsBefore =
    refreshedAt === null ? isNull(materializedClips.refreshedAt) : eq(materializedClips.refreshedAt, refreshedAt);
  await db
    .update(materializedClips)
    .set({ error: errorBody(toAppError(error)).error, failedAt: sql`now()` })
    .where(and(eq(materializedClips.clipId, clipId), isAsBefore));
}
