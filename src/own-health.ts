import { setTimeout as delay } from "node:timers/promises";
import { isConnectionError, isUnavailable, rootCause } from "./errors.ts";
import type { Log } from "./log.ts";
import type { OwnPool } from "./own-database.ts";

/** How often the own database is asked while it does not answer. */
const RETRY_MS = 500;
/** What it refuses for another reason, such as a full disk, is said this often at most. */
const REFUSED_MS = 60_000;

/** Says in the log when Dataclips' own database goes, and when it is back: a line each, whatever fails meanwhile. */
export interface OwnHealth {
  /** Something failed, perhaps because the database is gone: it is asked, unless that is known already. */
  suspect(error: unknown): void;
  close(): Promise<void>;
}

/** Watches Dataclips' own database. An idle connection that breaks is reason enough to look. */
export function watchOwnDatabase(db: OwnPool, log: Log): OwnHealth {
  const closed = new AbortController();
  let looking: Promise<void> | undefined;
  let refusedMs = -Infinity;

  /** Why it does not answer; null if it does. */
  const ask = async (): Promise<string | null> => {
    try {
      await db.$client.query("SELECT");
      return null;
    } catch (error) {
      return reasonOf(error);
    }
  };

  const look = async (): Promise<void> => {
    let reason = await ask();
    if (reason !== null && !closed.signal.aborted) {
      const lostMs = performance.now();
      log.warn("own_database_lost", { reason });
      while (reason !== null && !closed.signal.aborted) {
        await delay(RETRY_MS, undefined, { ref: false, signal: closed.signal }).catch(() => {});
        reason = await ask();
      }
      const seconds = Math.round((performance.now() - lostMs) / 100) / 10;
      if (reason === null) log.info("own_database_returned", { after_seconds: seconds });
    }
    looking = undefined;
  };

  const suspect = (error: unknown): void => {
    if (!isUnavailable(error) || closed.signal.aborted) return;
    const inner = rootCause(error);
    if (isConnectionError(inner) || /^(57P|08)/.test(String((inner as { code?: string }).code))) {
      looking ??= look();
    } else if (performance.now() - refusedMs > REFUSED_MS) {
      refusedMs = performance.now();
      log.warn("own_database_refuses", { reason: reasonOf(inner), sqlstate: (inner as { code?: string }).code });
    }
  };
  db.$client.on("error", suspect);

  return {
    suspect,
    async close() {
      closed.abort();
      await looking;
    },
  };
}

function reasonOf(error: unknown): string {
  const { message, code } = error as { message?: string; code?: string };
  return message || code || String(error);
}
