import type { DatabaseConfig } from "../databases/database-config.ts";
import { withPrimary } from "../databases/primary-session.ts";
import { findLinks } from "./find-links.ts";

/** A link in a list; no address is in it. */
export interface ListedLink {
  name: string;
  /** The configured database that it leads to; null when it was made from a URL. */
  to: string | null;
  schema: string;
}

/** Of each statement. */
const TIMEOUT_MS = 5_000;

/**
 * The links of a database by their names, as its primary has them; none of them is tried, as link-status.ts does.
 * @throws AppError no_primary, primary_lost
 */
export async function listLinks(database: DatabaseConfig): Promise<ListedLink[]> {
  const links = await withPrimary(database, async (client) => {
    await client.query(`SET statement_timeout = ${TIMEOUT_MS}`);
    return findLinks(client);
  });
  return links.map(({ names, origin }) => ({ name: names.name, to: origin.database, schema: origin.schema }));
}
