import type { Finding } from "./finding.ts";
import { TRUSTED_EXTENSIONS } from "./trusted-extensions.ts";
import { type AclSource, aclRows, attributeRows, membershipRows } from "./role-check-rows.ts";

/** A look at what a role could do, and how to say what was found. */
export interface RoleCheck {
  id: string;
  severity: Finding["severity"];
  /** The first server version that has what is looked at. */
  since?: number;
  /**
   * A SELECT of classid, objid, objsubid (as pg_identify_object takes them), privileges (text) and grantee (oid; 0 is
   * PUBLIC). It may use the CTEs of role-checks-sql.ts.
   */
  rows: string;
  /** Completes the sentence "The role r …: names.", of the places where something was found. */
  finding: string;
  hint: string;
  /** Whether REVOKE takes it away. */
  revoke?: boolean;
}

/** A function is called by its name, which takes USAGE of its schema. */
const FUNCTION: AclSource = {
  catalog: "pg_proc",
  acl: "o.proacl",
  owner: "o.proowner",
  defaults: "f",
};
/** The first OID that initdb does not give. */
const FIRST_USER_OID = 16_384;
const USER_FUNCTION = `o.oid >= ${FIRST_USER_OID} AND o.pronamespace IN (SELECT oid FROM usable_schema)`;
/**
 * Whether a function belongs to one of some extensions. (Not by the library's name, probin, which a server may keep from
 * the role together with functions' sources.)
 */
const isOf = (...extensions: string[]): string => `
  EXISTS (SELECT FROM pg_catalog.pg_depend AS d JOIN pg_catalog.pg_extension AS e ON e.oid = d.refobjid
           WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = o.oid AND d.deptype = 'e'
             AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
             AND e.extname IN (${extensions.map((name) => `'${name}'`).join(", ")}))`;
const DBLINK = isOf("dblink");
/** Those that sql/roles.sql leaves to everybody, and amcheck's, which verify-follower calls: they only look. */
const KNOWN = `NOT (o.prosecdef AND o.provolatile = 'v') AND ${isOf(...TRUSTED_EXTENSIONS, "amcheck")}`;
/** Of an extension, as e: a function that everybody may call, unless the extension itself has closed it. */
const CLOSED_EXTENSION_FUNCTION = `
  SELECT FROM pg_catalog.pg_depend AS d JOIN pg_catalog.pg_proc AS p ON p.oid = d.objid
   WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.deptype = 'e' AND d.refobjid = e.oid
     AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
     AND NOT (p.prosecdef AND p.provolatile = 'v') AND NOT pg_catalog.has_function_privilege(me.oid, p.oid, 'EXECUTE')
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_init_privs AS i
                      WHERE i.classoid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND i.objoid = p.oid
                        AND NOT EXISTS (SELECT FROM pg_catalog.aclexplode(i.initprivs) AS a WHERE a.grantee = 0))`;

const WRITES = "INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER, MAINTAIN";
const DANGEROUS_ROLES = [
  "pg_write_all_data",
  "pg_read_all_data",
  "pg_write_server_files",
  "pg_read_server_files",
  "pg_execute_server_program",
  "pg_signal_backend",
  "pg_signal_autovacuum_worker",
  "pg_maintain",
  "pg_checkpoint",
  "pg_create_subscription",
].map((name) => `'${name}'`);
const MONITOR_ROLES = "'pg_monitor', 'pg_read_all_settings', 'pg_read_all_stats', 'pg_stat_scan_tables'";

const RUN_ROLES = "Run sql/roles.sql again.";
const NEW_READER = "Run sql/roles.sql and give Dataclips the role that it makes.";

export const SUPERUSER_CHECK: RoleCheck = {
  id: "superuser",
  severity: "error",
  rows: attributeRows("rolsuper"),
  finding: "is a superuser, or may become one, and then nothing holds it",
  hint: NEW_READER,
};

