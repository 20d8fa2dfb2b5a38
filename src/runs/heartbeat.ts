import { isUnavailable } from "../errors.ts";
import type { Log } from "../log.ts";
import type { OwnDatabase } from "../own-database.ts";
import type { OwnHealth } from "../own-health.ts";
import type { OnFinished } from "./finished-run.ts";
import { beat, failLostRuns } from "./run-records.ts";
import type { Runs } from "./runs.ts";

const BEAT_MS = 2_000;

/**
 * Says every two seconds that this server's runs are alive, cancels those that somebody wants cancelled on another
 * server, and marks the runs of servers that have died: within 20 seconds of their death.
 * @returns what stops it
 */
export function startHeartbeat({
  db,
  runs,
  log,
  health,
  onFinished,
}: {
  db: OwnDatabase;
  runs: Runs;
  log: Log;
  /** Looks whether the database is there, where something fails. */
  health?: OwnHealth | undefined;
  onFinished?: OnFinished | undefined;
}): () => Promise<void> {
  let stopped = false;
  let beating: Promise<void> | undefined;

  const beatOnce = async (): Promise<void> => {
    try {
      const ids = runs.ids();
      const cancelled = ids.length === 0 ? [] : await beat(db, ids);
      for (const id of cancelled) void runs.cancel(id).catch(() => {});
      await failLostRuns(db, false, onFinished);
    } catch (error) {
      if (stopped) return;
      if (isUnavailable(error)) health?.suspect(error);
      else log.error("heartbeat_failed", error);
    }
  };

  const timer = setInterval(() => {
    beating ??= beatOnce().finally(() => (beating = undefined));
  }, BEAT_MS);
  timer.unref();

  return async () => {
    stopped = true;
    clearInterval(timer);
    await beating;
  };
}
