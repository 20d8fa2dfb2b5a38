import type { DatabaseStatusJson, FollowerStatusJson } from "../../src/routes/status-json.ts";
import { readableBytes, readableSeconds } from "./formats.ts";

/** From this share of connections on they are scarce. */
const SCARCE = 0.8;

/** A part of a whole, for a bar; null: not known, or without a bound. */
interface Share {
  value: number;
  max: number;
}

/** What a follower's card says in words, for the server and for the browser alike. */
export function followerTexts(follower: FollowerStatusJson): Record<FollowerText, string> {
  const { sessions, role, connections } = follower;
  return {
    state: stateText(follower),
    behind: behindText(follower),
    position: follower.wal_lsn ?? "–",
    version: follower.version ?? "–",
    sessions: `${sessions.open} of ${sessions.most}`,
    role:
      role === null ? "–" : role.limit === null ? `${role.sessions}, no limit` : `${role.sessions} of ${role.limit}`,
    connections: connections === null ? "–" : `${connections.used} of ${connections.available}`,
    advice: adviceOn(follower),
  };
}

export type FollowerText = "state" | "behind" | "position" | "version" | "sessions" | "role" | "connections" | "advice";

/** The bars of a follower's card. */
export function followerShares({ sessions, role, connections }: FollowerStatusJson): Record<FollowerBar, Share | null> {
  return {
    sessions: { value: sessions.open, max: sessions.most },
    role: role === null || role.limit === null ? null : { value: role.sessions, max: role.limit },
    connections: connections && { value: connections.used, max: connections.available },
  };
}

export type FollowerBar = "sessions" | "role" | "connections";

/** How many runs there are. */
export function runsText({ running, waiting, max_runs }: DatabaseStatusJson): string {
  const counts = `${running} of ${max_runs} ${max_runs === 1 ? "run" : "runs"} under way, ${waiting} waiting`;
  return waiting === 0 ? counts : `${counts}: if this is common, raise max_runs of the database`;
}

function stateText({ ok, reason, note, is_primary }: FollowerStatusJson): string {
  if (ok === null) return "not known yet";
  const state = ok ? `runs clips${note === null ? "" : `, but ${note}`}` : `runs no clips: ${reason}`;
  return is_primary === true ? `${state} (this is a primary, not a follower)` : state;
}

function behindText({ lag_seconds, lag_bytes }: FollowerStatusJson): string {
  if (lag_seconds === null) return "not known";
  return `${readableSeconds(lag_seconds)}${lag_bytes === null ? "" : `, ${readableBytes(lag_bytes)} to replay`}`;
}

/** What to do where connections are scarce; empty where they are not. */
function adviceOn({ sessions, role, connections }: FollowerStatusJson): string {
  const isScarce = (share: Share): boolean => share.value >= SCARCE * share.max;
  if (connections !== null && isScarce({ value: connections.used, max: connections.available })) {
    return "The server has few connections left: raise its max_connections, or lower max_runs of the databases that are read there.";
  }
  if (role !== null && role.limit !== null && isScarce({ value: role.sessions, max: role.limit })) {
    return `The reader role has few connections left: raise its CONNECTION LIMIT. For each database there ${sessions.most}, times the servers of Dataclips, is enough for all.`;
  }
  return "";
}
