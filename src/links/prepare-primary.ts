import pg from "pg";
import { AppError } from "../errors.ts";
import { isPostgresError } from "../sqlstates.ts";
import type { LinkChange } from "./link-change.ts";
import { LINKS_ROLE } from "./link-names.ts";

interface Prepared {
  extension: boolean;
  /** Attributes of the links' role that it must not have; null when there is no such role. */
  excess: string[] | null;
  /** Whether the primary's role may do things as the links' role. */
  member: boolean;
  /** Whether the links' role may make servers. */
  usage: boolean;
  /** Whether the primary's role may make schemas. */
  create: boolean;
  database: string;
}

/** The extension's functions show the connections of a session and close them; no reader has a use for them. */
const REVOKE_FUNCTIONS = `DO $dataclips$
DECLARE
  function pg_catalog.regprocedure;
BEGIN
  FOR function IN
    SELECT objid FROM pg_catalog.pg_depend
     WHERE classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND deptype = 'e'
       AND refobjid = (SELECT oid FROM pg_catalog.pg_extension WHERE extname = 'postgres_fdw')
  LOOP
    EXECUTE pg_catalog.format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', function);
  END LOOP;
END
$dataclips$`;

/**
 * Makes what all links of a database need, as far as it is missing: the extension, the role that owns the links, and
 * its right to make servers.
 * @throws AppError forbidden with the SQL for whoever may run it, when the primary's role may not; conflict when the
 *   links' role is somebody else's
 */
export async function preparePrimary(change: LinkChange): Promise<void> {
  const before = await readPrepared(change.client);
  if (before.excess !== null && before.excess.length > 0) {
    throw new AppError("conflict", `There is a role ${LINKS_ROLE}, and it ${before.excess.join(" and ")}.`, {
      hint: "It must be able to do nothing but own links: rename it, or take that from it (ALTER ROLE).",
    });
  }
  const role = pg.escapeIdentifier(change.role);
  const options = change.version >= 16 ? " WITH SET TRUE, INHERIT TRUE" : "";
  const steps: readonly (readonly [boolean, string])[] = [
    [!before.extension, "CREATE EXTENSION postgres_fdw SCHEMA public"],
    [!before.extension, REVOKE_FUNCTIONS],
    [before.excess === null, `CREATE ROLE ${LINKS_ROLE} NOLOGIN`],
    [!before.member && !change.superuser, `GRANT ${LINKS_ROLE} TO ${role}${options}`],
    [!before.usage, `GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO ${LINKS_ROLE}`],
    [!before.create, `GRANT CREATE ON DATABASE ${pg.escapeIdentifier(before.database)} TO ${role}`],
  ];
  const missing = steps.filter(([isMissing]) => isMissing).map(([, sql]) => sql);
  for (const sql of missing) {
    try {
      await change.client.query("SAVEPOINT prepare");
      await change.run(sql);
      await change.client.query("RELEASE SAVEPOINT prepare");
    } catch (error) {
      const { code } = error as { code?: string };
      // Another database of the server makes its first link in this moment.
      if (sql.startsWith("CREATE ROLE") && (code === "23505" || code === "42710")) {
        await change.client.query("ROLLBACK TO SAVEPOINT prepare");
        continue;
      }
      if (isPostgresError(error) && ["58P01", "0A000"].includes(error.code) && sql.startsWith("CREATE EXTENSION")) {
        throw new AppError("conflict", "The primary's server has no postgres_fdw.", {
          hint: "It comes with PostgreSQL's contrib package (postgresql-contrib): install that there.",
          sqlstate: error.code,
        });
      }
      if (isPostgresError(error) && error.code === "42501") throw notAllowed(change.role, missing);
      throw error;
    }
  }
  // A GRANT of what one may not grant is a warning only.
  const after = await readPrepared(change.client);
  if (!after.usage || !after.create) throw notAllowed(change.role, missing);
}

function notAllowed(role: string, missing: readonly string[]): AppError {
  return new AppError("forbidden", `The primary's role ${role} may not make links in this database.`, {
    hint: `Let a superuser run this there, once:\n${missing.map((sql) => `${sql};`).join("\n")}`,
    sqlstate: "42501",
  });
}

async function readPrepared(client: pg.Client): Promise<Prepared> {
  const { rows } = await client.query<Prepared>(
    `SELECT fdw.oid IS NOT NULL AS extension,
            CASE WHEN owner.oid IS NOT NULL THEN
              array_remove(ARRAY[
                CASE WHEN owner.rolcanlogin THEN 'can log in' END, CASE WHEN owner.rolsuper THEN 'is a superuser' END,
                CASE WHEN owner.rolcreaterole THEN 'can make roles' END,
                CASE WHEN owner.rolcreatedb THEN 'can make databases' END,
                CASE WHEN owner.rolreplication THEN 'can replicate' END,
                CASE WHEN owner.rolbypassrls THEN 'bypasses row security' END,
                CASE WHEN EXISTS (SELECT FROM pg_auth_members WHERE member = owner.oid) THEN 'is a member of others' END
              ], NULL) END AS excess,
            coalesce(pg_has_role(owner.oid, CASE WHEN current_setting('server_version_num')::int >= 160000
                                                 THEN 'SET' ELSE 'MEMBER' END), false) AS member,
            coalesce(has_foreign_data_wrapper_privilege(owner.oid, fdw.oid, 'USAGE'), false) AS usage,
            has_database_privilege(current_database(), 'CREATE') AS create,
            current_database() AS database
       FROM (VALUES (true)) AS one (row)
       LEFT JOIN pg_foreign_data_wrapper AS fdw ON fdw.fdwname = 'postgres_fdw'
       LEFT JOIN pg_roles AS owner ON owner.rolname = '${LINKS_ROLE}'`,
  );
  return rows[0]!;
}
