import { and, eq, ne, sql } from "drizzle-orm";
import type { OwnDatabase } from "../own-database.ts";
import { clipEditors } from "../tables.ts";

/** A window that has not said for so long that it is there, is not. Windows say so every 10 seconds. */
const GONE_AFTER_SECONDS = 30;

/** A window in which somebody has a clip's form open. */
export interface ClipEditor {
  /** The window's own random name. */
  editor: string;
  /** As the asker of runs, and for people's eyes. */
  asker: string;
  askerName: string;
}

/** Writes down that a window has a clip's form open; those that are gone are removed. */
export async function noteEditor(
  db: OwnDatabase,
  clipId: number,
  { editor, asker, askerName }: ClipEditor,
): Promise<void> {
  await db.delete(clipEditors).where(sql`${clipEditors.seenAt} < now() - ${GONE_AFTER_SECONDS} * interval '1 second'`);
  await db
    .insert(clipEditors)
    .values({ clipId, editor, asker, askerName })
    .onConflictDoUpdate({
      target: [clipEditors.clipId, clipEditors.editor],
      set: { asker, askerName, seenAt: sql`now()` },
      // Nobody moves another's window.
      setWhere: eq(clipEditors.asker, asker),
    });
}

/** Removes a window that was closed; another's stays. */
export async function removeEditor(
  db: OwnDatabase,
  clipId: number,
  { editor, asker }: Omit<ClipEditor, "askerName">,
): Promise<void> {
  await db
    .delete(clipEditors)
    .where(and(eq(clipEditors.clipId, clipId), eq(clipEditors.editor, editor), eq(clipEditors.asker, asker)));
}

/**
 * Who has a clip's form open in another window than this one, on whatever server: each asker once, in the order of their
 * names. With a second window of one's own, one is among them.
 */
export async function listOtherEditors(
  db: OwnDatabase,
  clipId: number,
  { editor }: Pick<ClipEditor, "editor">,
): Promise<Pick<ClipEditor, "asker" | "askerName">[]> {
  const found = await db
    .selectDistinctOn([clipEditors.asker], { asker: clipEditors.asker, askerName: clipEditors.askerName })
    .from(clipEditors)
    .where(
      and(
        eq(clipEditors.clipId, clipId),
        ne(clipEditors.editor, editor),
        sql`${clipEditors.seenAt} >= now() - ${GONE_AFTER_SECONDS} * interval '1 second'`,
      ),
    )
    .orderBy(clipEditors.asker);
  return found.toSorted((a, b) => a.askerName.localeCompare(b.askerName, "en"));
}
