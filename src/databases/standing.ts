import type { DatabaseConfig } from "./database-config.ts";
import type { FollowerStatus } from "./follower-status.ts";
import type { RoleInspection } from "./inspect-role.ts";
import { lsnPosition } from "./lsn.ts";

/** What a database asks of its followers. */
export type FollowerDemands = Pick<DatabaseConfig, "maxLagSeconds" | "allowWritableRole">;

/** Why no clip runs on a follower. */
export interface Fault {
  kind: "unreachable" | "role" | "behind" | "promoted" | "strayed";
  /** As the end of a sentence. */
  reason: string;
}

/** Whether clips may run on a follower, and what is to be said of it. */
export interface Standing {
  /** Null if clips may. */
  fault: Fault | null;
  /** What readers of its data should know, as the end of a sentence. */
  note: string | null;
  /** Seconds behind its primary, as far as all that is known tells; null: not known. */
  lagSeconds: number | null;
}

/** A server of a database, as it was seen a moment ago. */
export interface Peer extends Pick<FollowerStatus, "isFollower" | "walLsn" | "lagBytes" | "streaming" | "startedAt"> {
  /** Of its cluster: copies of each other have the same one. Null where the role may not ask. */
  systemIdentifier: string | null;
  /** Of the WAL: a server that is promoted begins the next one. Null where the role may not ask. */
  timeline: number | null;
  /** How many servers it sends to; 0 where the role may not ask. */
  senders: number;
}

/** The other servers of a follower's database. */
export interface Peers {
  /** The configuration's primary; null if it names none: then whether it is up is not known. */
  primary: Peer | "unreachable" | null;
  /** The other followers that could be asked. */
  siblings: readonly Peer[];
  /** The follower itself, as it was seen among them; undefined if it could not be asked. */
  self: Peer | undefined;
}

/** What is remembered of a follower. */
export interface FollowerMemory {
  /** Whether it was seen to be a follower since this process began. */
  wasFollower: boolean;
  /** How long ago it had everything that its primary had, and heard of it; Infinity: not known. */
  caughtUpSecondsAgo: number;
  heardSecondsAgo: number;
  /** How long ago its primary had written more than it has now; 0: not known to have. */
  missingForSeconds: number;
}

export const NOTHING_REMEMBERED: FollowerMemory = {
  wasFollower: false,
  caughtUpSecondsAgo: Infinity,
  heardSecondsAgo: Infinity,
  missingForSeconds: 0,
};

/** Why no clip runs with this role; null if clips may. */
export function roleFault({ findings }: RoleInspection, { allowWritableRole }: FollowerDemands): Fault | null {
  const canWrite = findings.some(({ severity }) => severity === "error");
  return canWrite && !allowWritableRole ? { kind: "role", reason: "its reader role can do more than read" } : null;
}

/** Whether a server's status alone says where it stands: it follows, receives, and knows how far behind it is. */
export function standsAlone({ isFollower, streaming, lagSeconds }: FollowerStatus): boolean {
  return isFollower && streaming === true && lagSeconds !== null;
}

/**
 * Where a server stands that a configuration calls a follower.
 * @param status with its lag as corrected by what was seen before
 * @param peers the others; null where they were not asked, for its status says enough
 */
export function judgeStanding(
  status: FollowerStatus,
  { maxLagSeconds }: Pick<FollowerDemands, "maxLagSeconds">,
  memory: FollowerMemory,
  peers: Peers | null,
): Standing {
  // Its own word is that of what it receives: a server between it and its primary may be cut off.
  const lagSeconds = status.lagSeconds === null ? null : Math.max(status.lagSeconds, memory.missingForSeconds);
  const faulty = (kind: Fault["kind"], reason: string): Standing => ({
    fault: { kind, reason },
    note: null,
    lagSeconds,
  });
  const strayed = peers && strayedFrom(status, peers);
  if (strayed) return faulty("strayed", strayed);
  if (!status.isFollower) {
    if (peers && isPromoted(status, memory, peers)) {
      return faulty("promoted", "it was promoted: it takes writes of its own, and follows its primary no more");
    }
    const isSuccessor = peers && memory.wasFollower && peers.primary !== null && !isSame(peers.primary, status);
    return { fault: null, note: isSuccessor ? "it has taken its primary's place" : null, lagSeconds };
  }
  if (status.streaming || peers === null) return behind(status, lagSeconds, maxLagSeconds, "");
  return judgeCutOff(status, maxLagSeconds, memory, peers);
}

