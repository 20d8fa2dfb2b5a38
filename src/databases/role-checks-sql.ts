import { NAMES_SHOWN } from "./name-list.ts";
import type { RoleCheck } from "./role-checks.ts";

/** A row of {@link roleChecksSql}: one of the first things that a check found. */
export interface CheckedRow {
  id: string;
  /** How many things the check found. */
  total: number;
  /** What pg_identify_object says of it: "table", and its quoted name. */
  type: string;
  identity: string;
  /** The quoted name, if it is a column. */
  column: string | null;
  privileges: string | null;
  /** Who was given it, quoted; PUBLIC is everybody. */
  grantee: string;
  /** Whether the grantee is the role itself. */
  own: boolean;
}

/**
 * One query for many checks, that any role can run, on a primary or a follower. `reach` is the role and all those that
 * it is a member of, for what it does not inherit it may have by SET ROLE; from PostgreSQL 16 on a membership may have
 * neither of the two. What predefined roles and superusers hold is not listed: the membership is the finding.
 * Names are looked up only for the few that are shown.
 */
export function roleChecksSql(checks: readonly RoleCheck[]): string {
  const rows = checks.map(
    ({ id, rows: sql }, order) =>
      `SELECT ${order} AS place, '${id}' AS id, classid, objid, objsubid, privileges, grantee FROM (${sql}) AS found`,
  );
  return `
    WITH RECURSIVE me AS (
      SELECT oid FROM pg_catalog.pg_roles WHERE rolname IN (current_user, session_user)
    ), reach AS (
      SELECT oid FROM me
       UNION
      SELECT m.roleid FROM reach JOIN pg_catalog.pg_auth_members AS m ON m.member = reach.oid
       WHERE m.admin_option
          OR coalesce((pg_catalog.to_jsonb(m) ->> 'inherit_option')::bool, true)
          OR coalesce((pg_catalog.to_jsonb(m) ->> 'set_option')::bool, true)
    ), grantee AS MATERIALIZED (
      SELECT oid FROM pg_catalog.pg_roles
       WHERE oid IN (SELECT oid FROM reach) AND NOT rolsuper AND rolname !~ '^pg_'
       UNION ALL SELECT 0
    ), usable_schema AS MATERIALIZED (
      SELECT n.oid FROM pg_catalog.pg_namespace AS n
       WHERE n.nspowner IN (SELECT oid FROM grantee)
          OR EXISTS (SELECT FROM pg_catalog.aclexplode(n.nspacl) AS a
                      WHERE a.privilege_type = 'USAGE' AND a.grantee IN (SELECT oid FROM grantee))
    ), found AS (
      ${rows.join("\n UNION ALL\n")}
    ), numbered AS (
      SELECT *, pg_catalog.count(*) OVER (PARTITION BY place)::int4 AS total,
             pg_catalog.row_number() OVER (PARTITION BY place ORDER BY objid, objsubid, grantee) AS number
        FROM found
    )
    SELECT f.id, f.total, o.type, o.identity, f.privileges, f.grantee IN (SELECT oid FROM me) AS own,
           CASE WHEN f.objsubid > 0 THEN
             (SELECT pg_catalog.quote_ident(attname) FROM pg_catalog.pg_attribute
               WHERE attrelid = f.objid AND attnum = f.objsubid)
           END AS column,
           CASE WHEN f.grantee = 0 THEN 'PUBLIC'
                ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(f.grantee))
           END AS grantee
      FROM numbered AS f CROSS JOIN LATERAL pg_catalog.pg_identify_object(f.classid, f.objid, 0) AS o
     WHERE f.number <= ${NAMES_SHOWN}
     ORDER BY f.place, f.number`;
}
