import pg from "pg";
import type { Database } from "../databases/databases.ts";
import { AppError } from "../errors.ts";
import { isPostgresError } from "../sqlstates.ts";
import { readerRoles } from "../databases/reader-roles.ts";
import { VIEWS_SCHEMA } from "./view-name.ts";

/** Two that prepare a server at once get in each other's way: who comes second finds it done. */
const TRIES = 5;
const RACES = new Set(["23505", "42710", "42P06", "XX000", "40001"]);

const { escapeIdentifier: quote } = pg;

/**
 * The role that owns a database's materialized clips: it cannot log in, and has what the reader role may read and
 * nothing more but the schema's CREATE and temporary tables, which REFRESH … CONCURRENTLY needs. One for each reader
 * role, so that what one reader may not see does not come to it through another one.
 */
export function viewsRole(database: Pick<Database, "followers">): string {
  return `${readerRoles(database)[0]}_views`;
}

interface Ground {
  me: string;
  database: string;
  version: number;
  superuser: boolean;
  reader: boolean;
  role: { safe: boolean; others: string | null } | null;
  inherits: boolean;
  member: boolean;
  schema: boolean;
  creates: boolean;
  temporary: boolean;
  shut: string[];
}

const GROUND = `
  SELECT current_user AS me, pg_catalog.current_database() AS database,
         pg_catalog.current_setting('server_version_num')::pg_catalog.int4 / 10000 AS version,
         pg_catalog.current_setting('is_superuser') = 'on' AS superuser,
         reader.oid IS NOT NULL AS reader,
         CASE WHEN role.oid IS NOT NULL THEN pg_catalog.json_build_object(
           'safe', NOT (role.rolsuper OR role.rolcreaterole OR role.rolcreatedb OR role.rolcanlogin
                        OR role.rolreplication OR role.rolbypassrls),
           'others', (SELECT pg_catalog.string_agg(DISTINCT pg_catalog.pg_get_userbyid(roleid)::pg_catalog.text, ', ')
                        FROM pg_catalog.pg_auth_members WHERE member = role.oid AND roleid <> reader.oid))
         END AS role,
         coalesce(pg_catalog.pg_has_role(role.oid, reader.oid, 'USAGE'), false) AS inherits,
         coalesce(pg_catalog.pg_has_role(role.oid, 'USAGE') AND pg_catalog.pg_has_role(role.oid, @SET@), false) AS member,
         namespace.oid IS NOT NULL AS schema,
         coalesce(pg_catalog.has_schema_privilege(role.oid, namespace.oid, 'CREATE')
                  AND pg_catalog.has_schema_privilege(role.oid, namespace.oid, 'USAGE'), false) AS creates,
         coalesce(pg_catalog.has_database_privilege(role.oid, pg_catalog.current_database(), 'TEMPORARY'), false)
           AS temporary,
         ARRAY(SELECT rolname::pg_catalog.text FROM pg_catalog.pg_roles
                WHERE rolname = ANY ($3) AND NOT coalesce(
                  pg_catalog.has_schema_privilege(pg_roles.oid, namespace.oid, 'USAGE'), false)) AS shut
    FROM (VALUES (1)) AS one
    LEFT JOIN pg_catalog.pg_roles AS reader ON reader.rolname = $1
    LEFT JOIN pg_catalog.pg_roles AS role ON role.rolname = $2
    LEFT JOIN pg_catalog.pg_namespace AS namespace ON namespace.nspname = '${VIEWS_SCHEMA}'`;

/**
 * Makes the role of {@link viewsRole} and the schema, and grants what both need, as far as it is not there.
 * @param client a session on the primary, outside of a transaction
 * @throws AppError conflict when a role of that name is more than it should be; query_failed with the SQL for an administrator
 */
