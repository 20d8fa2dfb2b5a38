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
  log: (message: string, error?: unknown) => void;
}): () => Promise<void> {
  const turn = async (signal: AbortSignal): Promise<void> => {
    await sweepUnsealed(db, false);
    const { bytes } = await applyRetention(db, rules, signal);
    if (bytes > rules.keepBytes && !signal.aborted) {
      log(`results: ${bytes} bytes are pinned or the newest of their kind, more than DATACLIPS_KEEP_BYTES`);
    }
  };
  return repeatHourly(turn, { failed: "results could not be removed", log });
}
