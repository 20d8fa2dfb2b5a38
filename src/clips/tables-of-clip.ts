import type { OwnDatabase } from "../own-database.ts";
import { type TableName, tablesRead } from "../runs/tables-read.ts";
import { type ClipLink, findClipsByTable } from "./find-by-table.ts";
import type { VisibleTo } from "./visible-clips.ts";

/** A table that a clip's SQL reads. */
export interface TableOfClip extends TableName {
  /** The last changed of the other clips that read it; null: they were not looked for. */
  others: readonly ClipLink[] | null;
  /** Whether there are more of them. */
  hasMore: boolean;
}

/** More in one query are named, and who else reads them is not looked for. */
const MOST_LOOKED_FOR = 20;
/** Clips that are named for a table; the others are found by the search. */
const MOST_NAMED = 10;

/** The tables that a clip's SQL reads, with the other clips on the same database that somebody may see. */
export async function tablesOfClip(
  db: OwnDatabase,
  clip: { slug: string; database: string; sql: string },
  visibleTo: VisibleTo,
): Promise<TableOfClip[]> {
  return Promise.all(
    tablesRead(clip.sql).map(async (table, index) => {
      if (index >= MOST_LOOKED_FOR) return { ...table, others: null, hasMore: false };
      // The clip itself is one of them, and one more says that there are more.
      const found = await findClipsByTable(db, { ...table, database: clip.database }, visibleTo, MOST_NAMED + 2);
      const others = found.filter(({ slug }) => slug !== clip.slug);
      return { ...table, others: others.slice(0, MOST_NAMED), hasMore: others.length > MOST_NAMED };
    }),
  );
}
