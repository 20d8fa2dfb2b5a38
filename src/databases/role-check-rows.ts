/*
 * SELECTs for the rows of a RoleCheck: see there. `reach`, `me` and `grantee` are CTEs of role-checks-sql.ts.
 */

/** A catalog whose objects have privileges. */
export interface AclSource {
  /** The catalog, as o. */
  catalog: string;
  acl: string;
  owner: string;
  /** The letter that acldefault() knows, where PUBLIC has something unless it is taken away. */
  defaults?: string;
  where?: string;
  joins?: string;
  subid?: string;
  objid?: string;
}

/**
 * The objects of a catalog with a privilege for the role, for one that it may become, or for PUBLIC. What an owner may
 * do is not among them: owning is a finding by itself.
 */
export function aclRows(source: AclSource, privileges: string): string {
  const { catalog, owner, defaults, where = "true", joins = "", subid = "0", objid = "o.oid" } = source;
  const list =
    defaults === undefined ? source.acl : `coalesce(${source.acl}, pg_catalog.acldefault('${defaults}', ${owner}))`;
  const names = privileges.split(", ").map((name) => `'${name}'`);
  return `
    SELECT 'pg_catalog.${catalog}'::pg_catalog.regclass::oid AS classid, ${objid} AS objid, ${subid}::int4 AS objsubid,
           pg_catalog.string_agg(DISTINCT a.privilege_type, ', ') AS privileges, a.grantee
      FROM pg_catalog.${catalog} AS o ${joins} CROSS JOIN LATERAL pg_catalog.aclexplode(${list}) AS a
     WHERE ${defaults === undefined ? `${source.acl} IS NOT NULL` : "true"} AND (${where})
       AND a.privilege_type IN (${names.join(", ")})
       AND a.grantee IN (SELECT oid FROM grantee) AND a.grantee <> ${owner}
     GROUP BY 2, 3, a.grantee`;
}

/** @param name an attribute, of the role itself or of one that it may become by SET ROLE; a superuser has them all */
export function attributeRows(name: string): string {
  return `
    SELECT 'pg_catalog.pg_authid'::pg_catalog.regclass::oid AS classid, r.oid AS objid, 0 AS objsubid,
           NULL::text AS privileges, r.oid AS grantee
      FROM pg_catalog.pg_roles AS r
     WHERE r.${name} AND r.oid IN (SELECT oid FROM reach)
       AND ('${name}' = 'rolsuper' OR NOT r.rolsuper)`;
}

/** @param where of pg_roles as r: a role that the role is a member of, directly or indirectly */
export function membershipRows(where: string): string {
  return `
    SELECT 'pg_catalog.pg_authid'::pg_catalog.regclass::oid AS classid, r.oid AS objid, 0 AS objsubid,
           NULL::text AS privileges, r.oid AS grantee
      FROM pg_catalog.pg_roles AS r
     WHERE r.oid IN (SELECT oid FROM reach) AND r.oid NOT IN (SELECT oid FROM me) AND (${where})`;
}
