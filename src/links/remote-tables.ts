import pg from "pg";
import { nameList } from "../databases/name-list.ts";
import { AppError } from "../errors.ts";
import type { LinkNames } from "./link-names.ts";

/** A table, view or the like of the remote server, as its catalogs tell of it. */
export interface RemoteTable {
  name: string;
  columns: RemoteColumn[];
  /** Whether every type of its columns is known here under its own name, as IMPORT FOREIGN SCHEMA wants it. */
  importable: boolean;
}

interface RemoteColumn {
  name: string;
  notNull: boolean;
  /** The type to be declared here; null for one that is not known here, whose values come as text. */
  type: string | null;
  /** As it is written behind COLLATE, if it is not the default one. */
  collation: string | null;
}

/** The tables of the remote server that are asked for. */
export interface WantedTables {
  schema: string;
  /** Null for all, without the partitions of others. */
  tables: readonly string[] | null;
  /** Whether all of them have to be there, and to be readable. */
  required: boolean;
}

/** How many tables a hint names. */
const HINT_TABLES = 50;
/** DEFAULT_COLLATION_OID. */
const DEFAULT_COLLATION = 100;

/** The catalogs that are read, and what of them. Everybody may read these columns. */
const CATALOGS = {
  pg_namespace: "oid oid, nspname name",
  pg_class: `oid oid, relname name, relnamespace oid, relkind "char", relispartition bool`,
  pg_attribute:
    "attrelid oid, attname name, attnum int2, atttypid oid, atttypmod int4, attnotnull bool, attisdropped bool, attcollation oid",
  pg_type: `oid oid, typname name, typnamespace oid, typtype "char", typbasetype oid, typtypmod int4`,
  pg_collation: "oid oid, collname name, collnamespace oid",
};

/**
 * Reads what tables a schema of the remote server has, through the link itself: through foreign tables on its catalogs
 * that are gone afterwards. The session's role must be the links' owner.
 *
 * OIDs below 16384 are PostgreSQL's own and the same everywhere (FirstNormalObjectId). Of others the name says whether
 * they are known here; a domain that is not stands for its base type.
 * @param scratch a schema to put the foreign tables into
 * @throws AppError invalid_request for a schema, or required tables, that are not there, with those that are
 */
export async function readRemoteTables(
  client: pg.Client,
  { server }: LinkNames,
  scratch: string,
  { schema, tables, required }: WantedTables,
): Promise<RemoteTable[]> {
  const catalog = (name: string): string => `${scratch}."dataclips ${name}"`;
  const make = Object.entries(CATALOGS).map(
    ([name, columns]) =>
      `CREATE FOREIGN TABLE ${catalog(name)} (${columns}) SERVER ${server} OPTIONS (schema_name 'pg_catalog', table_name '${name}')`,
  );
  await client.query(make.join("; "));
  const { rows: found } = await client.query<{ schema: string; table: string | null; partition: boolean | null }>(
    `SELECT nspname::text AS schema, relname::text AS table, relispartition AS partition
       FROM ${catalog("pg_namespace")} AS namespace
       LEFT JOIN ${catalog("pg_class")} AS class
         ON relnamespace = namespace.oid AND nspname = $1 AND relkind IN ('r', 'v', 'f', 'm', 'p')
      WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY 1, 2`,
    [schema],
  );
  const names = found.filter((one) => one.schema === schema && one.table !== null).map(({ table }) => table!);
  const whole = found.filter((one) => one.table !== null && one.partition === false).map(({ table }) => table!);
  const schemas = [...new Set(found.map((one) => one.schema))];
  checkSchema(schema, schemas);
  if (required) checkTables({ schema, tables }, names, whole);
  const { rows } = await client.query<RemoteTable>(
    `SELECT relname::text AS name,
            coalesce(json_agg(json_build_object('name', attname, 'notNull', attnotnull, 'type',
              CASE WHEN type.oid < 16384 THEN format_type(type.oid, atttypmod)
                   WHEN known.oid IS NOT NULL THEN format_type(known.oid, atttypmod)
                   WHEN type.typtype = 'd' AND type.typbasetype < 16384 THEN format_type(type.typbasetype, type.typtypmod)
              END, 'collation', CASE WHEN attcollation NOT IN (0, ${DEFAULT_COLLATION}) THEN
                quote_ident(collation_namespace.nspname) || '.' || quote_ident(collname) END) ORDER BY attnum) FILTER (WHERE attname IS NOT NULL), '[]') AS columns,
            coalesce(bool_and(attname IS NULL OR type.oid < 16384 OR known.oid IS NOT NULL), true) AS importable
       FROM ${catalog("pg_class")} AS class
       JOIN ${catalog("pg_namespace")} AS namespace ON namespace.oid = relnamespace
       LEFT JOIN ${catalog("pg_attribute")} AS attribute ON attrelid = class.oid AND attnum > 0 AND NOT attisdropped
       LEFT JOIN ${catalog("pg_type")} AS type ON type.oid = atttypid
       LEFT JOIN ${catalog("pg_namespace")} AS type_namespace ON type_namespace.oid = type.typnamespace
       LEFT JOIN ${catalog("pg_collation")} AS collation_ ON collation_.oid = attcollation
       LEFT JOIN ${catalog("pg_namespace")} AS collation_namespace ON collation_namespace.oid = collnamespace
       LEFT JOIN LATERAL (
         SELECT to_regtype(quote_ident(type_namespace.nspname) || '.' || quote_ident(type.typname))::oid AS oid
       ) AS known ON true
      WHERE namespace.nspname = $1 AND relname = ANY ($2::name[])
      GROUP BY class.oid, relname ORDER BY relname`,
    [schema, tables ?? whole],
  );
  await client.query(`DROP FOREIGN TABLE ${Object.keys(CATALOGS).map(catalog).join(", ")}`);
  return rows;
}

function checkSchema(schema: string, schemas: readonly string[]): void {
  if (schemas.includes(schema)) return;
  throw new AppError("invalid_request", `The other database has no schema ${JSON.stringify(schema)}.`, {
    hint: schemas.length === 0 ? undefined : `It has: ${nameList(schemas)}.`,
  });
}

function checkTables(
  { schema, tables }: Pick<WantedTables, "schema" | "tables">,
  names: readonly string[],
  whole: readonly string[],
): void {
  const missing = tables?.filter((table) => !names.includes(table)) ?? [];
  if (missing.length > 0) {
    throw new AppError("invalid_request", `The schema ${schema} there has no table ${nameList(missing)}.`, {
      hint: names.length === 0 ? "It has no tables at all." : `It has: ${names.slice(0, HINT_TABLES).join(", ")}.`,
    });
  }
  if (tables === null && whole.length === 0) {
    throw new AppError("invalid_request", `The schema ${schema} of the other database has no tables.`);
  }
}
