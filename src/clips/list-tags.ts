import { and, isNull, sql } from "drizzle-orm";
import type { OwnDatabase } from "../own-database.ts";
import { clips } from "../tables.ts";
import { type VisibleTo, whereVisible } from "./visible-clips.ts";

/** A tag, and how many clips have it. */
export interface TagCount {
  tag: string;
  count: number;
}

/** The tags of the clips that somebody may see, those of most clips first. */
export async function listTags(db: OwnDatabase, visibleTo: VisibleTo, most: number): Promise<TagCount[]> {
  const tag = sql<string>`unnest(${clips.tags})`;
  const each = db
    .select({ tag: tag.as("tag") })
    .from(clips)
    .where(and(isNull(clips.deletedAt), whereVisible(visibleTo)))
    .as("each");
  return db
    .select({ tag: each.tag, count: sql<number>`count(*)::int` })
    .from(each)
    .groupBy(each.tag)
    .orderBy(sql`count(*) DESC`, each.tag)
    .limit(most);
}
