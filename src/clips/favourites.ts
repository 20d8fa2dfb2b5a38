import { and, eq, inArray } from "drizzle-orm";
import type { OwnDatabase } from "../own-database.ts";
import { favourites } from "../tables.ts";

/** Keeps a clip at hand for somebody; once is as good as twice. */
export async function addFavourite(db: OwnDatabase, personId: string, clipId: number): Promise<void> {
  await db.insert(favourites).values({ personId, clipId }).onConflictDoNothing();
}

/** Takes it back, if it was one. */
export async function removeFavourite(db: OwnDatabase, personId: string, clipId: number): Promise<void> {
  await db.delete(favourites).where(and(eq(favourites.personId, personId), eq(favourites.clipId, clipId)));
}

/** Which of some clips are somebody's favourites. */
export async function favouritesAmong(
  db: OwnDatabase,
  personId: string,
  clipIds: readonly number[],
): Promise<ReadonlySet<number>> {
  if (clipIds.length === 0) return new Set();
  const rows = await db
    .select({ clipId: favourites.clipId })
    .from(favourites)
    .where(and(eq(favourites.personId, personId), inArray(favourites.clipId, [...clipIds])));
  return new Set(rows.map(({ clipId }) => clipId));
}
