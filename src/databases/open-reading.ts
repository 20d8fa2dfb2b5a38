import type pg from "pg";
import { AppError } from "../errors.ts";
import { beginReading } from "./begin-reading.ts";
import { connectionReason } from "./connection-reason.ts";
import type { DatabaseConfig, FollowerConfig } from "./database-config.ts";
import type { FollowerStatus } from "./follower-status.ts";
import { destroySession, endSession, type ReaderSessions } from "./reader-sessions.ts";

/** A follower that did not qualify is tried last for so long. */
const LEFT_OUT_MS = 5_000;
/** A follower that does not begin a transaction for so long does not answer. */
const BEGIN_PATIENCE_MS = 5_000;
/** How long after its statement's timeout a reading is cut off, if nobody has ended it: the follower is silent. */
const CUT_GRACE_MS = 10_000;

/** A follower, its sessions, and what was last seen of it. */
export interface Follower extends FollowerConfig {
  sessions: ReaderSessions;
  /** Readings that are open on it, by this server. */
  readings: number;
  /** When it last did not qualify, in ms since the epoch; 0 if it did since. */
  leftOutAt: number;
}

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
export type ReadDatabase = Pick<DatabaseConfig, "name" | "maxLagSeconds"> & { followers: readonly Follower[] };

/**
 * Begins a read-only transaction on the least loaded follower that can be reached and is not too far behind. One that
 * did not qualify is left to the last for five seconds, then it is tried like the others.
 * @param options.avoid a follower to be taken only if there is no other: the one where a run has just failed
 * @param options.signal gives it up, as long as it has not begun
 * @throws AppError no_follower, with each one's reason; database_busy when one has no session left; the signal's reason
 */
export async function openReading(
  database: ReadDatabase,
  options: { timeoutMs: number; avoid?: Follower | undefined; signal?: AbortSignal | undefined },
): Promise<Reading> {
  const reasons: string[] = [];
  for (const follower of inOrder(database.followers, options.avoid)) {
    const reading = await tryToRead(follower, database.maxLagSeconds, options);
    if (typeof reading !== "string") {
      follower.leftOutAt = 0;
      return reading;
    }
    follower.leftOutAt = Date.now();
    reasons.push(`${follower.name}: ${reading}`);
  }
  throw new AppError("no_follower", `No follower of ${database.name} can run a clip now (${reasons.join("; ")}).`, {
    hint: "Try again in a moment. If it stays so, ask whoever runs the database; dataclips doctor says more.",
    retryAfterSeconds: LEFT_OUT_MS / 1000,
  });
}

/** A reading on one follower, or why there can be none. */
async function tryToRead(
  follower: Follower,
  maxLagSeconds: number,
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
  const destroy = (): void => {
    if (client) destroySession(client);
  };
  const cutAfter = (milliseconds: number): void => {
    clearTimeout(cut);
    cut = setTimeout(destroy, milliseconds);
    cut.unref();
  };
  signal?.addEventListener("abort", destroy, { once: true });
  try {
    const session = await follower.sessions.take();
    client = session.client;
    if (signal?.aborted) throw signal.reason;
    cutAfter(BEGIN_PATIENCE_MS);
    const status = await beginReading(client, session.majorVersion, timeoutMs);
    cutAfter(timeoutMs + CUT_GRACE_MS);
    if ((status.lagSeconds ?? 0) <= maxLagSeconds) return { follower, client, status, end };
    end();
    return `it is ${Math.round(status.lagSeconds!)} seconds behind, and max_lag_seconds is ${maxLagSeconds}`;
  } catch (error) {
    end();
    signal?.throwIfAborted();
    if (error instanceof AppError || (error as { code?: string }).code === "53300") throw error;
    return connectionReason(error);
  } finally {
    signal?.removeEventListener("abort", destroy);
  }
}

/** Where a follower stands, however far behind it is, or why it cannot be asked. */
export async function checkFollower(
  follower: Follower,
): Promise<{ ok: true; status: FollowerStatus } | { ok: false; reason: string }> {
  const reading = await tryToRead(follower, Infinity, { timeoutMs: BEGIN_PATIENCE_MS }).catch(connectionReason);
  if (typeof reading === "string") return { ok: false, reason: reading };
  reading.end();
  return { ok: true, status: reading.status };
}

/** Those that lately did not qualify last, before them the one to avoid; the least loaded first. */
function inOrder(followers: readonly Follower[], avoid: Follower | undefined): Follower[] {
  const now = Date.now();
  const leftOutAt = (follower: Follower): number =>
    now - follower.leftOutAt < LEFT_OUT_MS ? follower.leftOutAt : follower === avoid ? 1 : 0;
  return followers.toSorted((a, b) => leftOutAt(a) - leftOutAt(b) || a.readings - b.readings);
}
