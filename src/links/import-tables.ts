import pg from "pg";
import { nameList } from "../databases/name-list.ts";
import { AppError } from "../errors.ts";
import type { LinkChange } from "./link-change.ts";
import type { LinkNames } from "./link-names.ts";
import { readRemoteTables, type RemoteTable, type WantedTables } from "./remote-tables.ts";

/** What was brought in, and what of it may not be read there. */
export interface Imported {
  tables: RemoteTable[];
  unreadable: string[];
}

/**
 * Makes foreign tables for tables of the remote server: by IMPORT FOREIGN SCHEMA, or one by one where a column has a
 * type that this database does not know. The session's role must be the links' owner.
 * @param into the schema to make them in
 * @param wanted all tables of the schema (null) are those that the remote role may read
 * @throws AppError for a schema or tables that are not there or may not be read; PostgreSQL's error of a connection
 */
export async function importTables(
  change: LinkChange,
  names: LinkNames,
  into: string,
  wanted: WantedTables,
): Promise<Imported> {
  const { client } = change;
  const found = await readRemoteTables(client, names, into, wanted);
  const schema = pg.escapeIdentifier(wanted.schema);
  const importable = found.filter((table) => table.importable).map(({ name }) => pg.escapeIdentifier(name));
  if (importable.length > 0) {
    await change.run(
      `IMPORT FOREIGN SCHEMA ${schema} LIMIT TO (${importable.join(", ")}) FROM SERVER ${names.server} INTO ${into}`,
    );
  }
  const others = found.filter((table) => !table.importable);
  if (others.some(({ columns }) => columns.some(({ type }) => type === null))) await makeTextDomain(change, names);
  for (const table of others) await change.run(foreignTableSql(table, names, into, wanted.schema));

  const unreadable: string[] = [];
  for (const { name } of found) {
    if (!(await isReadable(client, `${into}.${pg.escapeIdentifier(name)}`))) unreadable.push(name);
  }
  const isAll = unreadable.length === found.length;
  if (wanted.required && unreadable.length > 0 && (wanted.tables !== null || isAll)) {
    throw new AppError("forbidden", `The other server does not let the link's role read ${nameList(unreadable)}.`, {
      hint: "Grant it SELECT there (the whole table: a link takes all columns), or leave the table out.",
      sqlstate: "42501",
    });
  }
  for (const name of unreadable) await change.run(`DROP FOREIGN TABLE ${into}.${pg.escapeIdentifier(name)}`);
  return { tables: found.filter(({ name }) => !unreadable.includes(name)), unreadable };
}

/**
 * The type of columns whose own type is not known here: text, but not by that name. postgres_fdw sends no condition and
 * no order on a user's type to the remote server, where they would mean another thing than they do here.
 */
function textDomain({ remoteSchema }: LinkNames): string {
  return `${remoteSchema}."dataclips text"`;
}

async function makeTextDomain({ client, run }: LinkChange, names: LinkNames): Promise<void> {
  const { rows } = await client.query("SELECT to_regtype($1) IS NULL AS missing", [textDomain(names)]);
  if (rows[0].missing) await run(`CREATE DOMAIN ${textDomain(names)} AS text`);
}

function foreignTableSql({ name, columns }: RemoteTable, names: LinkNames, into: string, schema: string): string {
  const list = columns.map(({ name: column, type, collation, notNull }) => {
    const collate = type === null || collation === null ? "" : ` COLLATE ${collation}`;
    const options = `OPTIONS (column_name ${pg.escapeLiteral(column)})`;
    return `${pg.escapeIdentifier(column)} ${type ?? textDomain(names)} ${options}${collate}${notNull ? " NOT NULL" : ""}`;
  });
  return (
    `CREATE FOREIGN TABLE ${into}.${pg.escapeIdentifier(name)} (${list.join(", ")}) SERVER ${names.server} ` +
    `OPTIONS (schema_name ${pg.escapeLiteral(schema)}, table_name ${pg.escapeLiteral(name)})`
  );
}

/** EXPLAIN of a foreign table is one on the remote server, which looks at the privileges there and reads no row. */
async function isReadable(client: pg.Client, table: string): Promise<boolean> {
  await client.query("SAVEPOINT readable");
  try {
    await client.query(`EXPLAIN SELECT * FROM ${table}`);
    await client.query("RELEASE SAVEPOINT readable");
    return true;
  } catch (error) {
    if ((error as { code?: string }).code !== "42501") throw error;
    await client.query("ROLLBACK TO SAVEPOINT readable");
    return false;
  }
}
