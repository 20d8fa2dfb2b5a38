import type { FollowerStatus } from "./follower-status.ts";
import { lsnPosition } from "./lsn.ts";

/** What was seen of a follower's replay, to tell a quiet primary from a follower that is behind; times by `performance.now()`. */
export interface LagMemory {
  /** When it was last known to have everything. */
  caughtUpMs: number;
  /** When its primary was last known to send. */
  heardMs: number;
  /** A position that it had received and not yet replayed when we looked. */
  pending: { position: number; ms: number } | null;
}

export function createLagMemory(): LagMemory {
  return { caughtUpMs: -Infinity, heardMs: -Infinity, pending: null };
}

/**
 * A status whose lag is no larger than what was seen before allows. PostgreSQL knows only how old the last transaction
 * is that it replayed. After a quiet hour that is an hour, for the instant in which it replays the next one. But a
 * follower that has replayed what it had received when we last looked was not behind at that time.
 * @param nowMs by `performance.now()`
 */
export function correctLag(memory: LagMemory, status: FollowerStatus, nowMs: number): FollowerStatus {
  const { lagSeconds, lagBytes, walLsn, streaming, replayedSecondsAgo } = status;
  const position = walLsn === null ? 0 : lsnPosition(walLsn);
  if (streaming) memory.heardMs = nowMs;
  else if (replayedSecondsAgo !== null) memory.heardMs = Math.max(memory.heardMs, nowMs - replayedSecondsAgo * 1000);
  if (lagSeconds === 0) memory.caughtUpMs = nowMs;
  else if (memory.pending && position >= memory.pending.position) memory.caughtUpMs = memory.pending.ms;
  else if (memory.pending === null && lagBytes) memory.pending = { position: position + lagBytes, ms: nowMs };
  if (memory.pending && memory.caughtUpMs >= memory.pending.ms) memory.pending = null;
  const most = (nowMs - memory.caughtUpMs) / 1000;
  const lag = Math.min(lagSeconds ?? Infinity, Math.max(0, most));
  return { ...status, lagSeconds: lag === Infinity ? null : lag };
}
