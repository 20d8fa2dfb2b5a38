import type pg from "pg";
import { isKnownBody } from "../helpers/known-bodies.ts";

/** With sql/revokes.sql only superusers see the source of functions. */
const READABLE_SQL = "SELECT pg_catalog.has_column_privilege('pg_catalog.pg_proc', 'prosrc', 'SELECT') AS readable";
const BODIES_SQL = `
SELECT oid::int8::text AS oid, pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(prosrc, 'UTF8')), 'hex') AS sha256
  FROM pg_catalog.pg_proc WHERE oid = ANY ($1::pg_catalog.oid[])`;

/**
 * Of functions, by their OIDs, those whose body is letter by letter one of our helpers'. Where the role of the session
 * may not see bodies there are none: the database's policy has to allow the helpers by name.
 */
export async function findHelperCode(client: pg.Client, oids: readonly number[]): Promise<ReadonlySet<number>> {
  if (oids.length === 0) return new Set();
  const { rows } = await client.query<{ readable: boolean }>(READABLE_SQL);
  if (!rows[0]!.readable) return new Set();
  const bodies = await client.query<{ oid: string; sha256: string }>(BODIES_SQL, [oids]);
  return new Set(bodies.rows.filter(({ sha256 }) => isKnownBody(sha256)).map(({ oid }) => Number(oid)));
}
