import { SAMPLE_CLIPS } from "../embedded/sample-clips.ts";
import type { OwnDatabase } from "../own-database.ts";
import { clips } from "../tables.ts";
import { createClip } from "./clips.ts";

/** Saves the sample clips, if there has never been a clip. */
export async function addSampleClips(db: OwnDatabase): Promise<void> {
  const [any] = await db.select({ id: clips.id }).from(clips).limit(1);
  if (any !== undefined) return;
  // The list shows the last one first.
  for (const sample of SAMPLE_CLIPS.toReversed()) await createClip(db, sample);
}
