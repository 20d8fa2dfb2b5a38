import type pg from "pg";

/** Where a server stands: whether it is a follower, and how far behind its primary it is, as far as it knows itself. */
export interface FollowerStatus {
  isFollower: boolean;
  /** Seconds behind the primary; 0 on a primary; null when the server cannot tell. */
  lagSeconds: number | null;
  /** Bytes of WAL that it has received and not yet replayed; 0 on a primary; null when it receives none. */
  lagBytes: number | null;
  /** The point in the WAL up to which its data is: what it has replayed, or on a primary what it has written. */
  walLsn: string | null;
  /** Whether it receives from its primary at this moment; null on a primary. */
  streaming: boolean | null;
  /** Whether its replay is paused. */
  paused: boolean;
  /** Seconds since the last transaction that it replayed was committed; null when it has replayed none since its start. */
  replayedSecondsAgo: number | null;
  /** When the server was started, as it writes it: no two servers are the same in it. */
  startedAt: string;
  /** For how many seconds it is up. */
  upSeconds: number;
  /** Of the backend that said this: what to end when it answers no cancel. */
  pid: number;
}

/**
 * Says a server's status in one row. A follower that has replayed all it received, and is still receiving, is not
 * behind however long the primary has been quiet; otherwise the age of the last transaction it replayed is the lag.
 * (Right after a start it has replayed more than it received: streaming begins anew at the start of a WAL file. If it
 * was started with its replay paused, that says nothing.)
 */
export const STATUS_SQL = `
  SELECT is_follower, streaming, paused, replayed_ago, wal_lsn,
         CASE WHEN NOT is_follower THEN 0
              WHEN streaming AND received <= wal_lsn AND NOT (paused AND replayed_ago IS NULL) THEN 0
              ELSE replayed_ago
         END AS lag_seconds,
         CASE WHEN NOT is_follower THEN 0 ELSE pg_catalog.pg_wal_lsn_diff(received, wal_lsn) END AS lag_bytes,
         pg_catalog.pg_postmaster_start_time()::text AS started_at,
         extract(epoch FROM pg_catalog.clock_timestamp() - pg_catalog.pg_postmaster_start_time())::float8 AS up_seconds,
         pg_catalog.pg_backend_pid() AS pid
    FROM (
      SELECT is_follower,
             CASE WHEN is_follower THEN EXISTS (SELECT FROM pg_catalog.pg_stat_wal_receiver) END AS streaming,
             CASE WHEN is_follower THEN pg_catalog.pg_is_wal_replay_paused() ELSE false END AS paused,
             CASE WHEN is_follower THEN pg_catalog.pg_last_wal_receive_lsn() END AS received,
             CASE WHEN is_follower THEN pg_catalog.pg_last_wal_replay_lsn() ELSE pg_catalog.pg_current_wal_lsn() END AS wal_lsn,
             CASE WHEN is_follower THEN
               pg_catalog.round(extract(epoch FROM pg_catalog.clock_timestamp()
                                               - pg_catalog.pg_last_xact_replay_timestamp())::pg_catalog.numeric, 3)
             END AS replayed_ago
        FROM (SELECT pg_catalog.pg_is_in_recovery() AS is_follower OFFSET 0) AS kind
       OFFSET 0
    ) AS server`;

/** Reads the row of STATUS_SQL. */
export function readStatus({ rows: [row] }: pg.QueryResult): FollowerStatus {
  const atLeast0 = (value: unknown): number | null => (value === null ? null : Math.max(0, Number(value)));
  return {
    isFollower: row.is_follower === true,
    lagSeconds: atLeast0(row.lag_seconds),
    lagBytes: atLeast0(row.lag_bytes),
    walLsn: row.wal_lsn,
    streaming: row.streaming,
    paused: row.paused,
    replayedSecondsAgo: atLeast0(row.replayed_ago),
    startedAt: row.started_at,
    upSeconds: row.up_seconds,
    pid: row.pid,
  };
}
