import type pg from "pg";

/** Where a server stands: whether it is a follower, and how far behind its primary it is. */
export interface FollowerStatus {
  isFollower: boolean;
  /** Seconds behind the primary; 0 on a primary; null when the server cannot tell. */
  lagSeconds: number | null;
  /** Bytes of WAL that it has received and not yet replayed; 0 on a primary; null when it receives none. */
  lagBytes: number | null;
  /** The point in the WAL up to which its data is: what it has replayed, or on a primary what it has written. */
  walLsn: string | null;
  /** Of the backend that said this: what to end when it answers no cancel. */
  pid: number;
}

/**
 * Says a server's status in one row. A follower that has replayed all it received, and is still receiving, is not
 * behind however long the primary has been quiet; otherwise the age of the last transaction it replayed is the lag.
 * (Right after a start it has replayed more than it received: streaming begins anew at the start of a WAL file.)
 */
export const STATUS_SQL = `
  SELECT pg_catalog.pg_is_in_recovery() AS is_follower,
         CASE WHEN NOT pg_catalog.pg_is_in_recovery() THEN 0
              WHEN pg_catalog.pg_last_wal_receive_lsn() <= pg_catalog.pg_last_wal_replay_lsn()
                   AND EXISTS (SELECT FROM pg_catalog.pg_stat_wal_receiver) THEN 0
              ELSE pg_catalog.round(extract(epoch FROM pg_catalog.clock_timestamp()
                                            - pg_catalog.pg_last_xact_replay_timestamp())::pg_catalog.numeric, 3)
         END AS lag_seconds,
         CASE WHEN NOT pg_catalog.pg_is_in_recovery() THEN 0
              ELSE pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_last_wal_receive_lsn(), pg_catalog.pg_last_wal_replay_lsn())
         END AS lag_bytes,
         CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()
              ELSE pg_catalog.pg_current_wal_lsn()
         END AS wal_lsn,
         pg_catalog.pg_backend_pid() AS pid`;

/** Reads the row of STATUS_SQL. */
export function readStatus({ rows: [row] }: pg.QueryResult): FollowerStatus {
  const atLeast0 = (value: unknown): number | null => (value === null ? null : Math.max(0, Number(value)));
  return {
    isFollower: row.is_follower === true,
    lagSeconds: atLeast0(row.lag_seconds),
    lagBytes: atLeast0(row.lag_bytes),
    walLsn: row.wal_lsn,
    pid: row.pid,
  };
}
