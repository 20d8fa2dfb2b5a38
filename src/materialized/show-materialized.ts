import type { Clip } from "../clips/clips.ts";
import { openReading } from "../databases/open-reading.ts";
import type { Deps } from "../deps.ts";
import { readComment, VIEW_SQL } from "./found-view.ts";
import { findRecord, type MaterializedRecord } from "./records.ts";

const TIMEOUT_MS = 10_000;

/** What a follower has of a materialized clip: what readers get. */
interface FollowerContent {
  follower: string;
  /** Of the clip, and when its content was read on the primary; null when the view has not come to the follower yet. */
  content: { version: number; refreshedAt: Date } | null;
}

/** A materialized clip as people look at it. */
export interface ShownMaterialized extends MaterializedRecord {
  /** Null while no follower can be asked. */
  reading: FollowerContent | null;
}

/** A clip's materialization, with the age of what readers get, from a follower; null if there is none. */
export async function showMaterialized(
  { db, databases }: Pick<Deps, "db" | "databases">,
  clip: Clip,
): Promise<ShownMaterialized | null> {
  const record = await findRecord(db, clip.id);
  return record && { ...record, reading: await readContent({ databases }, clip, record.name) };
}

async function readContent(
  { databases }: Pick<Deps, "databases">,
  clip: Clip,
  name: string,
): Promise<FollowerContent | null> {
  try {
    const reading = await openReading(databases.get(clip.database), { timeoutMs: TIMEOUT_MS });
    try {
      const { rows } = await reading.client.query<{ comment: string | null }>(VIEW_SQL, [name]);
      const comment = readComment(rows[0]?.comment ?? null);
      const content =
        comment?.clip === clip.slug ? { version: comment.version, refreshedAt: new Date(comment.refreshed_at) } : null;
      return { follower: reading.follower.name, content };
    } finally {
      reading.end();
    }
  } catch {
    // The clip's own result, on the same page, says what is wrong with the followers.
    return null;
  }
}
