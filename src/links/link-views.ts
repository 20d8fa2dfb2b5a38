import pg from "pg";
import type { DatabaseConfig } from "../databases/database-config.ts";
import { readerRoles } from "../databases/reader-roles.ts";
import { AppError } from "../errors.ts";
import { LINKS_ROLE, type LinkNames } from "./link-names.ts";
import type { RemoteTable } from "./remote-tables.ts";

/**
 * A view on a foreign table. It runs with its owner's rights, so with the owner's user mapping; without
 * security_barrier, so that conditions go through it to the remote server.
 * @param from the schema of the foreign table
 */
export function viewSql({ schema }: LinkNames, { name, columns }: RemoteTable, from: string, replace = false): string {
  const list = columns.map(({ name: column, type }) => {
    const quoted = pg.escapeIdentifier(column);
    return type === null ? `${quoted}::text AS ${quoted}` : quoted;
  });
  const table = pg.escapeIdentifier(name);
  return `CREATE ${replace ? "OR REPLACE " : ""}VIEW ${schema}.${table} AS SELECT ${list.join(", ")} FROM ${from}.${table}`;
}

/** Lets the readers read views, and nothing else. */
export function grantSql({ schema }: LinkNames, views: readonly string[], readers: readonly string[]): string[] {
  const roles = readers.map((reader) => pg.escapeIdentifier(reader)).join(", ");
  const list = views.map((view) => `${schema}.${pg.escapeIdentifier(view)}`).join(", ");
  return [
    `GRANT USAGE ON SCHEMA ${schema} TO ${roles}`,
    ...(list === "" ? [] : [`GRANT SELECT ON ${list} TO ${roles}`]),
  ];
}

/**
 * The roles that clips run as: those of the followers' URLs.
 * @throws AppError when the primary does not know one, or when one could do what the links' owner can
 */
export async function findReaders(client: pg.Client, database: Pick<DatabaseConfig, "followers">): Promise<string[]> {
  const readers = readerRoles(database);
  for (const reader of readers) {
    const { rows } = await client.query<{ owner: boolean }>(
      `SELECT pg_has_role(oid, to_regrole('${LINKS_ROLE}'), 'MEMBER') AS owner FROM pg_roles WHERE rolname = $1`,
      [reader],
    );
    if (rows.length === 0) {
      throw new AppError("conflict", `The primary knows no role ${reader}, which clips run as on the follower.`, {
        hint: "Make it with sql/roles.sql.",
      });
    }
    if (rows[0]!.owner) {
      throw new AppError(
        "conflict",
        `Clips run as ${reader}, which may do what ${LINKS_ROLE} may: it could read passwords.`,
        {
          hint: `Run clips as a role that is no superuser and no member of ${LINKS_ROLE}: sql/roles.sql makes one.`,
        },
      );
    }
  }
  return readers;
}
