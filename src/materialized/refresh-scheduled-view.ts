import { getClipById } from "../clips/clips.ts";
import { AppError } from "../errors.ts";
import { recordEvent } from "../people/audit.ts";
import { claim, type DueSchedule } from "../schedules/plans.ts";
import { type MaterializeDeps, refreshMaterialized } from "./materialize.ts";
import { isUnderWay } from "./primary-transaction.ts";

/** What became of one due time of a view's schedule. */
export type RefreshedView = { rows: number } | { failed: string } | { skipped: "claimed" | "under_way" };

/**
 * Refreshes a materialized clip's view because its time has come. What fails is kept with the clip, and shown. Nothing
 * happens while it is refreshed already, on whatever server.
 * @throws only what Dataclips' own database says
 */
export async function refreshScheduledView(deps: MaterializeDeps, due: DueSchedule): Promise<RefreshedView> {
  if (!(await claim(deps.db, due))) return { skipped: "claimed" };
  const clip = await getClipById(deps.db, due.clipId);
  try {
    const { rowCount, version, bytes } = await refreshMaterialized(deps, clip);
    await recordEvent(deps.db, {
      action: "materialized.refresh",
      actor: "schedule",
      actorName: "",
      address: null,
      clipId: due.clipId,
      details: { database: clip.database, version, row_count: rowCount, bytes },
    });
    return { rows: rowCount };
  } catch (error) {
    if (isUnderWay(error)) return { skipped: "under_way" };
    if (error instanceof AppError) return { failed: error.code };
    throw error;
  }
}
