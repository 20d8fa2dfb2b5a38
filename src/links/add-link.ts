import pg from "pg";
import type { DatabaseConfig } from "../databases/database-config.ts";
import { type FollowerArrival, waitForFollowers } from "../databases/wait-for-followers.ts";
import { AppError } from "../errors.ts";
import { originText } from "./find-links.ts";
import { importTables } from "./import-tables.ts";
import { asLinksOwner, changeLinks, type LinkChange } from "./link-change.ts";
import { linkNames, LINKS_ROLE, type LinkNames } from "./link-names.ts";
import { linkTarget } from "./link-target.ts";
import { findReaders, grantSql, viewSql } from "./link-views.ts";
import { preparePrimary } from "./prepare-primary.ts";
import { DEFAULT_FETCH_SIZE, optionList, serverOptions } from "./server-options.ts";
import { makeMapping } from "./user-mapping.ts";

/** How long a change waits until the followers have it; later is no error. */
export const FOLLOWERS_TIMEOUT_MS = 10_000;

export interface NewLink {
  name: string;
  /** A postgres:// URL, or the name of a configured database: its first follower. */
  to: string;
  /** The schema on the other server. */
  schema: string;
  /** The chosen tables; null for all that the role there may read. */
  tables: readonly string[] | null;
  fetchSize?: number | undefined;
}

/** What a change of a link did, or a dry run would have done. */
export interface LinkOutcome {
  name: string;
  tables: string[];
  /** Tables of the schema that the role there may not read. */
  unreadable: string[];
  /** What was run, without passwords. */
  statements: string[];
  /** Whether the followers have it; none are asked after a dry run. */
  followers: FollowerArrival[];
}

/**
 * Makes a link: from then on clips on `database` can query `<name>.<table>`. All of it is made in one transaction, in
 * which the other server is really asked; then waits for the followers.
 * @param databases all that are configured, for `to`
 * @throws AppError: the name is taken, the other server or its tables cannot be read, rights are missing
 */
export async function addLink(
  database: DatabaseConfig,
  databases: readonly DatabaseConfig[],
  { name, to, schema, tables, fetchSize = DEFAULT_FETCH_SIZE }: NewLink,
  { dryRun = false }: { dryRun?: boolean } = {},
): Promise<LinkOutcome> {
  const names = linkNames(name);
  const target = linkTarget(to, databases);
  const { value, statements, lsn } = await changeLinks(database, dryRun, async (change) => {
    await preparePrimary(change);
    await checkFree(change, names);
    const readers = await findReaders(change.client, database);
    for (const part of [names.schema, names.remoteSchema]) {
      await change.run(`CREATE SCHEMA ${part} AUTHORIZATION ${LINKS_ROLE}`);
    }
    await asLinksOwner(change, async () => {
      const options = serverOptions(names, target, { fetchSize, version: change.version });
      await change.run(
        `CREATE SERVER ${names.server} FOREIGN DATA WRAPPER postgres_fdw OPTIONS (${optionList(options)})`,
      );
      const origin = { database: target.database, schema, tables: tables === null ? null : [...new Set(tables)] };
      await change.run(`COMMENT ON SERVER ${names.server} IS ${pg.escapeLiteral(originText(origin))}`);
    });
    await makeMapping(change, names, target);
    return asLinksOwner(change, async () => {
      const imported = await importTables(change, names, names.remoteSchema, { schema, tables, required: true });
      for (const table of imported.tables) await change.run(viewSql(names, table, names.remoteSchema));
      const views = imported.tables.map((table) => table.name);
      for (const sql of grantSql(names, views, readers)) await change.run(sql);
      return { tables: views, unreadable: imported.unreadable };
    });
  });
  const followers = dryRun ? [] : await waitForFollowers(database, lsn, FOLLOWERS_TIMEOUT_MS);
  return { name, ...value, statements, followers };
}

async function checkFree({ client }: LinkChange, { name, server, schema, remoteSchema }: LinkNames): Promise<void> {
  const { rows } = await client.query<{ what: string; link: boolean }>(
    `SELECT format('server %s', srvname) AS what, srvowner = to_regrole($2) AS link FROM pg_foreign_server WHERE srvname = $1
      UNION ALL
     SELECT format('schema %s', nspname), false FROM pg_namespace WHERE nspname = ANY ($3::name[])`,
    [server, LINKS_ROLE, [schema, remoteSchema]],
  );
  if (rows.length === 0) return;
  if (rows[0]!.link) {
    throw new AppError("conflict", `There is a link ${name} already.`, {
      hint: "Refresh it to bring it up to date or to lead it elsewhere, or choose another name.",
    });
  }
  throw new AppError("conflict", `The name is taken: there is a ${rows.map(({ what }) => what).join(" and a ")}.`, {
    hint: `A link ${name} needs the schemas ${schema} and ${remoteSchema} for itself: choose another name.`,
  });
}
