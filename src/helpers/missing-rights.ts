import pg from "pg";
import type { DatabaseConfig } from "../databases/database-config.ts";
import { inTransaction } from "./installer-session.ts";

const RIGHTS_SQL = `
SELECT current_user AS role, pg_catalog.current_database() AS database,
       pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE') AS "mayMakeSchema",
       pg_catalog.has_table_privilege('pg_catalog.pg_proc', 'SELECT') AS "mayReadCode",
       (SELECT pg_catalog.has_schema_privilege(oid, 'CREATE') AND pg_catalog.has_schema_privilege(oid, 'USAGE')
          FROM pg_catalog.pg_namespace WHERE nspname = $1) AS "mayUseSchema",
       (SELECT pg_catalog.has_language_privilege(oid, 'USAGE')
          FROM pg_catalog.pg_language WHERE lanname = $2) AS "mayUseLanguage",
       ARRAY(SELECT reader FROM pg_catalog.unnest($3::text[]) AS reader
              WHERE NOT coalesce((SELECT pg_catalog.has_schema_privilege(role.rolname, namespace.oid, 'USAGE')
                                        OR pg_catalog.has_schema_privilege(namespace.oid, 'USAGE WITH GRANT OPTION')
                                    FROM pg_catalog.pg_roles AS role, pg_catalog.pg_namespace AS namespace
                                   WHERE role.rolname = reader AND namespace.nspname = $1), true)) AS lacking`;

const OWNERS_SQL = `
SELECT pg_catalog.format('ALTER ROUTINE %s OWNER TO %I;', proc.oid::pg_catalog.regprocedure, current_user) AS statement
  FROM pg_catalog.pg_proc AS proc JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = pronamespace
 WHERE nspname = $1 AND pg_catalog.obj_description(proc.oid, 'pg_proc') LIKE '%dataclips helper %'
   AND NOT pg_catalog.pg_has_role(proowner, 'USAGE')
 ORDER BY proc.oid`;

interface Rights {
  role: string;
  database: string;
  mayMakeSchema: boolean;
  mayReadCode: boolean;
  /** Null where there is no such schema, or language. */
  mayUseSchema: boolean | null;
  mayUseLanguage: boolean | null;
  /** Of the reader roles, those that have no USAGE of the schema, and that this role cannot give it to. */
  lacking: string[];
}

/**
 * The statements by which a superuser gives the role of a database's primary what an install still needs.
 * @param language that helpers are to run in, or null if nothing is to be made
 */
export async function missingRights(
  database: Pick<DatabaseConfig, "name" | "primary">,
  { schema, language, readers }: { schema: string; language: string | null; readers: readonly string[] },
): Promise<{ role: string; statements: string[] }> {
  const { owners, ...rights } = await inTransaction(database, "look", async (client) => {
    const { rows } = await client.query<Rights>(RIGHTS_SQL, [schema, language, readers]);
    const { mayReadCode } = rows[0]!;
    const owned = mayReadCode ? await client.query<{ statement: string }>(OWNERS_SQL, [schema]) : null;
    return { ...rows[0]!, owners: owned?.rows.map(({ statement }) => statement) ?? [] };
  });
  const role = pg.escapeIdentifier(rights.role);
  const name = pg.escapeIdentifier(schema);
  const grantees = rights.lacking.map((reader) => pg.escapeIdentifier(reader)).join(", ");
  const statements = [
    ...(language !== null && rights.mayUseLanguage === null ? extensionStatements(language, role) : []),
    ...(language !== null && rights.mayUseLanguage === false
      ? [`GRANT USAGE ON LANGUAGE ${language} TO ${role};`]
      : []),
    ...(language !== null && rights.mayUseSchema === null && !rights.mayMakeSchema
      ? [`CREATE SCHEMA ${name} AUTHORIZATION ${role};`]
      : []),
    ...(rights.mayUseSchema === false ? [`GRANT USAGE, CREATE ON SCHEMA ${name} TO ${role};`] : []),
    ...(rights.lacking.length > 0 ? [`GRANT USAGE ON SCHEMA ${name} TO ${grantees};`] : []),
    ...owners,
    ...(rights.mayReadCode ? [] : [`GRANT SELECT ON pg_catalog.pg_proc TO ${role};`]),
  ];
  return { role: rights.role, statements };
}

/** Makes an engine in which only a role, and no reader, may write functions. */
export function extensionStatements(language: string, role: string): string[] {
  return [
    `CREATE EXTENSION ${language};`,
    `REVOKE USAGE ON LANGUAGE ${language} FROM PUBLIC;`,
    `GRANT USAGE ON LANGUAGE ${language} TO ${role};`,
  ];
}
