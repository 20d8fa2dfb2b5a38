/**
 * Pieces of the questions that the schema's pages ask of the catalogs. Every name is written in full: what stands in a
 * search path before pg_catalog cannot answer in its place.
 */

/** The kinds of relations that a query reads, in words; `class` is pg_class. */
export const KIND_SQL = `CASE class.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' WHEN 'v' THEN 'view'
     WHEN 'm' THEN 'materialized view' ELSE 'foreign table' END`;

/** Those kinds, as pg_class has them. */
export const KINDS_SQL = "class.relkind IN ('r', 'p', 'v', 'm', 'f')";

/** A table's comment; that of a materialized clip is for programs (see src/materialized), and is none for people. */
export const COMMENT_SQL = `CASE WHEN table_comment.description !~ '^\\{"clip" : "' THEN table_comment.description END`;
export const COMMENT_JOIN_SQL = `LEFT JOIN pg_catalog.pg_description AS table_comment
    ON table_comment.objoid = class.oid AND table_comment.objsubid = 0
   AND table_comment.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass`;

/**
 * How many rows PostgreSQL believes that there are: null before the first ANALYZE or VACUUM, and for views. A partitioned
 * table is analyzed by hand alone; until then it has what its analyzed partitions have.
 */
export const ROWS_SQL = `CASE
     WHEN class.relkind = 'v' THEN NULL
     WHEN class.reltuples >= 0 THEN class.reltuples::pg_catalog.float8
     WHEN class.relkind = 'p' THEN (
       SELECT sum(leaf.reltuples)::pg_catalog.float8
         FROM pg_catalog.pg_partition_tree(class.oid) AS part
         JOIN pg_catalog.pg_class AS leaf ON leaf.oid = part.relid
        WHERE part.isleaf AND leaf.reltuples >= 0)
   END`;

/** Whether the reader may read it, or some of its columns. */
export const READABLE_SQL = "pg_catalog.has_any_column_privilege(class.oid, 'SELECT')";

/** The schemas that the reader may use, without PostgreSQL's own. */
export const SCHEMAS_SQL = `SELECT oid, nspname AS name, pg_catalog.obj_description(oid, 'pg_namespace') AS comment
    FROM pg_catalog.pg_namespace
   WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND pg_catalog.has_schema_privilege(oid, 'USAGE')`;
