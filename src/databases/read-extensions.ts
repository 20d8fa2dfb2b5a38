import type { Database } from "./databases.ts";
import { readCatalog } from "./read-catalog.ts";

/** An extension that a database has. */
export interface ExtensionFacts {
  name: string;
  version: string;
  comment: string | null;
}

const EXTENSIONS_SQL = `
  SELECT extname AS name, extversion AS version, pg_catalog.obj_description(oid, 'pg_extension') AS comment
    FROM pg_catalog.pg_extension ORDER BY extname`;

/**
 * The extensions of a database, as a follower has them, by name.
 * @throws AppError no_follower, database_busy
 */
export async function readExtensions(database: Database): Promise<ExtensionFacts[]> {
  const { rows } = await readCatalog(database, (client) => client.query<ExtensionFacts>(EXTENSIONS_SQL));
  return rows;
}