/** A follower that receives nothing: its primary is down, or lives and cannot be reached from there. */
function judgeCutOff(status: FollowerStatus, maxLagSeconds: number, memory: FollowerMemory, peers: Peers): Standing {
  const { primary, siblings } = peers;
  const cause = "it receives nothing from its primary";
  const isLiving = primary !== null && primary !== "unreachable" && !primary.isFollower;
  const others = isLiving ? [primary, ...siblings] : siblings;
  const hasLess = others.some((peer) => isAhead(peer, status));
  const hasReplayedAll = !status.paused && (status.lagBytes === null || status.lagBytes <= 0);
  if (isLiving && !hasLess && hasReplayedAll) return { fault: null, note: null, lagSeconds: 0 };
  if (isLiving || hasLess || !hasReplayedAll) {
    const known = Math.max(
      Math.min(memory.caughtUpSecondsAgo, status.replayedSecondsAgo ?? Infinity),
      memory.missingForSeconds,
    );
    return behind(status, known === Infinity ? null : known, maxLagSeconds, `${cause}, `);
  }
  // What is left when the primary is down is reading.
  const heard = Math.min(memory.heardSecondsAgo, status.upSeconds);
  const note = `its primary has not been heard from for ${Math.round(heard)} s`;
  return { fault: null, note, lagSeconds: heard };
}

function behind(status: FollowerStatus, lagSeconds: number | null, maxLagSeconds: number, cause: string): Standing {
  const said = (reason: string): Standing => ({ fault: { kind: "behind", reason }, note: null, lagSeconds });
  if (lagSeconds === null) {
    const waits = status.lagBytes ? `, and ${status.lagBytes} bytes wait` : "";
    return said(
      status.paused
        ? `its replay is paused, and it cannot say how far behind it is${waits}`
        : `${cause}it has replayed no transaction since it was started${waits}`,
    );
  }
  if (lagSeconds <= maxLagSeconds) return { fault: null, note: null, lagSeconds };
  return said(`${cause}it is ${Math.ceil(lagSeconds)} seconds behind, and max_lag_seconds is ${maxLagSeconds}`);
}

/** Whether a server that is no follower was one, of a primary that is still there. */
function isPromoted(
  status: FollowerStatus,
  { wasFollower }: FollowerMemory,
  { primary, siblings, self }: Peers,
): boolean {
  if (primary !== null && primary !== "unreachable") {
    if (isSame(primary, status)) return false;
    // Another cluster's primary is a database of its own, whatever feeds it.
    const isCopy = wasFollower || (self !== undefined && isSameCluster(primary, self));
    // A primary that follows has been replaced.
    return isCopy && !primary.isFollower;
  }
  const isOnOldTimeline = ({ timeline }: Peer): boolean =>
    timeline === null || self === undefined || self.timeline === null ? wasFollower : timeline < self.timeline;
  const copies = siblings.filter((sibling) => self === undefined || isSameCluster(sibling, self));
  // While the primary that it left goes on sending to others, it is none. Else it took that one's place; where nobody
  // could tell, for no primary is configured and there is no other follower, its data are not taken for its primary's.
  const onOldOne = copies.filter((sibling) => sibling.streaming === true && isOnOldTimeline(sibling));
  // Those that it sends to may not yet have written down that their timeline is another one.
  if (onOldOne.length > (self?.senders ?? 0)) return true;
  return primary === null && wasFollower && siblings.length === 0;
}

function isSame(one: Peer | "unreachable", other: Pick<Peer, "startedAt">): boolean {
  return one !== "unreachable" && one.startedAt === other.startedAt;
}

/** Why a follower is none of its configured primary; null if it may be. */
function strayedFrom(status: FollowerStatus, { primary, self }: Peers): string | null {
  if (!status.isFollower || self === undefined || primary === null || primary === "unreachable") return null;
  if (primary.isFollower || !isSameCluster(primary, self)) return null;
  const timelines = [self.timeline, primary.timeline] as const;
  if (timelines[0] !== null && timelines[1] !== null && timelines[0] > timelines[1]) {
    return `it follows another server than its primary: its timeline is ${timelines[0]}, and its primary's ${timelines[1]}`;
  }
  return null;
}

/** Whether two servers are copies of each other, as far as they say. */
export function isSameCluster(one: Peer, other: Peer): boolean {
  return one.systemIdentifier !== null && one.systemIdentifier === other.systemIdentifier;
}

/** Whether a server has more than a follower has replayed: on a primary what is written, else what is received. */
function isAhead(peer: Peer, { walLsn }: FollowerStatus): boolean {
  if (peer.walLsn === null) return false;
  return walLsn === null || lsnPosition(peer.walLsn) + Math.max(0, peer.lagBytes ?? 0) > lsnPosition(walLsn);
}