export async function ensureViewsRole(client: pg.Client, database: Database): Promise<void> {
  for (let left = TRIES; ; left--) {
    const ground = await readGround(client, database);
    const statements = missingStatements(ground, database);
    if (statements.length === 0) return;
    try {
      await client.query(["BEGIN", ...statements, "COMMIT"].join(";\n"));
      return;
    } catch (error) {
      await client.query("ROLLBACK");
      if (!isPostgresError(error)) throw error;
      if (RACES.has(error.code) && left > 1) continue;
      const missing = error.code === "42501" ? `lacks the rights for that (${error.message})` : error.message;
      throw new AppError(
        "query_failed",
        `The primary of ${database.name} cannot be prepared: ${ground.me} ${missing}.`,
        {
          hint: `Have an administrator run there, in the database ${ground.database}: ${administratorSql(ground, database)}`,
          sqlstate: error.code,
          cause: error,
        },
      );
    }
  }
}

async function readGround(client: pg.Client, database: Database): Promise<Ground> {
  const readers = readerRoles(database);
  const role = viewsRole(database);
  if (Buffer.byteLength(role) > 63) {
    throw new AppError("conflict", `The name of the role ${readers[0]} is too long for one called ${role}.`, {
      hint: "Use a reader role with a name of at most 57 bytes.",
    });
  }
  const { rows: version } = await client.query<{ n: number }>(
    "SELECT pg_catalog.current_setting('server_version_num')::pg_catalog.int4 / 10000 AS n",
  );
  // Before PostgreSQL 16 every member may SET ROLE, and has_role does not know the word.
  const sql = GROUND.replace("@SET@", version[0]!.n >= 16 ? "'SET'" : "'MEMBER'");
  const { rows } = await client.query<Ground>(sql, [readers[0], role, readers]);
  const ground = rows[0]!;
  if (!ground.reader) {
    throw new AppError(
      "conflict",
      `The primary of ${database.name} has no role ${readers[0]}, which its followers' URLs name.`,
      {
        hint: "Is it the followers' primary? Roles are made with sql/roles.sql.",
      },
    );
  }
  if (ground.role !== null && !(ground.role.safe && ground.role.others === null)) {
    const others =
      ground.role.others === null ? "may log in or do more than read" : `is a member of ${ground.role.others}`;
    throw new AppError("conflict", `The role ${role}, which is to own materialized clips, ${others}.`, {
      hint: `It has to be NOLOGIN, without attributes, and a member of ${readers[0]} only: give it another name, or take that from it.`,
    });
  }
  return ground;
}

/** What is to be done as the role that the configuration names. */
function missingStatements(ground: Ground, database: Database): string[] {
  const { me, version, superuser } = ground;
  const [reader, role] = [quote(readerRoles(database)[0]!), quote(viewsRole(database))];
  const options = (words: string): string => (version >= 16 ? ` WITH ${words}` : "");
  return [
    ...(ground.role === null ? [`CREATE ROLE ${role} NOLOGIN`] : []),
    ...(ground.inherits ? [] : [`GRANT ${reader} TO ${role}${options("INHERIT TRUE, SET FALSE")}`]),
    ...(superuser || ground.member ? [] : [`GRANT ${role} TO ${quote(me)}${options("INHERIT TRUE, SET TRUE")}`]),
    ...(ground.schema ? [] : [`CREATE SCHEMA ${VIEWS_SCHEMA}`]),
    ...(ground.creates ? [] : [`GRANT USAGE, CREATE ON SCHEMA ${VIEWS_SCHEMA} TO ${role}`]),
    ...(ground.temporary ? [] : [`GRANT TEMPORARY ON DATABASE ${quote(ground.database)} TO ${role}`]),
    ...ground.shut.map((name) => `GRANT USAGE ON SCHEMA ${VIEWS_SCHEMA} TO ${quote(name)}`),
  ];
}

/** The same for somebody else: also that the schema is the configured role's, which renames views in it. */
function administratorSql(ground: Ground, database: Database): string {
  const statements = missingStatements({ ...ground, schema: true }, database);
  const schema = ground.schema
    ? `ALTER SCHEMA ${VIEWS_SCHEMA} OWNER TO ${quote(ground.me)}`
    : `CREATE SCHEMA ${VIEWS_SCHEMA} AUTHORIZATION ${quote(ground.me)}`;
  return [schema, ...statements].map((statement) => `${statement};`).join(" ");
}
