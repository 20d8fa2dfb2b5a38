import type pg from "pg";
import { AVAILABLE_CONNECTIONS, USED_CONNECTIONS } from "./connection-counts.ts";
import { standingOf, unreachable } from "./check-follower.ts";
import type { Follower } from "./follower.ts";
import type { FollowerStatus } from "./follower-status.ts";
import { settledStatus } from "./inspect-server.ts";
import type { FollowerDemands, Standing } from "./standing.ts";
import { withReaderSession } from "./with-reader-session.ts";

/** A follower that has not answered by then does not answer. */
const PATIENCE_MS = 5_000;

/** How a follower was at a moment. */
export interface FollowerSample {
  /** In ms since the epoch. */
  at: number;
  standing: Standing;
  /** Sessions that this server process had there. */
  open: number;
  /** What the follower said; null when it could not be asked. */
  seen: SeenFollower | null;
}

interface SeenFollower extends Pick<FollowerStatus, "isFollower" | "lagBytes" | "walLsn"> {
  /** As in "18.4". */
  version: string;
  /** Of all roles: what is taken, and what there is for those who are no superusers. */
  connections: { used: number; available: number };
  /** Sessions of the reader role, of all servers of Dataclips; and its CONNECTION LIMIT, null: none. */
  role: { sessions: number; limit: number | null };
}

/** Other roles' names are in pg_stat_activity for everybody; what they do is not. */
const COUNTS = `
  SELECT pg_catalog.current_setting('server_version') AS version,
         ${AVAILABLE_CONNECTIONS} AS available, ${USED_CONNECTIONS} AS used,
         (SELECT pg_catalog.count(*)::int4 FROM pg_catalog.pg_stat_activity WHERE usename = session_user) AS sessions,
         (SELECT rolconnlimit FROM pg_catalog.pg_roles WHERE rolname = session_user) AS "limit"`;

interface CountsRow {
  version: string;
  available: number;
  used: number;
  sessions: number;
  limit: number;
}

/**
 * Looks how a follower is, by a fresh session of its budget: two small queries, some 10 ms. Never throws.
 * @param options.thorough as a follower's judge() takes it
 */
export async function sampleFollower(
  follower: Follower,
  demands: FollowerDemands,
  options?: { thorough: boolean },
): Promise<FollowerSample> {
  const { sessions, inspector } = follower;
  try {
    const role = await inspector.recentRole();
    const look = async (client: pg.Client) => {
      const status = await settledStatus(client);
      const { rows } = await client.query<CountsRow>(COUNTS);
      return { status, counts: rows[0]!, open: sessions.open };
    };
    const { status, counts, open } = await withReaderSession(sessions, look, { patienceMs: PATIENCE_MS });
    const { isFollower, lagBytes, walLsn } = status;
    return {
      at: Date.now(),
      standing: await standingOf(follower, demands, { role, server: { status } }, options),
      open,
      seen: {
        version: counts.version.split(" ")[0]!,
        isFollower,
        lagBytes,
        walLsn,
        connections: { used: counts.used, available: counts.available },
        role: { sessions: counts.sessions, limit: counts.limit < 0 ? null : counts.limit },
      },
    };
  } catch (error) {
    return { at: Date.now(), standing: unreachable(follower, error), open: sessions.open, seen: null };
  }
}
