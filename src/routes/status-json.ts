import type { Database } from "../databases/databases.ts";
import type { Follower } from "../databases/follower.ts";
import type { FollowerSample } from "../databases/sample-follower.ts";
import { HISTORY_MS } from "../databases/status-history.ts";
import type { Queue } from "../runs/queue.ts";

/** How a database is at the moment, and how its followers were: what its page shows, and polls. No address is in it. */
export interface DatabaseStatusJson {
  name: string;
  /** When this was said: the right edge of its plots. */
  at: string;
  /** Runs under way on this server, those that wait for their turn, and how many may run. */
  running: number;
  waiting: number;
  max_runs: number;
  max_lag_seconds: number;
  followers: FollowerStatusJson[];
}

export interface FollowerStatusJson {
  name: string;
  /** Whether clips run there; null until it is known. */
  ok: boolean | null;
  /** Why not, as the end of a sentence. */
  reason: string | null;
  /** What readers of its data should know, as the end of a sentence. */
  note: string | null;
  is_primary: boolean | null;
  version: string | null;
  lag_seconds: number | null;
  /** Received and not yet replayed. */
  lag_bytes: number | null;
  wal_lsn: string | null;
  /** Of this server process: those that it has, and those that it may have. */
  sessions: { open: number; most: number };
  /** Of the reader role, by all servers, and its CONNECTION LIMIT; null: not known. */
  role: { sessions: number; limit: number | null } | null;
  /** Of everybody: those that are taken, and what there is. */
  connections: { used: number; available: number } | null;
  /** The last ten minutes at most, the oldest first; of a poll those that are new to it. */
  samples: SampleJson[];
}

export interface SampleJson {
  at: string;
  /** Null: the follower did not answer, or could not tell. */
  lag_seconds: number | null;
  /** Connections that everybody had. */
  connections: number | null;
}

/**
 * How a database is; from now on its followers are looked at, until nobody has asked for a minute. Waits for an answer of
 * followers that have not been asked lately, three seconds at most.
 * @param since the time of the last sample that whoever asks has
 */
export async function statusJson(database: Database, queue: Queue, since?: Date): Promise<DatabaseStatusJson> {
  await Promise.all(database.followers.map(({ history }) => history.look()));
  const now = Date.now();
  const after = Math.max(since?.getTime() ?? 0, now - HISTORY_MS);
  return {
    name: database.name,
    at: new Date(now).toISOString(),
    running: queue.running,
    waiting: queue.waiting,
    max_runs: database.maxRuns,
    max_lag_seconds: database.maxLagSeconds,
    followers: database.followers.map((follower) => followerJson(follower, after)),
  };
}

function followerJson({ name, history, sessions }: Follower, after: number): FollowerStatusJson {
  const { last } = history;
  const seen = last?.seen ?? null;
  return {
    name,
    ok: last === undefined ? null : last.standing.fault === null,
    reason: last?.standing.fault?.reason ?? null,
    note: last?.standing.note ?? null,
    is_primary: seen && !seen.isFollower,
    version: seen?.version ?? null,
    lag_seconds: last?.standing.lagSeconds ?? null,
    lag_bytes: seen?.lagBytes ?? null,
    wal_lsn: seen?.walLsn ?? null,
    sessions: { open: last?.open ?? sessions.open, most: sessions.most },
    role: seen?.role ?? null,
    connections: seen?.connections ?? null,
    samples: history.since(after).map(sampleJson),
  };
}

function sampleJson({ at, standing, seen }: FollowerSample): SampleJson {
  return {
    at: new Date(at).toISOString(),
    lag_seconds: standing.lagSeconds,
    connections: seen?.connections.used ?? null,
  };
}
