import { COMMENT_JOIN_SQL, COMMENT_SQL, KIND_SQL, KINDS_SQL, READABLE_SQL, ROWS_SQL } from "./catalog-sql.ts";
import { PARTITIONS_SAID } from "./table-facts.ts";

const columnNames = (table: string, numbers: string): string => `(
      SELECT pg_catalog.json_agg(attribute.attname ORDER BY member.place)
        FROM unnest(${numbers}) WITH ORDINALITY AS member(number, place)
        JOIN pg_catalog.pg_attribute AS attribute ON attribute.attrelid = ${table} AND attribute.attnum = member.number)`;

const end = (table: string, numbers: string): string => `(
      SELECT pg_catalog.json_build_object('schema', namespace.nspname, 'name', class.relname,
               'columns', ${columnNames(table, numbers)},
               'readable', pg_catalog.has_schema_privilege(namespace.oid, 'USAGE') AND ${READABLE_SQL})
        FROM pg_catalog.pg_class AS class JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = class.relnamespace
       WHERE class.oid = ${table})`;

/** Foreign keys at one of their ends, without the copies that PostgreSQL makes of them for partitions. */
const foreignKeys = (here: "conrelid" | "confrelid"): string => `coalesce((
    SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
             'name', key.conname, 'from', ${end("key.conrelid", "key.conkey")}, 'to', ${end("key.confrelid", "key.confkey")},
             'definition', pg_catalog.pg_get_constraintdef(key.oid, true)) ORDER BY key.conname, key.oid)
      FROM pg_catalog.pg_constraint AS key
     WHERE key.${here} = class.oid AND key.contype = 'f'
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint AS parent
                        WHERE parent.oid = key.conparentid AND parent.${here} = key.${here})), '[]')`;

