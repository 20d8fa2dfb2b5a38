import type { Database } from "./databases.ts";
import { readCatalog } from "./read-catalog.ts";

/** What there is to query in a database, as its reader sees it. */
export interface SchemaFacts {
  name: string;
  comment: string | null;
  relations: readonly RelationFacts[];
  functions: readonly FunctionFacts[];
}

/** A table, or what is read like one. */
export interface RelationFacts {
  name: string;
  kind: "table" | "partitioned table" | "view" | "materialized view" | "foreign table";
  comment: string | null;
  /** How many rows PostgreSQL believes that there are; null when it has not counted, or it is a view. */
  rows: number | null;
  columns: readonly { name: string; type: string; nullable: boolean; comment: string | null }[];
}

/** A function that the reader may call, none of an extension's. */
export interface FunctionFacts {
  name: string;
  kind: "function" | "aggregate" | "window function";
  /** As PostgreSQL writes them: names, types, defaults. */
  arguments: string;
  result: string;
  comment: string | null;
  /** Whether Dataclips installed it. */
  helper: boolean;
}

/** The comment of a materialized clip, which is for programs: see src/materialized. */
const CLIP_MARK = /^\{"clip" : "/;
/** The last line of a helper's comment, by which its state is known: see src/helpers. */
const HELPER_MARK = /\n*dataclips helper [^\n]*$/;

const SCHEMA_SQL = `
WITH schemas AS (
  SELECT oid, nspname AS name, pg_catalog.obj_description(oid, 'pg_namespace') AS comment
    FROM pg_catalog.pg_namespace
   WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND pg_catalog.has_schema_privilege(oid, 'USAGE')
), columns AS (
  SELECT attribute.attrelid AS relation,
         pg_catalog.json_agg(pg_catalog.json_build_object(
           'name', attribute.attname, 'type', pg_catalog.format_type(attribute.atttypid, attribute.atttypmod),
           'nullable', NOT attribute.attnotnull,
           'comment', pg_catalog.col_description(attribute.attrelid, attribute.attnum)) ORDER BY attribute.attnum) AS list
    FROM pg_catalog.pg_attribute AS attribute
    JOIN pg_catalog.pg_class AS class ON class.oid = attribute.attrelid
    JOIN schemas ON schemas.oid = class.relnamespace
   WHERE attribute.attnum > 0 AND NOT attribute.attisdropped AND class.relkind IN ('r', 'p', 'v', 'm', 'f')
     AND pg_catalog.has_column_privilege(attribute.attrelid, attribute.attnum, 'SELECT')
   GROUP BY attribute.attrelid
), relations AS (
  SELECT class.relnamespace AS schema,
         pg_catalog.json_agg(pg_catalog.json_build_object(
           'name', class.relname,
           'kind', CASE class.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' WHEN 'v' THEN 'view'
                                      WHEN 'm' THEN 'materialized view' ELSE 'foreign table' END,
           'comment', pg_catalog.obj_description(class.oid, 'pg_class'),
           'rows', CASE WHEN class.reltuples >= 0 AND class.relkind <> 'v' THEN class.reltuples::int8 END,
           'columns', columns.list) ORDER BY class.relname) AS list
    FROM pg_catalog.pg_class AS class JOIN columns ON columns.relation = class.oid
   WHERE NOT class.relispartition
   GROUP BY class.relnamespace
), functions AS (
  SELECT proc.pronamespace AS schema,
         pg_catalog.json_agg(pg_catalog.json_build_object(
           'name', proc.proname,
           'kind', CASE proc.prokind WHEN 'a' THEN 'aggregate' WHEN 'w' THEN 'window function' ELSE 'function' END,
           'arguments', pg_catalog.pg_get_function_arguments(proc.oid),
           'result', pg_catalog.pg_get_function_result(proc.oid),
           'comment', pg_catalog.obj_description(proc.oid, 'pg_proc'))
           ORDER BY proc.proname, pg_catalog.pg_get_function_identity_arguments(proc.oid)) AS list
    FROM pg_catalog.pg_proc AS proc JOIN schemas ON schemas.oid = proc.pronamespace
   WHERE proc.prokind <> 'p' AND pg_catalog.has_function_privilege(proc.oid, 'EXECUTE')
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS member
                      WHERE member.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND member.objid = proc.oid
                        AND member.deptype = 'e')
   GROUP BY proc.pronamespace
)
SELECT schemas.name, schemas.comment, coalesce(relations.list, '[]') AS relations, coalesce(functions.list, '[]') AS functions
  FROM schemas
  LEFT JOIN relations ON relations.schema = schemas.oid
  LEFT JOIN functions ON functions.schema = schemas.oid
 ORDER BY schemas.name`;

/**
 * Reads what clips may name in a database: its schemas with their tables, views and columns, and the functions that are
 * no extension's. Only what the reader role may use, from one of the followers; partitions are left out.
 * @throws AppError no_follower, database_busy
 */
export async function readSchema(database: Database): Promise<SchemaFacts[]> {
  const { rows } = await readCatalog(database, (client) => client.query<SchemaFacts>(SCHEMA_SQL));
  return rows.map((schema) => ({
    ...schema,
    relations: schema.relations.map(withoutClipMark),
    functions: schema.functions.map(markHelper),
  }));
}

function withoutClipMark(facts: RelationFacts): RelationFacts {
  return { ...facts, comment: CLIP_MARK.test(facts.comment ?? "") ? null : facts.comment };
}

/** A function with what its comment says to people; the mark at its end says whether it is a helper. */
export function markHelper(facts: FunctionFacts): FunctionFacts {
  const { comment } = facts;
  return { ...facts, comment: comment?.replace(HELPER_MARK, "") ?? null, helper: HELPER_MARK.test(comment ?? "") };
}
