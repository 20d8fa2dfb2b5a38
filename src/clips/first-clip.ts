import { and, desc, isNotNull, isNull } from "drizzle-orm";
import type { OwnDatabase } from "../own-database.ts";
import { clips } from "../tables.ts";
import { speakingSlug } from "./slug.ts";

/** The path of the clip that shows a newcomer best what clips are: the newest with a chart of its own; null: there is none. */
export async function firstClipPath(db: OwnDatabase): Promise<string | null> {
  const [found] = await db
    .select({ slug: clips.slug, title: clips.title })
    .from(clips)
    .where(and(isNull(clips.deletedAt), isNotNull(clips.chart)))
    .orderBy(desc(clips.updatedAt), desc(clips.id))
    .limit(1);
  return found === undefined ? null : `/clips/${speakingSlug(found.slug, found.title)}`;
}
