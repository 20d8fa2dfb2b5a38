import pg from "pg";
import type { DatabaseConfig } from "../databases/database-config.ts";
import { waitForFollowers } from "../databases/wait-for-followers.ts";
import { FOLLOWERS_TIMEOUT_MS, type LinkOutcome } from "./add-link.ts";
import { readDeclaredTables } from "./drift.ts";
import { findLink } from "./find-links.ts";
import { asLinksOwner, changeLinks } from "./link-change.ts";
import { LINKS_ROLE } from "./link-names.ts";

/**
 * Takes a link away: views, foreign tables, schemas, user mapping and server, in one transaction. The role that owns
 * links and the extension stay. Other people's objects are not touched.
 * @throws AppError not_found; conflict, naming what others have made that depends on the link, or lies in its schemas
 */
export async function removeLink(
  database: DatabaseConfig,
  name: string,
  { dryRun = false }: { dryRun?: boolean } = {},
): Promise<LinkOutcome> {
  const { value, statements, lsn } = await changeLinks(database, dryRun, async (change) => {
    const { names } = await findLink(change.client, name);
    const { schema, remoteSchema, server } = names;
    const tables = (await readDeclaredTables(change.client, remoteSchema)).map((table) => table.name);
    const owned = await change.client.query<{ drop: string }>(
      // The owner's own, one after the other and each without CASCADE: views before what they look at.
      `SELECT format('DROP %s %I.%I', CASE relkind WHEN 'v' THEN 'VIEW' ELSE 'FOREIGN TABLE' END, nspname, relname) AS drop
         FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE relowner = to_regrole($3) AND (nspname = $1 AND relkind = 'v' OR nspname = $2 AND relkind = 'f')
        ORDER BY relkind = 'f', relname`,
      [schema, remoteSchema, LINKS_ROLE],
    );
    const { rows: domains } = await change.client.query<{ drop: string }>(
      `SELECT format('DROP DOMAIN %I.%I', nspname, typname) AS drop
         FROM pg_type JOIN pg_namespace ON pg_namespace.oid = typnamespace
        WHERE nspname = $1 AND typtype = 'd' AND typowner = to_regrole($2)`,
      [remoteSchema, LINKS_ROLE],
    );
    await asLinksOwner(change, async () => {
      for (const { drop } of [...owned.rows, ...domains]) await change.run(drop);
      for (const part of [schema, remoteSchema]) await change.run(`DROP SCHEMA IF EXISTS ${pg.escapeIdentifier(part)}`);
      await change.run(`DROP USER MAPPING IF EXISTS FOR ${LINKS_ROLE} SERVER ${server}`);
      await change.run(`DROP SERVER ${server}`);
    });
    return { tables, unreadable: [] };
  });
  const followers = dryRun ? [] : await waitForFollowers(database, lsn, FOLLOWERS_TIMEOUT_MS);
  return { name, ...value, statements, followers };
}
