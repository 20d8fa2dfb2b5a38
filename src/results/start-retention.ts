import type { Log } from "../log.ts";
import type { OwnDatabase } from "../own-database.ts";
import { repeatHourly } from "../repeat-hourly.ts";
import { applyRetention } from "./retention.ts";
import type { RetentionRules } from "./retention-rules.ts";
import { sweepUnsealed } from "./store.ts";

/**
 * Applies the retention rules now and every hour, and removes what dead servers left of results that they were storing.
 * @returns ends it, when what is being removed is done with
 */
export function startRetention({
  db,
  rules,
  log,
}: {
  db: OwnDatabase;
  rules: RetentionRules;
  log: Log;
}): () => Promise<void> {
  const turn = async (signal: AbortSignal): Promise<void> => {
    await sweepUnsealed(db);
    const { bytes } = await applyRetention(db, rules, signal);
    if (bytes > rules.keepBytes && !signal.aborted) {
      // They are pinned, or the newest of their kind.
      log.warn("results_over_keep_bytes", { bytes, keep_bytes: rules.keepBytes });
    }
  };
  return repeatHourly(turn, { failed: "result_retention_failed", log });
}
