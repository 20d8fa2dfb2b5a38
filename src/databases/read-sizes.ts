import type pg from "pg";
import { unlessLocked } from "./read-catalog.ts";

/** What a relation takes on the follower's disk, in bytes; a partitioned one, all its partitions. */
export interface RelationSize {
  total: number;
  /** Its rows, with their free space and visibility maps. */
  table: number;
  indexes: number;
  /** Long values that do not stand in their rows, with their index. */
  toast: number;
}

const SIZES_SQL = `
WITH parts AS (
  SELECT class.oid, CASE WHEN class.relkind IN ('p', 'I') THEN part.relid::pg_catalog.oid ELSE class.oid END AS part
    FROM pg_catalog.pg_class AS class
    LEFT JOIN LATERAL pg_catalog.pg_partition_tree(class.oid) AS part ON class.relkind IN ('p', 'I') AND part.isleaf
   WHERE class.oid = ANY ($1::pg_catalog.oid[]) AND class.relkind IN ('r', 'm', 'p', 'i', 'I')
), sizes AS (
  SELECT parts.oid, pg_catalog.pg_table_size(part.oid) AS whole, pg_catalog.pg_indexes_size(part.oid) AS indexes,
         coalesce(pg_catalog.pg_total_relation_size(nullif(part.reltoastrelid, 0)), 0) AS toast
    FROM parts JOIN pg_catalog.pg_class AS part ON part.oid = parts.part
   WHERE part.relkind IN ('r', 'm', 'i')
)
SELECT oid, sum(whole + indexes)::pg_catalog.float8 AS total, sum(whole - toast)::pg_catalog.float8 AS table,
       sum(indexes)::pg_catalog.float8 AS indexes, sum(toast)::pg_catalog.float8 AS toast
  FROM sizes GROUP BY oid`;

/**
 * Measures relations and indexes by their OIDs, in a transaction that has begun. Views, foreign tables and what is gone
 * have no size; none has one, when one of them is locked (by a VACUUM FULL that the follower replays, for instance).
 */
export async function readSizes(client: pg.Client, oids: readonly number[]): Promise<Map<number, RelationSize>> {
  const rows = await unlessLocked<RelationSize & { oid: number }>(client, SIZES_SQL, [oids]);
  return new Map(rows.map(({ oid, ...size }) => [oid, size]));
}
