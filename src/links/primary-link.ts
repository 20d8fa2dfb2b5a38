import type pg from "pg";
import type { DatabaseConfig } from "../databases/database-config.ts";
import { type DeclaredTable, type Drift, findDrift, readDeclaredTables } from "./drift.ts";
import type { Link } from "./find-links.ts";
import { importTables } from "./import-tables.ts";
import { asLinksOwner, beginChange } from "./link-change.ts";
import { LINKS_ROLE } from "./link-names.ts";
import { linkTarget } from "./link-target.ts";
import { remoteReason } from "./remote-reason.ts";

/** A link as its primary has it. */
export interface PrimaryLink {
  name: string;
  server: string;
  /** Where it leads: `role` is null when the primary's role may not see that. */
  to: { database: string | null; host: string; port: string; dbname: string; role: string | null };
  /** The schema there. */
  schema: string;
  /** Whether all tables of it are wanted, and not only chosen ones. */
  whole: boolean;
  tables: { name: string; columns: number }[];
  fetchSize: number;
  /** Whether the primary can read from there, and if not why. */
  connects: boolean;
  reason: string | null;
  /** What is otherwise there than it is declared here; empty when that could not be found out. */
  drift: Drift[];
  /** Whether the configuration has another address for the database by now, or none any more. */
  moved: boolean;
}

/** Looks at a link in a transaction of its own, which is rolled back. */
export async function primaryLink(
  client: pg.Client,
  link: Link,
  databases: readonly DatabaseConfig[],
): Promise<PrimaryLink> {
  const { names, options, origin } = link;
  await client.query("BEGIN");
  try {
    const declared = await readDeclaredTables(client, names.remoteSchema);
    const role = await readRole(client, link);
    const found = await readDrift(client, link, declared);
    return {
      name: names.name,
      server: names.server,
      to: {
        database: origin.database,
        host: options["host"] ?? "",
        port: options["port"] ?? "",
        dbname: options["dbname"] ?? "",
        role,
      },
      schema: origin.schema,
      whole: origin.tables === null,
      tables: declared.map(({ name, columns }) => ({ name, columns: columns.length })),
      fetchSize: Number(options["fetch_size"]),
      connects: found.reason === null,
      reason: found.reason,
      drift: found.drift,
      moved: hasMoved(link, role, databases),
    };
  } finally {
    await client.query("ROLLBACK");
  }
}

/** The role there: the owner of the mapping may see it, and superusers. Its password is not read. */
async function readRole(client: pg.Client, { names }: Link): Promise<string | null> {
  await client.query("SAVEPOINT role");
  try {
    await client.query(`SET LOCAL ROLE ${LINKS_ROLE}`);
    const { rows } = await client.query<{ role: string }>(
      `SELECT option_value AS role FROM pg_user_mappings, pg_options_to_table(umoptions)
        WHERE srvname = $1 AND usename = '${LINKS_ROLE}' AND option_name = 'user'`,
      [names.server],
    );
    return rows[0]?.role ?? null;
  } catch {
    return null;
  } finally {
    await client.query("ROLLBACK TO SAVEPOINT role");
  }
}

async function readDrift(
  client: pg.Client,
  { names, origin }: Link,
  declared: readonly DeclaredTable[],
): Promise<{ drift: Drift[]; reason: string | null }> {
  try {
    const change = await beginChange(client);
    await change.run(`CREATE SCHEMA ${names.scratchSchema} AUTHORIZATION ${LINKS_ROLE}`);
    const drift = await asLinksOwner(change, async () => {
      await importTables(change, names, names.scratchSchema, { ...origin, required: false });
      return findDrift(declared, await readDeclaredTables(client, names.scratchSchema));
    });
    return { drift, reason: null };
  } catch (error) {
    return { drift: [], reason: remoteReason(error) ?? (error as Error).message };
  }
}

/** Whether a refresh would lead the link elsewhere. */
function hasMoved({ options, origin }: Link, role: string | null, databases: readonly DatabaseConfig[]): boolean {
  if (origin.database === null) return false;
  if (!databases.some(({ name }) => name === origin.database)) return true;
  const { host, port, dbname, user } = linkTarget(origin.database, databases);
  return (
    options["host"] !== host ||
    options["port"] !== port ||
    options["dbname"] !== dbname ||
    (role !== null && role !== user)
  );
}
