import { rootCause } from "../errors.ts";
import type { OwnDatabase } from "../own-database.ts";
import { applyRetention } from "./retention.ts";
import type { RetentionRules } from "./retention-rules.ts";
import { sweepUnsealed } from "./store.ts";

const EVERY_MS = 3_600_000;

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
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;

  const turn = async (): Promise<void> => {
    try {
      await sweepUnsealed(db, false);
      const { bytes } = await applyRetention(db, rules, abort.signal);
      if (bytes > rules.keepBytes && !abort.signal.aborted) {
        log(`results: ${bytes} bytes are pinned or the newest of their kind, more than DATACLIPS_KEEP_BYTES`);
      }
    } catch (error) {
      log("results could not be removed", rootCause(error));
    }
    if (abort.signal.aborted) return;
    timer = setTimeout(() => (current = turn()), EVERY_MS);
    timer.unref();
  };
  let current = turn();

  return async () => {
    abort.abort();
    clearTimeout(timer);
    await current;
  };
}
