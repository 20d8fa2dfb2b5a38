import { setTimeout as sleep } from "node:timers/promises";
import type { VerifySession } from "./session.ts";

const FIRST_POLL_MS = 5;
const LONGEST_POLL_MS = 250;
/** A commit that does not wait for the disk is there after so many wal_writer_delays (the manual, "Asynchronous Commit"). */
const WAL_WRITER_DELAYS = 3;

/** The follower does not replay any further; the message says what is known. */
export class ReplayStandsStill extends Error {}

/**
 * What the primary has written into its log; and, if no transaction that writes is under way, the number that the next
 * one will get: then all that is visible is known by number too.
 */
const WRITTEN = `
  SELECT pg_current_wal_insert_lsn(),
         CASE WHEN pg_snapshot_xmin(s.now) = pg_snapshot_xmax(s.now) THEN pg_snapshot_xmax(s.now) END,
         (SELECT setting FROM pg_settings WHERE name = 'wal_writer_delay')
    FROM (SELECT pg_current_snapshot() AS now OFFSET 0) AS s`;

const REPLAYED = `
  SELECT coalesce(pg_last_wal_replay_lsn() >= $1::pg_lsn, false)
           OR coalesce(pg_snapshot_xmin(pg_current_snapshot()) >= $2::xid8, false),
         pg_last_wal_replay_lsn(), pg_is_in_recovery(),
         CASE WHEN pg_is_in_recovery() THEN pg_is_wal_replay_paused() END,
         pg_size_pretty($1::pg_lsn - pg_last_wal_replay_lsn()),
         nullif(current_setting('recovery_min_apply_delay'), '0')`;

/**
 * Waits until the follower has replayed every commit that the primary's queries have seen until now: by its position,
 * or because no transaction of theirs is under way there any more. Either is enough. The position alone may stay out of
 * reach for long, because a quiet primary leaves the end of its log unflushed, even in the midst of a record.
 * @param patienceMs how long the follower may stand still meanwhile; as long as it moves, it is waited for
 * @throws ReplayStandsStill
 */
export async function catchUp(
  primary: VerifySession,
  follower: VerifySession,
  patienceMs: number,
  signal?: AbortSignal,
): Promise<void> {
  const [[inserted = "0/0", next = null, delayMs] = []] = await primary.query(WRITTEN);
  let target = inserted;
  let isFlushed = false;
  let pollMs = FIRST_POLL_MS;
  let last: string | null = null;
  const startedAtMs = performance.now();
  let movedAtMs = startedAtMs;
  for (;;) {
    const [[isThere, position = null, inRecovery, isPaused, behind, applyDelay] = []] = await follower.query(REPLAYED, [
      target,
      next,
    ]);
    if (inRecovery !== "t") throw new ReplayStandsStill("it was promoted meanwhile: it is not a follower any more");
    if (isThere === "t") return;
    if (position !== last) movedAtMs = performance.now();
    last = position;
    if (performance.now() - movedAtMs >= patienceMs) {
      const reason =
        isPaused === "t"
          ? "its replay is paused (pg_wal_replay_resume() ends that)"
          : applyDelay
            ? `its recovery_min_apply_delay is ${applyDelay}`
            : "check that it receives and replays";
      throw new ReplayStandsStill(
        `it has replayed nothing for ${patienceMs / 1000} s and is ${behind ?? "an unknown amount"} behind: ${reason}`,
      );
    }
    if (!isFlushed && performance.now() - startedAtMs > WAL_WRITER_DELAYS * Number(delayMs ?? 0)) {
      // By now every commit that was visible at the start is flushed. What is not flushed is not waited for.
      isFlushed = true;
      const [row] = await primary.query("SELECT least(pg_current_wal_flush_lsn(), $1::pg_lsn)", [inserted]);
      target = row?.[0] ?? target;
    }
    await sleep(pollMs, undefined, { signal });
    pollMs = Math.min(pollMs * 2, LONGEST_POLL_MS);
  }
}
