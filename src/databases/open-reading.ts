import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import { AppError } from "../errors.ts";
import { beginReading } from "./begin-reading.ts";
import { connectionReason } from "./connection-reason.ts";
import type { DatabaseConfig } from "./database-config.ts";
import type { Follower } from "./follower.ts";
import type { FollowerStatus } from "./follower-status.ts";
import { fromPostgres } from "../sqlstates.ts";
import { destroySession, endSession } from "./reader-sessions.ts";
import { type Fault, type FollowerDemands, roleFault, type Standing } from "./standing.ts";

/** A follower that did not qualify is tried last for so long. */
const LEFT_OUT_MS = 5_000;
/** A follower that does not begin a transaction for so long does not answer. */
const BEGIN_PATIENCE_MS = 5_000;
/** One that seems to be too far behind is looked at again: it may be replaying this very moment. */
const LOOKS = 3;
const LOOK_AGAIN_MS = 100;
/** How long after its statement's timeout a reading is cut off, if nobody has ended it: the follower is silent. */
const CUT_GRACE_MS = 10_000;

/** A read-only transaction on a follower, in a session of its own. */
export interface Reading {
  follower: Follower;
  client: pg.Client;
  /** Where the follower stands at the transaction's snapshot; its lag is what all that is known tells. */
  status: FollowerStatus;
  /** Ends the session, and with it the transaction, without waiting. Idempotent. */
  end(): void;
}

/** What a reading needs of a database. */
export type ReadDatabase = Pick<DatabaseConfig, "name" | keyof FollowerDemands> & { followers: readonly Follower[] };

/**
 * Begins a read-only transaction on the least loaded follower that can be reached and is not too far behind. One that
 * did not qualify is left to the last for five seconds, then it is tried like the others; one that could not read its own
 * data is left to the last until it is started again.
 * @param options.avoid a follower to be taken only if there is no other: the one where a run has just failed
 * @param options.signal gives it up, as long as it has not begun
 * @throws AppError no_follower, with each one's reason; database_busy when those that qualify have no session left; the signal's reason
 */
export async function openReading(
  database: ReadDatabase,
  options: { timeoutMs: number; avoid?: Follower | undefined; signal?: AbortSignal | undefined },
): Promise<Reading> {
  const reasons: string[] = [];
  let busy: unknown;
  for (const follower of inOrder(database.followers, options.avoid)) {
    let reading: Reading | Fault;
    try {
      reading = await tryToRead(follower, database, options);
    } catch (error) {
      if (!(error instanceof AppError && error.code === "database_busy")) throw error;
      busy ??= error;
      continue;
    }
    if ("client" in reading) {
      follower.leftOutMs = -Infinity;
      return reading;
    }
    follower.leftOutMs = performance.now();
    follower.state.report({ fault: reading, note: null });
    reasons.push(`${follower.name}: ${reading.reason}`);
  }
  if (busy !== undefined) throw busy;
  throw new AppError("no_follower", `No follower of ${database.name} can run a clip now (${reasons.join("; ")}).`, {
    hint: "Try again in a moment. If it stays so, ask whoever runs the database; dataclips doctor says more.",
    retryAfterSeconds: LEFT_OUT_MS / 1000,
  });
}

/** A reading on one follower, or why there can be none. */
async function tryToRead(
  follower: Follower,
  demands: FollowerDemands,
  { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<Reading | Fault> {
  signal?.throwIfAborted();
  follower.readings++;
  let ended = false;
  let client: pg.Client | undefined;
  let cut: NodeJS.Timeout | undefined;
  const end = (): void => {
    if (ended) return;
    ended = true;
    follower.readings--;
    clearTimeout(cut);
    if (client) endSession(client);
  };
  let cutOff = false;
  const destroy = (): void => {
    cutOff = true;
    if (client) destroySession(client);
  };
  const cutAfter = (milliseconds: number): void => {
    clearTimeout(cut);
    cut = setTimeout(destroy, milliseconds);
    cut.unref();
  };
  signal?.addEventListener("abort", destroy, { once: true });
  try {
    const unsafe = roleFault(await follower.inspector.recentRole(), demands);
    if (unsafe !== null) {
      end();
      return unsafe;
    }
    const session = await follower.sessions.take(signal);
    client = session.client;
    if (signal?.aborted) throw signal.reason;
    cutAfter(BEGIN_PATIENCE_MS);
    let status: FollowerStatus;
    let standing: Standing;
    for (let look = 1; ; look++) {
      status = await beginReading(client, session.majorVersion, timeoutMs);
      standing = await follower.judge(status);
      if (standing.fault?.kind !== "behind" || look === LOOKS) break;
      await client.query("ROLLBACK");
      await delay(LOOK_AGAIN_MS);
    }
    cutAfter(timeoutMs + CUT_GRACE_MS);
    const { fault, lagSeconds } = standing;
    if (fault === null) {
      follower.state.report(standing, status.startedAt);
      return { follower, client, status: { ...status, lagSeconds }, end };
    }
    end();
    return fault;
  } catch (error) {
    end();
    signal?.throwIfAborted();
    if (error instanceof AppError || (error as { code?: string }).code === "53300") throw fromPostgres(error);
    const reason = cutOff
      ? `it did not begin a transaction within ${BEGIN_PATIENCE_MS / 1000} seconds`
      : connectionReason(error);
    return { kind: "unreachable", reason };
  } finally {
    signal?.removeEventListener("abort", destroy);
  }
}

/**
 * Damaged ones last, before them those that lately did not qualify, before them the one to avoid; the least loaded first,
 * among equals any one.
 */
function inOrder(followers: readonly Follower[], avoid: Follower | undefined): Follower[] {
  const nowMs = performance.now();
  const rank = (follower: Follower): number => {
    if (follower.state.damage !== null) return 3;
    if (nowMs - follower.leftOutMs < LEFT_OUT_MS) return 2;
    return follower === avoid ? 1 : 0;
  };
  return followers
    .map((follower) => ({ follower, rank: rank(follower), chance: Math.random() }))
    .toSorted(
      (a, b) =>
        a.rank - b.rank ||
        (a.rank === 2 ? a.follower.leftOutMs - b.follower.leftOutMs : 0) ||
        a.follower.readings - b.follower.readings ||
        a.chance - b.chance,
    )
    .map(({ follower }) => follower);
}