/** In the order in which they are shown. Of a superuser only the first is asked. */
export const ROLE_CHECKS: readonly RoleCheck[] = [
  SUPERUSER_CHECK,
  {
    id: "create_role",
    severity: "error",
    rows: attributeRows("rolcreaterole"),
    finding: "may make roles (CREATEROLE)",
    hint: NEW_READER,
  },
  {
    id: "create_db",
    severity: "error",
    rows: attributeRows("rolcreatedb"),
    finding: "may make databases (CREATEDB)",
    hint: NEW_READER,
  },
  {
    id: "replication",
    severity: "error",
    rows: attributeRows("rolreplication"),
    finding: "may replicate, and so read everything (REPLICATION)",
    hint: NEW_READER,
  },
  {
    id: "bypass_rls",
    severity: "error",
    rows: attributeRows("rolbypassrls"),
    finding: "passes by row-level security (BYPASSRLS)",
    hint: NEW_READER,
  },
  {
    id: "dangerous_membership",
    severity: "error",
    rows: membershipRows(`r.rolname IN (${DANGEROUS_ROLES.join(", ")})`),
    finding: "is a member of roles that write, read password hashes or files, or act on other sessions",
    hint: "Take the membership away; indirect ones come with the roles that it is a member of.",
  },
  {
    id: "owner",
    severity: "error",
    // Of another database only how many: their names are not to be had from here.
    rows: `
      SELECT CASE WHEN here THEN s.classid ELSE 'pg_catalog.pg_database'::pg_catalog.regclass END AS classid,
             CASE WHEN here THEN s.objid ELSE s.dbid END AS objid, s.objsubid,
             CASE WHEN NOT here THEN 'things in it' END AS privileges, s.refobjid AS grantee
        FROM (SELECT *, dbid = 0 OR dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) AS here
                FROM pg_catalog.pg_shdepend) AS s
       WHERE s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass AND s.deptype = 'o'
         AND s.refobjid IN (SELECT oid FROM grantee)
       GROUP BY 1, 2, 3, 4, 5`,
    finding: "owns things, and an owner may do everything with them",
    hint: "Give them to another role: REASSIGN OWNED BY the role TO another one.",
  },
  {
    id: "write_table",
    severity: "error",
    // pg_settings may be updated by everybody: that is SET.
    rows: aclRows(
      {
        catalog: "pg_class",
        acl: "o.relacl",
        owner: "o.relowner",
        where: "o.relkind IN ('r', 'p', 'v', 'm', 'f') AND o.oid <> 'pg_catalog.pg_settings'::pg_catalog.regclass",
      },
      WRITES,
    ),
    finding: "may write to tables or views",
    hint: RUN_ROLES,
    revoke: true,
  },
  {
    id: "write_column",
    severity: "error",
    rows: aclRows(
      {
        catalog: "pg_attribute",
        acl: "o.attacl",
        objid: "o.attrelid",
        subid: "o.attnum",
        owner: "c.relowner",
        joins: "JOIN pg_catalog.pg_class AS c ON c.oid = o.attrelid",
        where: "NOT o.attisdropped",
      },
      WRITES,
    ).replace("'pg_catalog.pg_attribute'", "'pg_catalog.pg_class'"),
    finding: "may write to columns",
    hint: RUN_ROLES,
    revoke: true,
  },
  {
    id: "write_sequence",
    severity: "error",
    rows: aclRows(
      { catalog: "pg_class", acl: "o.relacl", owner: "o.relowner", where: "o.relkind = 'S'" },
      "USAGE, UPDATE",
    ),
    finding: "may advance or set sequences",
    hint: RUN_ROLES,
    revoke: true,
  },
  {
    id: "write_large_object",
    severity: "error",
    // Those that name the role are found by an index; for what PUBLIC may, the first hundred thousand are looked at.
    rows: aclRows(
      {
        catalog: "pg_largeobject_metadata",
        acl: "o.lomacl",
        owner: "o.lomowner",
        where: `
          o.oid IN (SELECT objid FROM pg_catalog.pg_shdepend
                     WHERE refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass
                       AND refobjid IN (SELECT oid FROM grantee)
                       AND classid = 'pg_catalog.pg_largeobject'::pg_catalog.regclass
                    UNION ALL
                    (SELECT oid FROM pg_catalog.pg_largeobject_metadata LIMIT 100000))`,
      },
      "UPDATE",
    ).replace("'pg_catalog.pg_largeobject_metadata'", "'pg_catalog.pg_largeobject'"),
    finding: "may write to large objects",
    hint: "Take the privilege away.",
    revoke: true,
  },
  {
    id: "create_in_schema",
    severity: "error",
    rows: aclRows({ catalog: "pg_namespace", acl: "o.nspacl", owner: "o.nspowner" }, "CREATE"),
    finding: "may make tables and functions in schemas",
    hint: RUN_ROLES,
    revoke: true,
  },
  {
    id: "create_in_database",
    severity: "error",
    rows: aclRows(
      {
        catalog: "pg_database",
        acl: "o.datacl",
        owner: "o.datdba",
        where: "o.datname = pg_catalog.current_database()",
      },
      "CREATE",
    ),
    finding: "may make schemas in the database",
    hint: RUN_ROLES,
    revoke: true,
  },
  {
    id: "temporary",
    severity: "warning",
    rows: aclRows(
      {
        catalog: "pg_database",
        acl: "o.datacl",
        owner: "o.datdba",
        defaults: "d",
        where: "o.datname = pg_catalog.current_database()",
      },
      "TEMPORARY",
    ),
    finding: "may make temporary tables in the database",
    hint: RUN_ROLES,
    revoke: true,
  },
  {
    id: "write_later",
    severity: "warning",
    rows: aclRows(
      {
        catalog: "pg_default_acl",
        acl: "o.defaclacl",
        owner: "o.defaclrole",
        where:
          "CASE o.defaclobjtype WHEN 'r' THEN true WHEN 'S' THEN a.privilege_type <> 'SELECT' ELSE a.privilege_type IN ('CREATE', 'UPDATE') AND o.defaclobjtype IN ('n', 'L') END",
      },
      `${WRITES}, CREATE, USAGE`,
    ),
    finding: "will be able to write to what is made later, by default privileges",
    hint: "Take them away with ALTER DEFAULT PRIVILEGES … REVOKE.",
  },
  {
    id: "read_secrets",
    severity: "error",
    rows: aclRows(
      {
        catalog: "pg_class",
        acl: "o.relacl",
        owner: "o.relowner",
        where: `o.relnamespace = 'pg_catalog'::pg_catalog.regnamespace
                AND o.relname IN ('pg_authid', 'pg_shadow', 'pg_user_mapping', 'pg_subscription')`,
      },
      "SELECT",
    ),
    finding: "may read password hashes or passwords",
    hint: "Take the privilege away.",
    revoke: true,
  },
  {
    id: "closed_function",
    severity: "error",
    // initdb, or the extension, has closed them to PUBLIC: whoever may call one has been told so by name.
    rows: aclRows(
      {
        ...FUNCTION,
        joins: `JOIN pg_catalog.pg_init_privs AS i
                  ON i.classoid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND i.objoid = o.oid AND i.objsubid = 0`,
        where: `o.pronamespace = 'pg_catalog'::pg_catalog.regnamespace
                AND NOT EXISTS (SELECT FROM pg_catalog.aclexplode(i.initprivs) AS p WHERE p.grantee = 0)`,
      },
      "EXECUTE",
    ),
    finding: "may call functions that PostgreSQL keeps for superusers",
    hint: "Take the privilege away.",
    revoke: true,
  },
  {
    id: "dblink",
    severity: "error",
    rows: aclRows({ ...FUNCTION, where: `${USER_FUNCTION} AND ${DBLINK}` }, "EXECUTE"),
    finding: "may connect to other servers with dblink, and write there",
    hint: RUN_ROLES,
    revoke: true,
  },
  {
    id: "language",
    severity: "error",
    // Nobody but a superuser can use one that is not trusted, whatever its privileges say.
    rows: aclRows(
      {
        catalog: "pg_language",
        acl: "o.lanacl",
        owner: "o.lanowner",
        defaults: "l",
        where: "o.lanispl AND o.lanpltrusted AND o.lanname NOT IN ('sql', 'plpgsql')",
      },
      "USAGE",
    ),
    finding: "may run code of its own (DO) in languages whose loops PostgreSQL may not be able to end",
    hint: RUN_ROLES,
    revoke: true,
  },
  {
    id: "foreign_data_wrapper",
    severity: "error",
    rows: aclRows({ catalog: "pg_foreign_data_wrapper", acl: "o.fdwacl", owner: "o.fdwowner" }, "USAGE"),
    finding: "may make servers of foreign-data wrappers",
    hint: "Take the privilege away.",
    revoke: true,
  },
  {
    id: "foreign_server",
    severity: "warning",
    rows: aclRows({ catalog: "pg_foreign_server", acl: "o.srvacl", owner: "o.srvowner" }, "USAGE"),
    finding: "may make user mappings of foreign servers for itself",
    hint: "Take the privilege away: to read foreign tables it is not needed.",
    revoke: true,
  },
  {
    id: "parameter",
    severity: "error",
    since: 15,
    rows: aclRows({ catalog: "pg_parameter_acl", acl: "o.paracl", owner: "10" }, "SET, ALTER SYSTEM"),
    finding: "may change settings of the server that are for superusers",
    hint: "Take the privilege away.",
    revoke: true,
  },
  {
    id: "user_function",
    severity: "warning",
    rows: aclRows(
      {
        ...FUNCTION,
        where: `${USER_FUNCTION} AND (o.prosecdef OR o.provolatile = 'v') AND NOT ${DBLINK} AND NOT (${KNOWN})
                AND o.pronamespace <> 'pg_catalog'::pg_catalog.regnamespace
                AND o.prorettype NOT IN ('trigger'::pg_catalog.regtype, 'event_trigger'::pg_catalog.regtype)`,
      },
      "EXECUTE",
    ),
    finding: "may call functions that are SECURITY DEFINER or VOLATILE: they may write",
    hint: "Look at them; take away those that write, or all of them by sql/roles.sql, and grant back what clips need.",
    revoke: true,
  },
  {
    id: "closed_extension",
    severity: "warning",
    rows: `
      SELECT 'pg_catalog.pg_extension'::pg_catalog.regclass::oid AS classid, e.oid AS objid, 0 AS objsubid,
             NULL::text AS privileges, me.oid AS grantee
        FROM pg_catalog.pg_extension AS e CROSS JOIN me
       WHERE e.extname IN (${TRUSTED_EXTENSIONS.map((name) => `'${name}'`).join(", ")})
         AND EXISTS (${CLOSED_EXTENSION_FUNCTION})`,
    finding: "may not call functions of extensions that clips may use",
    hint: "Run sql/roles.sql again: an extension that is created after it is closed to everybody until then.",
  },
  {
    id: "large_object_makers",
    severity: "warning",
    rows: aclRows(
      {
        ...FUNCTION,
        where: `o.pronamespace = 'pg_catalog'::pg_catalog.regnamespace
                AND o.proname IN ('lo_creat', 'lo_create', 'lo_from_bytea')`,
      },
      "EXECUTE",
    ),
    finding: "may make large objects",
    hint: `${RUN_ROLES.slice(0, -1)} as a superuser.`,
    revoke: true,
  },
  {
    id: "monitor_membership",
    severity: "warning",
    rows: membershipRows(`r.rolname IN (${MONITOR_ROLES})`),
    finding: "is a member of roles that see what other people run",
    hint: "Take the membership away, unless clips are for people who may see that.",
  },
  {
    id: "other_membership",
    severity: "warning",
    rows: membershipRows(`r.rolname NOT IN (${DANGEROUS_ROLES.join(", ")}, ${MONITOR_ROLES})`),
    finding: "is a member of other roles, and may do what they may, later too",
    hint: "Take the membership away, and grant what clips need to the role itself.",
  },
];
