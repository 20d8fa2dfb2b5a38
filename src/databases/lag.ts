import type { FollowerStatus } from "./follower-status.ts";

/** What was seen of a follower's replay, to tell a quiet primary from a follower that is behind. */
export interface LagMemory {
  /** When it was last known to have everything, in ms since the epoch. */
  caughtUpAt: number;
  /** A position that it had received and not yet replayed when we looked. */
  pending: { position: number; at: number } | null;
}

export function createLagMemory(): LagMemory {
  return { caughtUpAt: 0, pending: null };
}

/**
 * A status whose lag is no larger than what was seen before allows. PostgreSQL knows only how old the last transaction
 * is that it replayed. After a quiet hour that is an hour, for the instant in which it replays the next one. But a
 * follower that has replayed what it had received when we last looked was not behind at that time.
 * @param now ms since the epoch
 */
export function correctLag(memory: LagMemory, status: FollowerStatus, now: number): FollowerStatus {
  const { lagSeconds, lagBytes, walLsn } = status;
  const position = walLsn === null ? 0 : lsnPosition(walLsn);
  if (lagSeconds === 0) memory.caughtUpAt = now;
  else if (memory.pending && position >= memory.pending.position) memory.caughtUpAt = memory.pending.at;
  else if (memory.pending === null && lagBytes) memory.pending = { position: position + lagBytes, at: now };
  if (memory.pending && memory.caughtUpAt >= memory.pending.at) memory.pending = null;
  if (lagSeconds === null) return status;
  return { ...status, lagSeconds: Math.min(lagSeconds, Math.max(0, now - memory.caughtUpAt) / 1000) };
}

/** A pg_lsn such as `16/B374D848` as a number of bytes: two halves of 32 bits, in hex. */
function lsnPosition(lsn: string): number {
  const [high = "0", low = "0"] = lsn.split("/");
  return Number.parseInt(high, 16) * 2 ** 32 + Number.parseInt(low, 16);
}
