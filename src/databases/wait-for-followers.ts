import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import { connectionReason } from "./connection-reason.ts";
import type { DatabaseConfig } from "./database-config.ts";
import { withSession } from "./with-session.ts";

const POLL_MS = 50;

/** Whether a follower has what the primary had written, and if not why. */
export interface FollowerArrival {
  name: string;
  arrived: boolean;
  /** Why it has not: completes the sentence "follower …: …". Null when it has. */
  reason: string | null;
}

/**
 * Waits until every follower of a database has replayed the primary's write-ahead log up to a point.
 * @param lsn a pg_lsn as PostgreSQL writes it, such as that of {@link currentLsn}
 * @param timeoutMs how long; a follower that has not got there by then is told as such
 */
export async function waitForFollowers(
  { followers }: Pick<DatabaseConfig, "followers">,
  lsn: string,
  timeoutMs: number,
): Promise<FollowerArrival[]> {
  return Promise.all(followers.map(({ name, url }) => waitForFollower(name, url, lsn, timeoutMs)));
}

/** The point up to which a primary has written its log: what was committed before is below it. */
export async function currentLsn(primary: pg.Client): Promise<string> {
  const { rows } = await primary.query<{ lsn: string }>("SELECT pg_catalog.pg_current_wal_insert_lsn()::text AS lsn");
  return rows[0]!.lsn;
}

async function waitForFollower(name: string, url: string, lsn: string, timeoutMs: number): Promise<FollowerArrival> {
  const deadlineMs = performance.now() + timeoutMs;
  try {
    return await withSession(url, async (client) => {
      while (!(await hasReplayed(client, lsn))) {
        if (performance.now() > deadlineMs) {
          return { name, arrived: false, reason: "it has not replayed that much yet" };
        }
        await delay(POLL_MS);
      }
      return { name, arrived: true, reason: null };
    });
  } catch (error) {
    return { name, arrived: false, reason: connectionReason(error) };
  }
}

/** A server that is no follower has everything by itself. */
async function hasReplayed(client: pg.Client, lsn: string): Promise<boolean> {
  const { rows } = await client.query<{ done: boolean }>(
    "SELECT NOT pg_catalog.pg_is_in_recovery() OR pg_catalog.pg_last_wal_replay_lsn() >= $1::pg_catalog.pg_lsn AS done",
    [lsn],
  );
  return rows[0]!.done;
}
