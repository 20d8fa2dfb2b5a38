import type pg from "pg";

/** Whether a server is a follower, and how far behind its primary it is. */
export interface FollowerStatus {
  isFollower: boolean;
  /** Seconds behind the primary; 0 on a primary; null when the server cannot tell. */
  lagSeconds: number | null;
}

/**
 * Says a server's status in one row. A follower that has replayed all it received, and is still receiving, is not
 * behind however long the primary has been quiet; otherwise the age of the last transaction it replayed is the lag.
 */
export const STATUS_SQL = `
  SELECT pg_catalog.pg_is_in_recovery() AS is_follower,
         CASE WHEN NOT pg_catalog.pg_is_in_recovery() THEN 0
              WHEN pg_catalog.pg_last_wal_receive_lsn() = pg_catalog.pg_last_wal_replay_lsn()
                   AND EXISTS (SELECT FROM pg_catalog.pg_stat_wal_receiver) THEN 0
              ELSE pg_catalog.round(extract(epoch FROM pg_catalog.clock_timestamp()
                                            - pg_catalog.pg_last_xact_replay_timestamp())::pg_catalog.numeric, 3)
         END AS lag_seconds`;

/** Reads the row of STATUS_SQL. */
export function readStatus({ rows: [row] }: pg.QueryResult): FollowerStatus {
  return {
    isFollower: row.is_follower === true,
    lagSeconds: row.lag_seconds === null ? null : Math.max(0, Number(row.lag_seconds)),
  };
}
