import { getClipById } from "../clips/clips.ts";
import { AppError } from "../errors.ts";
import { recordEvent } from "../people/audit.ts";
import { type MaterializeDeps, refreshMaterialized } from "./materialize.ts";
import { isUnderWay } from "./primary-transaction.ts";
import { findRecord } from "./records.ts";

/** What became of one tick of a view's schedule. */
export type RefreshedView =
  | { rows: number }
  | { failed: string }
  | { skipped: "not_materialized" | "under_way" | "done_since" };

/**
 * Refreshes a materialized clip's view because its time has come. What fails is kept with the clip, and shown. Nothing
 * happens while it is refreshed already, on whatever server, or when somebody has tried to at the time or later.
 * @throws only what Dataclips' own database says
 */
export async function refreshScheduledView(deps: MaterializeDeps, clipId: number, time: Date): Promise<RefreshedView> {
  const record = await findRecord(deps.db, clipId);
  if (record === null) return { skipped: "not_materialized" };
  const tries = [record.refreshedAt, record.failedAt];
  if (tries.some((tried) => tried !== null && tried >= time)) return { skipped: "done_since" };
  const clip = await getClipById(deps.db, clipId);
  try {
    const { rowCount, version, bytes } = await refreshMaterialized(deps, clip);
    await recordEvent(deps.db, {
      action: "materialized.refresh",
      actor: "schedule",
      actorName: "",
      address: null,
      clipId,
      details: { database: clip.database, version, row_count: rowCount, bytes },
    });
    return { rows: rowCount };
  } catch (error) {
    if (isUnderWay(error)) return { skipped: "under_way" };
    if (error instanceof AppError) return { failed: error.code };
    throw error;
  }
}
