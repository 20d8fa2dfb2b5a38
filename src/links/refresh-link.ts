import pg from "pg";
import type { DatabaseConfig } from "../databases/database-config.ts";
import { waitForFollowers } from "../databases/wait-for-followers.ts";
import { AppError } from "../errors.ts";
import { FOLLOWERS_TIMEOUT_MS, type LinkOutcome } from "./add-link.ts";
import { type DeclaredTable, type Drift, findDrift, onlyAdds, readDeclaredTables } from "./drift.ts";
import { findLink, type Link, originText } from "./find-links.ts";
import { type Imported, importTables } from "./import-tables.ts";
import { asLinksOwner, changeLinks, type LinkChange } from "./link-change.ts";
import { LINKS_ROLE } from "./link-names.ts";
import { linkTarget } from "./link-target.ts";
import { findReaders, grantSql, viewSql } from "./link-views.ts";
import { preparePrimary } from "./prepare-primary.ts";
import { DEFAULT_FETCH_SIZE, optionChanges, serverOptions } from "./server-options.ts";
import { makeMapping } from "./user-mapping.ts";

export interface LinkRefresh {
  /** Where the link leads from now on; when it is left out: where it did, at the address that the configuration has now. */
  to?: string | undefined;
  fetchSize?: number | undefined;
}

/** What a refresh did: {@link LinkOutcome}, and what it mended. */
export interface RefreshOutcome extends LinkOutcome {
  drift: Drift[];
}

/**
 * Brings a link up to date in one transaction: the address and the password of a configured database, the server's
 * options, tables and columns that have changed on the other server, and the readers' rights. A table that only got
 * more columns keeps its view, and what depends on that; otherwise the view is made anew.
 * @throws AppError conflict, naming what depends on a view that would have to be made anew; nothing is changed then
 */
export async function refreshLink(
  database: DatabaseConfig,
  databases: readonly DatabaseConfig[],
  name: string,
  { to, fetchSize, dryRun = false }: LinkRefresh & { dryRun?: boolean } = {},
): Promise<RefreshOutcome> {
  const { value, statements, lsn } = await changeLinks(database, dryRun, async (change) => {
    const link = await findLink(change.client, name);
    await preparePrimary(change);
    const readers = await findReaders(change.client, database);
    await takeAddress(change, link, databases, { to, fetchSize });
    const { names, origin } = link;
    await change.run(`CREATE SCHEMA ${names.scratchSchema} AUTHORIZATION ${LINKS_ROLE}`);
    return asLinksOwner(change, async () => {
      const declared = await readDeclaredTables(change.client, names.remoteSchema);
      const imported = await importTables(change, names, names.scratchSchema, { ...origin, required: false });
      if (imported.tables.length === 0) throw nothingLeft(name);
      const now = await readDeclaredTables(change.client, names.scratchSchema);
      await replaceTables(change, link, { declared, now, imported });
      await change.run(`DROP SCHEMA ${names.scratchSchema} CASCADE`);
      const views = imported.tables.map((table) => table.name);
      for (const sql of grantSql(names, views, readers)) await change.run(sql);
      return { tables: views, unreadable: imported.unreadable, drift: findDrift(declared, now) };
    });
  });
  const followers = dryRun ? [] : await waitForFollowers(database, lsn, FOLLOWERS_TIMEOUT_MS);
  return { name, ...value, statements, followers };
}

function nothingLeft(name: string): AppError {
  return new AppError("conflict", `None of the tables of ${name} is there any more, or may be read.`, {
    hint: "Nothing was changed. Remove the link, or lead it elsewhere (--to).",
  });
}

/** The server's options, and a user mapping made anew wherever the configuration or `to` says what belongs into it. */
async function takeAddress(
  change: LinkChange,
  link: Link,
  databases: readonly DatabaseConfig[],
  { to, fetchSize }: LinkRefresh,
): Promise<void> {
  const { names, options: old, origin } = link;
  const source = to ?? origin.database;
  if (to === undefined && source !== null && !databases.some((one) => one.name === source)) {
    throw new AppError("conflict", `The link leads to the database ${source}, which is configured no more.`, {
      hint: "Say where it leads now (--to), or remove it.",
    });
  }
  const rows = fetchSize ?? (Number(old["fetch_size"]) || DEFAULT_FETCH_SIZE);
  const wanted = { fetchSize: rows, version: change.version };
  const target = source === null ? null : linkTarget(source, databases);
  const options = target === null ? keptOptions(link, wanted) : serverOptions(names, target, wanted);
  const changes = optionChanges(old, options);
  await asLinksOwner(change, async () => {
    if (changes !== null) await change.run(`ALTER SERVER ${names.server} OPTIONS (${changes})`);
    if (target === null) return;
    const text = originText({ ...origin, database: target.database });
    await change.run(`COMMENT ON SERVER ${names.server} IS ${pg.escapeLiteral(text)}`);
    await change.run(`DROP USER MAPPING IF EXISTS FOR ${LINKS_ROLE} SERVER ${names.server}`);
  });
  if (target !== null) await makeMapping(change, names, target);
}

/** Of a link that was made from a URL, what the URL said stays. */
function keptOptions({ names, options: old }: Link, wanted: { fetchSize: number; version: number }) {
  const { host = "", port = "", dbname = "", ...rest } = old;
  const target = { database: null, host, port, dbname, user: "", password: null };
  const own = serverOptions(names, { ...target, connection: {} }, wanted);
  const connection = Object.fromEntries(Object.entries(rest).filter(([name]) => !(name in own)));
  return serverOptions(names, { ...target, connection }, wanted);
}

async function replaceTables(
  change: LinkChange,
  { names }: Link,
  { declared, now, imported }: { declared: DeclaredTable[]; now: DeclaredTable[]; imported: Imported },
): Promise<void> {
  const { schema, remoteSchema, scratchSchema } = names;
  const views = await readViews(change.client, schema);
  const drop = async (name: string): Promise<void> => {
    const quoted = pg.escapeIdentifier(name);
    if (views.has(name)) await change.run(`DROP VIEW ${schema}.${quoted}`);
    await change.run(`DROP FOREIGN TABLE ${remoteSchema}.${quoted}`);
  };
  for (const { name } of declared) if (!now.some((fresh) => fresh.name === name)) await drop(name);
  for (const table of imported.tables) {
    const quoted = pg.escapeIdentifier(table.name);
    const old = declared.find(({ name }) => name === table.name);
    const fresh = now.find(({ name }) => name === table.name)!;
    const hasView = views.has(table.name);
    if (old !== undefined && findDrift([old], [fresh]).length === 0) {
      if (!hasView) await change.run(viewSql(names, table, remoteSchema));
      continue;
    }
    const replace = old !== undefined && hasView && onlyAdds(old, fresh);
    if (replace) {
      await change.run(viewSql(names, table, scratchSchema, true));
      await change.run(`DROP FOREIGN TABLE ${remoteSchema}.${quoted}`);
    } else if (old !== undefined) {
      await drop(table.name);
    }
    await change.run(`ALTER FOREIGN TABLE ${scratchSchema}.${quoted} SET SCHEMA ${remoteSchema}`);
    if (!replace) await change.run(viewSql(names, table, remoteSchema));
  }
}

async function readViews(client: pg.Client, schema: string): Promise<Set<string>> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT relname::text AS name FROM pg_class WHERE relkind = 'v' AND relnamespace = to_regnamespace($1)",
    [schema],
  );
  return new Set(rows.map(({ name }) => name));
}
