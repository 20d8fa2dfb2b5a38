import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import { AppError } from "../errors.ts";
import { beginReading } from "./begin-reading.ts";
import { connectionReason } from "./connection-reason.ts";
import type { DatabaseConfig } from "./database-config.ts";
import type { Follower } from "./follower.ts";
import { type FollowerDemands, lagFault, roleFault } from "./follower-faults.ts";
import type { FollowerStatus } from "./follower-status.ts";
import { correctLag } from "./lag.ts";
import { fromPostgres } from "../sqlstates.ts";
import { destroySession, endSession } from "./reader-sessions.ts";

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
  /** Where the follower stands at the transaction's snapshot. */
  status: FollowerStatus;
  /** Ends the session, and with it the transaction, without waiting. Idempotent. */
  end(): void;
}

/** What a reading needs of a database. */
export type ReadDatabase = Pick<DatabaseConfig, "name" | keyof FollowerDemands> & { followers: readonly Follower[] };

/**
 * Begins a read-only transaction on the least loaded follower that can be reached and is not too far behind. One that
 * did not qualify is left to the last for five seconds, then it is tried like the others.
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
    let reading: Reading | string;
    try {
      reading = await tryToRead(follower, database, options);
    } catch (error) {
      if (!(error instanceof AppError && error.code === "database_busy")) throw error;
      busy ??= error;
      continue;
    }
    if (typeof reading !== "string") {
      follower.leftOutAt = 0;
      return reading;
    }
    follower.leftOutAt = Date.now();
    reasons.push(`${follower.name}: ${reading}`);
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
): Promise<Reading | string> {
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
    for (let look = 1; ; look++) {
      const seen = await beginReading(client, session.majorVersion, timeoutMs);
      status = correctLag(follower.lag, seen, Date.now());
      if (lagFault(status, demands) === null || look === LOOKS) break;
      await client.query("ROLLBACK");
      await delay(LOOK_AGAIN_MS);
    }
    cutAfter(timeoutMs + CUT_GRACE_MS);
    const behind = lagFault(status, demands);
    if (behind === null) return { follower, client, status, end };
    end();
    return behind;
  } catch (error) {
    end();
    signal?.throwIfAborted();
    if (error instanceof AppError || (error as { code?: string }).code === "53300") throw fromPostgres(error);
    if (cutOff) return `it did not begin a transaction within ${BEGIN_PATIENCE_MS / 1000} seconds`;
    return connectionReason(error);
  } finally {
    signal?.removeEventListener("abort", destroy);
  }
}

/** Those that lately did not qualify last, before them the one to avoid; the least loaded first, among equals any one. */
function inOrder(followers: readonly Follower[], avoid: Follower | undefined): Follower[] {
  const now = Date.now();
  const leftOutAt = (follower: Follower): number =>
    now - follower.leftOutAt < LEFT_OUT_MS ? follower.leftOutAt : follower === avoid ? 1 : 0;
  return followers
    .map((follower) => ({ follower, leftOutAt: leftOutAt(follower), chance: Math.random() }))
    .toSorted((a, b) => a.leftOutAt - b.leftOutAt || a.follower.readings - b.follower.readings || a.chance - b.chance)
    .map(({ follower }) => follower);
}
