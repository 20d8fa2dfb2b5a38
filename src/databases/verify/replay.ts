import { setTimeout as sleep } from "node:timers/promises";
import type { VerifySession } from "./session.ts";

const FIRST_POLL_MS = 5;
const LONGEST_POLL_MS = 250;
/** A commit that does not wait for the disk is there after so many wal_writer_delays (the manual, "Asynchronous Commit"). */
const WAL_WRITER_DELAYS = 3;

/** The follower does not replay any further; the message says what is known. */
export class ReplayStandsStill extends Error {}

const POSITION = `
  SELECT pg_current_wal_insert_lsn(), pg_current_wal_flush_lsn() >= coalesce($1::pg_lsn, pg_current_wal_insert_lsn()),
         pg_current_wal_flush_lsn(), (SELECT setting FROM pg_settings WHERE name = 'wal_writer_delay')`;

const REPLAYED = `
  SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn, pg_last_wal_replay_lsn(), pg_is_in_recovery(),
         CASE WHEN pg_is_in_recovery() THEN pg_is_wal_replay_paused() END,
         pg_size_pretty($1::pg_lsn - pg_last_wal_replay_lsn()),
         nullif(current_setting('recovery_min_apply_delay'), '0')`;

/**
 * Waits until the follower has replayed all that the primary's queries have seen until now.
 * @param patienceMs how long the follower may stand still meanwhile; as long as it moves, it is waited for
 * @throws ReplayStandsStill
 */
export async function catchUp(
  primary: VerifySession,
  follower: VerifySession,
  patienceMs: number,
  signal?: AbortSignal,
): Promise<void> {
  const target = await visiblePosition(primary, signal);
  let pollMs = FIRST_POLL_MS;
  let last: string | null = null;
  let movedAtMs = Date.now();
  for (;;) {
    const [row] = await follower.query(REPLAYED, [target]);
    const [isThere, position = null, inRecovery, isPaused, behind, delay] = row ?? [];
    if (inRecovery !== "t") throw new ReplayStandsStill("it was promoted meanwhile: it is not a follower any more");
    if (isThere === "t") return;
    if (position !== last) movedAtMs = Date.now();
    last = position;
    if (Date.now() - movedAtMs >= patienceMs) {
      const reason =
        isPaused === "t"
          ? "its replay is paused (pg_wal_replay_resume() ends that)"
          : delay
            ? `its recovery_min_apply_delay is ${delay}`
            : "check that it receives and replays";
      throw new ReplayStandsStill(
        `it has replayed nothing for ${patienceMs / 1000} s and is ${behind ?? "an unknown amount"} behind: ${reason}`,
      );
    }
    await sleep(pollMs, undefined, { signal });
    pollMs = Math.min(pollMs * 2, LONGEST_POLL_MS);
  }
}

/**
 * A position in the primary's log behind every commit that is visible now. What is inserted but not flushed yet may
 * hold commits that did not wait for the disk; those are flushed within three times wal_writer_delay. The rest need not
 * be waited for: on a quiet primary it may stay unflushed for long.
 */
async function visiblePosition(primary: VerifySession, signal: AbortSignal | undefined): Promise<string> {
  const [first] = await primary.query(POSITION, [null]);
  const inserted = first?.[0] ?? "0/0";
  if (first?.[1] === "t") return inserted;
  const untilMs = Date.now() + WAL_WRITER_DELAYS * Number(first?.[3] ?? 200);
  for (;;) {
    const isLast = Date.now() > untilMs;
    const [row] = await primary.query(POSITION, [inserted]);
    if (row?.[1] === "t") return inserted;
    if (isLast) return row?.[2] ?? inserted;
    await sleep(2 * FIRST_POLL_MS, undefined, { signal });
  }
}