/** $1 the schema, $2 the table; no row, where there is none or the reader may not use the schema. */
export const TABLE_SQL = `
SELECT class.oid, namespace.nspname AS schema, class.relname AS name,
  pg_catalog.quote_ident(namespace.nspname) || '.' || pg_catalog.quote_ident(class.relname) AS quoted,
  ${KIND_SQL} AS kind, ${COMMENT_SQL} AS comment, ${READABLE_SQL} AS readable, ${ROWS_SQL} AS rows,
  coalesce((
    SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
             'name', attribute.attname, 'quoted', pg_catalog.quote_ident(attribute.attname),
             'type', pg_catalog.format_type(attribute.atttypid, attribute.atttypmod), 'nullable', NOT attribute.attnotnull,
             'default', CASE WHEN may.read THEN pg_catalog.pg_get_expr(value.adbin, value.adrelid) END,
             'identity', CASE attribute.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END,
             'generated', CASE attribute.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END,
             'comment', pg_catalog.col_description(attribute.attrelid, attribute.attnum), 'readable', may.read,
             'null_fraction', stats.null_frac,
             -- Below 0, it is a part of the rows.
             'distinct_values', CASE WHEN stats.n_distinct > 0 THEN stats.n_distinct
                                     WHEN stats.n_distinct < 0 THEN pg_catalog.round(-stats.n_distinct * ${ROWS_SQL}) END)
             ORDER BY attribute.attnum)
      FROM pg_catalog.pg_attribute AS attribute
      CROSS JOIN LATERAL (SELECT pg_catalog.has_column_privilege(class.oid, attribute.attnum, 'SELECT') AS read) AS may
      LEFT JOIN pg_catalog.pg_attrdef AS value ON value.adrelid = attribute.attrelid AND value.adnum = attribute.attnum
      -- With the tables that inherit from it only where it has no rows of its own.
      LEFT JOIN pg_catalog.pg_stats AS stats ON stats.schemaname = namespace.nspname AND stats.tablename = class.relname
            AND stats.attname = attribute.attname AND stats.inherited = (class.relkind = 'p')
     WHERE attribute.attrelid = class.oid AND attribute.attnum > 0 AND NOT attribute.attisdropped), '[]') AS columns,
  coalesce((
    SELECT pg_catalog.json_agg(pg_catalog.json_build_object('name', key.conname, 'primary', key.contype = 'p',
             'columns', ${columnNames("class.oid", "key.conkey")},
             'definition', pg_catalog.pg_get_constraintdef(key.oid, true)) ORDER BY key.conname)
      FROM pg_catalog.pg_constraint AS key WHERE key.conrelid = class.oid AND key.contype IN ('p', 'u')), '[]') AS keys,
  coalesce((
    SELECT pg_catalog.json_agg(pg_catalog.json_build_object('oid', index.indexrelid::int8, 'name', named.relname,
             'definition', pg_catalog.pg_get_indexdef(index.indexrelid), 'unique', index.indisunique,
             'primary', index.indisprimary, 'valid', index.indisvalid) ORDER BY index.indisprimary DESC, named.relname)
      FROM pg_catalog.pg_index AS index JOIN pg_catalog.pg_class AS named ON named.oid = index.indexrelid
     WHERE index.indrelid = class.oid), '[]') AS indexes,
  ${foreignKeys("conrelid")} AS foreign_keys,
  ${foreignKeys("confrelid")} AS referenced_by,
  coalesce((
    SELECT pg_catalog.json_agg(pg_catalog.json_build_object('name', rule.conname,
             'definition', pg_catalog.pg_get_constraintdef(rule.oid, true)) ORDER BY rule.conname)
      FROM pg_catalog.pg_constraint AS rule
     WHERE rule.conrelid = class.oid AND rule.contype = 'c' AND ${READABLE_SQL}), '[]') AS checks,
  CASE WHEN class.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(class.oid) END AS partition_key,
  (SELECT pg_catalog.json_build_object('schema', parent_namespace.nspname, 'name', parent.relname,
            'bound', pg_catalog.pg_get_expr(class.relpartbound, class.oid))
     FROM pg_catalog.pg_inherits AS inherits
     JOIN pg_catalog.pg_class AS parent ON parent.oid = inherits.inhparent
     JOIN pg_catalog.pg_namespace AS parent_namespace ON parent_namespace.oid = parent.relnamespace
    WHERE inherits.inhrelid = class.oid AND class.relispartition) AS partition_of,
  (SELECT count(*)::int FROM pg_catalog.pg_inherits AS inherits
    WHERE inherits.inhparent = class.oid AND class.relkind = 'p') AS partition_count
  FROM pg_catalog.pg_class AS class
  JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = class.relnamespace
  ${COMMENT_JOIN_SQL}
 WHERE namespace.nspname = $1 AND class.relname = $2 AND ${KINDS_SQL}
   AND namespace.nspname !~ '^pg_' AND namespace.nspname <> 'information_schema'
   AND pg_catalog.has_schema_privilege(namespace.oid, 'USAGE')`;

/** $1 the OID of a partitioned table: its first partitions, by schema and name. */
export const PARTITIONS_SQL = `
SELECT class.oid, namespace.nspname AS schema, class.relname AS name,
       pg_catalog.pg_get_expr(class.relpartbound, class.oid) AS bound,
       pg_catalog.has_schema_privilege(namespace.oid, 'USAGE') AND ${READABLE_SQL} AS readable, ${ROWS_SQL} AS rows
  FROM pg_catalog.pg_inherits AS inherits
  JOIN pg_catalog.pg_class AS class ON class.oid = inherits.inhrelid
  JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = class.relnamespace
 WHERE inherits.inhparent = $1
 ORDER BY namespace.nspname, class.relname LIMIT ${PARTITIONS_SAID}`;

/** $1 the OID of a view. It takes locks on what the view reads. */
export const VIEW_SQL = "SELECT pg_catalog.pg_get_viewdef($1::pg_catalog.oid, true) AS definition";
