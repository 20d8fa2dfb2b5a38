import { and, eq, isNull } from "drizzle-orm";
import { type VisibleTo, whereVisible } from "../clips/visible-clips.ts";
import type { OwnDatabase } from "../own-database.ts";
import { clips, materializedClips } from "../tables.ts";

/** A materialized clip in a list. */
export interface MaterializedClip {
  slug: string;
  title: string;
  /** Of the view, in the schema dataclips. */
  name: string;
  /** When its content was read on the primary; null: never yet. */
  refreshedAt: Date | null;
  /** Whether a refresh has failed since. */
  failed: boolean;
}

/** The materialized clips of a database that somebody may see, by the names of their views. */
export async function listMaterialized(
  db: OwnDatabase,
  database: string,
  visibleTo: VisibleTo,
): Promise<MaterializedClip[]> {
  const rows = await db
    .select({
      slug: clips.slug,
      title: clips.title,
      name: materializedClips.name,
      refreshedAt: materializedClips.refreshedAt,
      failedAt: materializedClips.failedAt,
    })
    .from(materializedClips)
    .innerJoin(clips, eq(clips.id, materializedClips.clipId))
    .where(and(eq(materializedClips.database, database), isNull(clips.deletedAt), whereVisible(visibleTo)))
    .orderBy(materializedClips.name);
  return rows.map(({ failedAt, ...clip }) => ({ ...clip, failed: failedAt !== null }));
}
