import type pg from "pg";
import type { ColumnType } from "../results/columns.ts";

/**
 * The types of a database, from its own pg_type: one reads all of them at the first need, and later only those that
 * have come since. Arrays of a domain are given the domain's base type as element, as RowDescription does for columns.
 */
const TYPES = `
  WITH RECURSIVE base (oid, base) AS (
    SELECT oid, oid FROM pg_catalog.pg_type WHERE typbasetype = 0
    UNION ALL
    SELECT type.oid, base.base FROM base JOIN pg_catalog.pg_type AS type ON type.typbasetype = base.oid
  )
  SELECT type.oid::int8, pg_catalog.format_type(type.oid, NULL) AS name,
         (type.typinput = 'pg_catalog.array_in'::pg_catalog.regproc) AS is_array,
         (type.oid IN (22, 30)) AS is_vector,
         base.base::int8 AS element, element.typdelim::text AS delimiter
    FROM pg_catalog.pg_type AS type
    LEFT JOIN base ON base.oid = type.typelem
    LEFT JOIN pg_catalog.pg_type AS element ON element.oid = base.base
   WHERE $1::int8[] IS NULL OR type.oid::int8 = ANY ($1::int8[])`;

interface TypeRow {
  oid: string;
  name: string;
  is_array: boolean;
  is_vector: boolean;
  element: string | null;
  delimiter: string | null;
}

/** Looks up types by OID; asks the database only for what it has not seen. */
export type TypeCatalogue = (oids: readonly number[]) => Promise<Map<number, ColumnType>>;

/**
 * @param withSession runs a function with a session of its own on one of the database's followers
 */
export function createTypeCatalogue(
  withSession: <Value>(use: (client: pg.Client) => Promise<Value>) => Promise<Value>,
): TypeCatalogue {
  const known = new Map<number, ColumnType>();
  let readingAll: Promise<void> | undefined;
  const read = async (oids: readonly number[] | null): Promise<void> => {
    const { rows } = await withSession((client) => client.query<TypeRow>(TYPES, [oids]));
    for (const row of rows) known.set(Number(row.oid), toColumnType(row));
  };
  return async (oids) => {
    // Whoever comes first reads all of them, and the others wait for that.
    if (known.size === 0 && oids.length > 0) await (readingAll ??= read(null).finally(() => (readingAll = undefined)));
    const missing = oids.filter((oid) => !known.has(oid));
    if (missing.length > 0) await read(missing);
    return new Map(oids.map((oid) => [oid, known.get(oid) ?? { oid, name: `type ${oid}` }]));
  };
}

function toColumnType(row: TypeRow): ColumnType {
  const type = { oid: Number(row.oid), name: row.name };
  if (row.element === null || !(row.is_array || row.is_vector)) return type;
  const array = {
    delimiter: row.is_vector ? " " : (row.delimiter ?? ","),
    elementOid: Number(row.element),
    vector: row.is_vector,
  };
  return { ...type, array };
}
