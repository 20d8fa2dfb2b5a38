import { readFile } from "node:fs/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { Finding } from "../../src/databases/finding.ts";
import { inspectRole, type RoleInspection } from "../../src/databases/inspect-role.ts";
import { until } from "../support/test-server.ts";

const name = `inspect_${process.pid}_${Date.now().toString(36)}`;
/** A role that sql/roles.sql has made, and that each test gives something. */
const reader = `${name}_reader`;
const other = `${name}_other`;
const BUDGET = 8;

let admin: pg.Client;
let rolesSql: string;

beforeAll(async () => {
  admin = await connect(inject("cluster").admin);
  await admin.query(`CREATE DATABASE ${name}`);
  await admin.end();
  admin = await connect(url("postgres"));
  rolesSql = await readFile(new URL("../../sql/roles.sql", import.meta.url), "utf8");
  await admin.query(`
    CREATE SCHEMA app;
    CREATE TABLE app.orders (n int, total numeric);
    CREATE VIEW app.recent AS SELECT * FROM app.orders;
    CREATE SEQUENCE app.numbers;
    CREATE TABLE public."Much Else" (n int);
    SET dataclips.reader = '${reader}';
    SET dataclips.schemas = 'public,app';`);
  await admin.query(rolesSql);
});
afterAll(async () => {
  await admin.end();
  admin = await connect(inject("cluster").admin);
  await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
  for (const role of [reader, other]) await admin.query(`DROP ROLE IF EXISTS ${role}`);
  await admin.end();
});

function url(role: string, on: "primary" | "follower" = "primary"): string {
  const { reader: follower, admin: primary } = inject("cluster");
  const template = on === "follower" ? follower : primary;
  const parsed = /^postgres:\/\/[^@]+@([^/]+)\//.exec(template)!;
  return `postgres://${role}@${parsed[1]}/${name}`;
}

async function connect(address: string): Promise<pg.Client> {
  const client = new pg.Client(address);
  client.on("error", () => {});
  await client.connect();
  return client;
}

async function inspect(
  role = reader,
  on: "primary" | "follower" = "primary",
  budget = BUDGET,
): Promise<RoleInspection> {
  const client = await connect(url(role, on));
  try {
    return await inspectRole(client, { budget });
  } finally {
    await client.end();
  }
}

/** What is found of the reader while some SQL is in force; `undo` takes it back. */
async function findingsWith(sql: string, undo: string): Promise<readonly Finding[]> {
  await admin.query(sql);
  try {
    return (await inspect()).findings;
  } finally {
    await admin.query(undo);
  }
}

const ids = (findings: readonly Finding[]): string[] => findings.map(({ id }) => id);

describe("a role that sql/roles.sql has made", () => {
  test("has no findings, on the primary and on the follower, and neither after a second run", async () => {
    const clean = { role: reader, connectionLimit: 20, findings: [] };
    expect(await inspect()).toEqual(clean);
    await admin.query(rolesSql);
    expect(await inspect()).toEqual(clean);
    await until(async () => (await inspect(reader, "follower").catch(() => null))?.findings.length === 0);
    expect(await inspect(reader, "follower")).toEqual(clean);
  });

  test("has none whatever the session has set, and leaves that as it is", async () => {
    const client = await connect(url(reader));
    await client.query("SET statement_timeout = 0; SET jit = on");
    expect((await inspectRole(client, { budget: BUDGET })).findings).toEqual([]);
    const { rows } = await client.query(
      "SELECT current_setting('jit') AS jit, current_setting('statement_timeout') AS t",
    );
    expect(rows).toEqual([{ jit: "on", t: "0" }]);
    await client.end();
  });
});

/** As PostgreSQL spells a function for a statement. */
const spelledOut = (signature: string): string => signature.replaceAll(/\b(text|oid)\b/g, "pg_catalog.$1");

/** What is given to the reader, how it is taken back, and the one finding that it makes. */
const CASES: { id: string; sql: string; undo?: string; finding: Omit<Finding, "id" | "hint"> }[] = [
  ...(["SUPERUSER", "CREATEROLE", "CREATEDB", "REPLICATION", "BYPASSRLS"] as const).map((attribute, index) => ({
    id: ["superuser", "create_role", "create_db", "replication", "bypass_rls"][index]!,
    sql: `ALTER ROLE ${reader} ${attribute}`,
    undo: `ALTER ROLE ${reader} NO${attribute}`,
    finding: {
      severity: "error" as const,
      message: `The role ${reader} ${
        [
          "is a superuser, or may become one, and then nothing holds it",
          "may make roles (CREATEROLE)",
          "may make databases (CREATEDB)",
          "may replicate, and so read everything (REPLICATION)",
          "passes by row-level security (BYPASSRLS)",
        ][index]
      }.`,
      statements: [],
    },
  })),
  ...[
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
  ].map((role) => ({
    id: "dangerous_membership",
    sql: `GRANT ${role} TO ${reader}`,
    undo: `REVOKE ${role} FROM ${reader}`,
    finding: {
      severity: "error" as const,
      message: `The role ${reader} is a member of roles that write, read password hashes or files, or act on other sessions: ${role}.`,
      statements: [],
    },
  })),
  {
    id: "owner",
    sql: `ALTER TABLE app.orders OWNER TO ${reader}`,
    undo: "ALTER TABLE app.orders OWNER TO postgres",
    finding: {
      severity: "error",
      message: `The role ${reader} owns things, and an owner may do everything with them: app.orders.`,
      statements: [],
    },
  },
  {
    id: "owner",
    sql: `ALTER DATABASE ${name} OWNER TO ${reader}`,
    undo: `ALTER DATABASE ${name} OWNER TO postgres`,
    finding: {
      severity: "error",
      message: `The role ${reader} owns things, and an owner may do everything with them: ${name}.`,
      statements: [],
    },
  },
  {
    id: "owner",
    sql: `SELECT lo_create(4711); ALTER LARGE OBJECT 4711 OWNER TO ${reader}`,
    undo: "SELECT lo_unlink(4711)",
    finding: {
      severity: "error",
      message: `The role ${reader} owns things, and an owner may do everything with them: large object 4711.`,
      statements: [],
    },
  },
  {
    id: "write_table",
    sql: `GRANT INSERT, DELETE ON app.orders TO ${reader}; GRANT UPDATE ON public."Much Else", app.recent TO ${reader}`,
    undo: `REVOKE INSERT, DELETE ON app.orders FROM ${reader}; REVOKE UPDATE ON public."Much Else", app.recent FROM ${reader}`,
    finding: {
      severity: "error",
      message: `The role ${reader} may write to tables or views: app.orders (DELETE, INSERT), app.recent (UPDATE), public."Much Else" (UPDATE).`,
      statements: [
        `REVOKE DELETE, INSERT ON TABLE app.orders FROM ${reader};`,
        `REVOKE UPDATE ON TABLE app.recent FROM ${reader};`,
        `REVOKE UPDATE ON TABLE public."Much Else" FROM ${reader};`,
      ],
    },
  },
  ...["TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"].map((privilege) => ({
    id: "write_table",
    sql: `GRANT ${privilege} ON app.orders TO PUBLIC`,
    undo: `REVOKE ${privilege} ON app.orders FROM PUBLIC`,
    finding: {
      severity: "error" as const,
      message: `The role ${reader} may write to tables or views: app.orders (${privilege}, as everybody).`,
      statements: [`REVOKE ${privilege} ON TABLE app.orders FROM PUBLIC;`],
    },
  })),
  {
    id: "write_column",
    sql: `GRANT UPDATE (total) ON app.orders TO ${reader}`,
    undo: `REVOKE UPDATE (total) ON app.orders FROM ${reader}`,
    finding: {
      severity: "error",
      message: `The role ${reader} may write to columns: app.orders.total (UPDATE).`,
      statements: [`REVOKE UPDATE ON TABLE app.orders FROM ${reader};`],
    },
  },
  {
    id: "write_sequence",
    sql: `GRANT USAGE, SELECT ON SEQUENCE app.numbers TO ${reader}`,
    undo: `REVOKE ALL ON SEQUENCE app.numbers FROM ${reader}`,
    finding: {
      severity: "error",
      message: `The role ${reader} may advance or set sequences: sequence app.numbers (USAGE).`,
      statements: [`REVOKE USAGE ON SEQUENCE app.numbers FROM ${reader};`],
    },
  },
  ...[reader, "PUBLIC"].map((grantee) => ({
    id: "write_large_object",
    sql: `SELECT lo_create(4712); GRANT UPDATE ON LARGE OBJECT 4712 TO ${grantee}`,
    undo: "SELECT lo_unlink(4712)",
    finding: {
      severity: "error" as const,
      message: `The role ${reader} may write to large objects: large object 4712 (UPDATE${grantee === "PUBLIC" ? ", as everybody" : ""}).`,
      statements: [`REVOKE UPDATE ON LARGE OBJECT 4712 FROM ${grantee};`],
    },
  })),
  {
    id: "create_in_schema",
    sql: "GRANT CREATE ON SCHEMA public TO PUBLIC",
    undo: "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    finding: {
      severity: "error",
      message: `The role ${reader} may make tables and functions in schemas: public (CREATE, as everybody).`,
      statements: ["REVOKE CREATE ON SCHEMA public FROM PUBLIC;"],
    },
  },
  {
    id: "create_in_database",
    sql: `GRANT CREATE ON DATABASE ${name} TO ${reader}`,
    undo: `REVOKE CREATE ON DATABASE ${name} FROM ${reader}`,
    finding: {
      severity: "error",
      message: `The role ${reader} may make schemas in the database: ${name} (CREATE).`,
      statements: [`REVOKE CREATE ON DATABASE ${name} FROM ${reader};`],
    },
  },
  {
    id: "temporary",
    sql: `GRANT TEMPORARY ON DATABASE ${name} TO PUBLIC`,
    undo: `REVOKE TEMPORARY ON DATABASE ${name} FROM PUBLIC`,
    finding: {
      severity: "warning",
      message: `The role ${reader} may make temporary tables in the database: ${name} (TEMPORARY, as everybody).`,
      statements: [`REVOKE TEMPORARY ON DATABASE ${name} FROM PUBLIC;`],
    },
  },
  {
    id: "write_later",
    sql: `ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT INSERT ON TABLES TO ${reader}`,
    undo: `ALTER DEFAULT PRIVILEGES IN SCHEMA app REVOKE INSERT ON TABLES FROM ${reader}`,
    finding: {
      severity: "warning",
      message: `The role ${reader} will be able to write to what is made later, by default privileges: default acl for role postgres in schema app on tables (INSERT).`,
      statements: [],
    },
  },
  {
    id: "read_secrets",
    sql: `GRANT SELECT ON pg_authid TO ${reader}`,
    undo: `REVOKE SELECT ON pg_authid FROM ${reader}`,
    finding: {
      severity: "error",
      message: `The role ${reader} may read password hashes or passwords: pg_catalog.pg_authid (SELECT).`,
      statements: [`REVOKE SELECT ON TABLE pg_catalog.pg_authid FROM ${reader};`],
    },
  },
  ...[
    "pg_read_file(text)",
    "pg_read_binary_file(text)",
    "pg_ls_dir(text)",
    "lo_import(text)",
    "lo_export(oid,text)",
  ].map((signature) => ({
    id: "closed_function",
    sql: `GRANT EXECUTE ON FUNCTION ${signature} TO ${reader}`,
    undo: `REVOKE EXECUTE ON FUNCTION ${signature} FROM ${reader}`,
    finding: {
      severity: "error" as const,
      message: `The role ${reader} may call functions that PostgreSQL keeps for superusers: pg_catalog.${signature}.`,
      statements: [`REVOKE EXECUTE ON ROUTINE pg_catalog.${spelledOut(signature)} FROM ${reader};`],
    },
  })),
  {
    id: "dblink",
    sql: `CREATE EXTENSION dblink SCHEMA app; GRANT EXECUTE ON FUNCTION app.dblink(text, text) TO ${reader}`,
    undo: "DROP EXTENSION dblink",
    finding: {
      severity: "error",
      message: `The role ${reader} may connect to other servers with dblink, and write there: app.dblink(text,text).`,
      statements: [`REVOKE EXECUTE ON ROUTINE app.dblink(pg_catalog.text,pg_catalog.text) FROM ${reader};`],
    },
  },
  {
    id: "language",
    // No other language is built in, and what makes one is its handler.
    sql: "CREATE TRUSTED LANGUAGE plv8 HANDLER plpgsql_call_handler",
    undo: "DROP LANGUAGE plv8",
    finding: {
      severity: "error",
      message: `The role ${reader} may run code of its own (DO) in languages whose loops PostgreSQL may not be able to end: language plv8 (USAGE, as everybody).`,
      statements: ["REVOKE USAGE ON LANGUAGE plv8 FROM PUBLIC;"],
    },
  },
  {
    id: "foreign_data_wrapper",
    sql: `CREATE EXTENSION postgres_fdw SCHEMA app; GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO ${reader}`,
    undo: "DROP EXTENSION postgres_fdw",
    finding: {
      severity: "error",
      message: `The role ${reader} may make servers of foreign-data wrappers: foreign-data wrapper postgres_fdw (USAGE).`,
      statements: [`REVOKE USAGE ON FOREIGN DATA WRAPPER postgres_fdw FROM ${reader};`],
    },
  },
  {
    id: "foreign_server",
    sql: `CREATE FOREIGN DATA WRAPPER nothing; CREATE SERVER nowhere FOREIGN DATA WRAPPER nothing; GRANT USAGE ON FOREIGN SERVER nowhere TO ${reader}`,
    undo: "DROP FOREIGN DATA WRAPPER nothing CASCADE",
    finding: {
      severity: "warning",
      message: `The role ${reader} may make user mappings of foreign servers for itself: server nowhere (USAGE).`,
      statements: [`REVOKE USAGE ON FOREIGN SERVER nowhere FROM ${reader};`],
    },
  },
  {
    id: "parameter",
    sql: `GRANT SET ON PARAMETER session_preload_libraries TO ${reader}`,
    undo: `REVOKE SET ON PARAMETER session_preload_libraries FROM ${reader}`,
    finding: {
      severity: "error",
      message: `The role ${reader} may change settings of the server that are for superusers: parameter session_preload_libraries (SET).`,
      statements: [`REVOKE SET ON PARAMETER session_preload_libraries FROM ${reader};`],
    },
  },
  {
    id: "user_function",
    sql: `
      CREATE FUNCTION app.by_owner() RETURNS int LANGUAGE sql STABLE SECURITY DEFINER AS 'SELECT 1';
      CREATE FUNCTION app.volatile(n int) RETURNS int LANGUAGE sql AS 'SELECT n';
      CREATE FUNCTION app.harmless(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n';
      CREATE FUNCTION app.on_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
      CREATE SCHEMA closed;
      CREATE FUNCTION closed.volatile() RETURNS int LANGUAGE sql AS 'SELECT 1';
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA app, closed TO ${reader}`,
    undo: "DROP SCHEMA closed CASCADE; DROP FUNCTION app.by_owner, app.volatile, app.harmless, app.on_change",
    finding: {
      severity: "warning",
      message: `The role ${reader} may call functions that are SECURITY DEFINER or VOLATILE: they may write: app.by_owner(), app.volatile(integer).`,
      statements: [
        `REVOKE EXECUTE ON ROUTINE app.by_owner() FROM ${reader};`,
        `REVOKE EXECUTE ON ROUTINE app.volatile(integer) FROM ${reader};`,
      ],
    },
  },
  {
    id: "large_object_makers",
    sql: "GRANT EXECUTE ON FUNCTION lo_creat(int), lo_create(oid), lo_from_bytea(oid, bytea) TO PUBLIC",
    undo: "REVOKE EXECUTE ON FUNCTION lo_creat(int), lo_create(oid), lo_from_bytea(oid, bytea) FROM PUBLIC",
    finding: {
      severity: "warning",
      message: `The role ${reader} may make large objects: pg_catalog.lo_create(oid) (as everybody), pg_catalog.lo_creat(integer) (as everybody), pg_catalog.lo_from_bytea(oid,bytea) (as everybody).`,
      statements: [
        "REVOKE EXECUTE ON ROUTINE pg_catalog.lo_create(pg_catalog.oid) FROM PUBLIC;",
        "REVOKE EXECUTE ON ROUTINE pg_catalog.lo_creat(integer) FROM PUBLIC;",
        "REVOKE EXECUTE ON ROUTINE pg_catalog.lo_from_bytea(pg_catalog.oid,pg_catalog.bytea) FROM PUBLIC;",
      ],
    },
  },
  {
    id: "no_connection_limit",
    sql: `ALTER ROLE ${reader} CONNECTION LIMIT -1`,
    undo: `ALTER ROLE ${reader} CONNECTION LIMIT 20`,
    finding: {
      severity: "warning",
      message: `The role ${reader} may take every connection that the server has (it has no CONNECTION LIMIT).`,
      statements: [`ALTER ROLE ${reader} CONNECTION LIMIT 8;`],
    },
  },
  {
    id: "small_connection_limit",
    sql: `ALTER ROLE ${reader} CONNECTION LIMIT 7`,
    undo: `ALTER ROLE ${reader} CONNECTION LIMIT 20`,
    finding: {
      severity: "warning",
      message: `The role ${reader} may have 7 sessions at once (CONNECTION LIMIT), and each server process of Dataclips may have 8.`,
      statements: [`ALTER ROLE ${reader} CONNECTION LIMIT 8;`],
    },
  },
  {
    id: "large_object_privileges_off",
    sql: `ALTER ROLE ${reader} SET lo_compat_privileges = on`,
    undo: `ALTER ROLE ${reader} RESET lo_compat_privileges`,
    finding: {
      severity: "error",
      message: "Large objects have no privileges here (lo_compat_privileges is on): every role may write to them.",
      statements: ["ALTER SYSTEM SET lo_compat_privileges = off;", "SELECT pg_reload_conf();"],
    },
  },
  {
    id: "no_timeout",
    sql: `ALTER ROLE ${reader} SET lock_timeout = 0; ALTER ROLE ${reader} RESET tcp_user_timeout`,
    undo: `ALTER ROLE ${reader} SET lock_timeout = '500ms'; ALTER ROLE ${reader} SET tcp_user_timeout = '5s'`,
    finding: {
      severity: "warning",
      message: `The role ${reader} begins its sessions without a limit of time: lock_timeout, tcp_user_timeout.`,
      statements: [
        `ALTER ROLE ${reader} SET lock_timeout = '500ms';`,
        `ALTER ROLE ${reader} SET tcp_user_timeout = '5s';`,
      ],
    },
  },
  {
    id: "no_temp_file_limit",
    sql: `ALTER ROLE ${reader} SET temp_file_limit = -1`,
    undo: `ALTER ROLE ${reader} SET temp_file_limit = '1GB'`,
    finding: {
      severity: "warning",
      message: `A query of the role ${reader} may fill the disk with temporary files (temp_file_limit is -1).`,
      statements: [`ALTER ROLE ${reader} SET temp_file_limit = '1GB';`],
    },
  },
  {
    id: "not_read_only_by_default",
    sql: `ALTER ROLE ${reader} SET default_transaction_read_only = off`,
    undo: `ALTER ROLE ${reader} SET default_transaction_read_only = on`,
    finding: {
      severity: "warning",
      message: `Transactions of the role ${reader} are not read-only unless they say so.`,
      statements: [`ALTER ROLE ${reader} SET default_transaction_read_only = on;`],
    },
  },
  {
    id: "monitor_membership",
    sql: `GRANT pg_read_all_stats TO ${reader}`,
    undo: `REVOKE pg_read_all_stats FROM ${reader}`,
    finding: {
      severity: "warning",
      message: `The role ${reader} is a member of roles that see what other people run: pg_read_all_stats.`,
      statements: [],
    },
  },
  {
    id: "other_membership",
    sql: `CREATE ROLE ${other}; GRANT ${other} TO ${reader}`,
    undo: `DROP ROLE ${other}`,
    finding: {
      severity: "warning",
      message: `The role ${reader} is a member of other roles, and may do what they may, later too: ${other}.`,
      statements: [],
    },
  },
];

describe("exactly one finding", () => {
  test.each(CASES)("$id: $sql", async ({ id, sql, undo, finding }) => {
    const findings = await findingsWith(sql, undo ?? "SELECT");
    expect(findings).toEqual([{ id, hint: expect.stringMatching(/^[A-Z].*\.$/), ...finding }]);
    // What it says to run is SQL, and it helps.
    if (finding.statements.length === 0 || finding.statements[0]!.startsWith("ALTER SYSTEM")) return;
    const after = await findingsWith(`${sql};${finding.statements.join("")}`, undo ?? "SELECT");
    expect(ids(after)).not.toContain(id);
  });

  test("and none is left when all of that is taken back", async () => {
    expect((await inspect()).findings).toEqual([]);
  });
});

describe("what the role does not have itself but by another", () => {
  test("counts, although it does not inherit it", async () => {
    const findings = await findingsWith(
      `CREATE ROLE ${other} CREATEDB; GRANT ${other} TO ${reader} WITH INHERIT FALSE; GRANT INSERT ON app.orders TO ${other};
       GRANT pg_signal_backend TO ${other}`,
      `DROP OWNED BY ${other}; DROP ROLE ${other}`,
    );
    expect(findings.map(({ id, message }) => `${id} ${message.slice(message.indexOf(":"))}`)).toEqual([
      `create_db : ${other}.`,
      "dangerous_membership : pg_signal_backend.",
      `write_table : app.orders (INSERT, by ${other}).`,
      `other_membership : ${other}.`,
    ]);
    expect(findings[2]!.statements).toEqual([`REVOKE INSERT ON TABLE app.orders FROM ${other};`]);
  });

  test("does not count where the membership gives neither", async () => {
    const findings = await findingsWith(
      `CREATE ROLE ${other} CREATEDB; GRANT ${other} TO ${reader} WITH INHERIT FALSE, SET FALSE`,
      `DROP ROLE ${other}`,
    );
    expect(findings).toEqual([]);
  });

  test("and a superuser that it may become is said to be one, once", async () => {
    const findings = await findingsWith(
      `CREATE ROLE ${other} SUPERUSER; GRANT ${other} TO ${reader}`,
      `DROP ROLE ${other}`,
    );
    expect(findings.map(({ id, message }) => `${id} ${message.slice(message.indexOf(":"))}`)).toEqual([
      `superuser : ${other}.`,
      `other_membership : ${other}.`,
    ]);
  });

  test("what it owns in another database is only counted", async () => {
    await admin.query(`CREATE DATABASE ${name}_2`);
    const second = await connect(url("postgres").replace(/\/[^/]*$/, `/${name}_2`));
    try {
      await second.query(`CREATE TABLE t (n int); ALTER TABLE t OWNER TO ${reader}`);
      expect((await inspect()).findings.map(({ message }) => message)).toEqual([
        `The role ${reader} owns things, and an owner may do everything with them: ${name}_2 (things in it).`,
      ]);
    } finally {
      await second.end();
      await admin.query(`DROP DATABASE ${name}_2 WITH (FORCE)`);
    }
  });
});

test("names are listed five at most, then counted, each thing once", async () => {
  const tables = Array.from({ length: 17 }, (_, n) => `app.t${String(n).padStart(2, "0")}`);
  const [finding] = await findingsWith(
    `${tables.map((table) => `CREATE TABLE ${table} (n int);`).join("")} GRANT INSERT ON ${tables.join(", ")} TO ${reader}`,
    `DROP TABLE ${tables.join(", ")}`,
  );
  expect(finding!.message).toBe(
    `The role ${reader} may write to tables or views: app.t00 (INSERT), app.t01 (INSERT), app.t02 (INSERT), app.t03 (INSERT), app.t04 (INSERT) and 12 more.`,
  );
  expect(finding!.statements).toHaveLength(5);
});

test("of a superuser only that is said, beside its sessions", async () => {
  const { role, findings } = await inspect("postgres", "follower");
  expect(role).toBe("postgres");
  expect(ids(findings)).toEqual([
    "superuser",
    "no_connection_limit",
    "no_timeout",
    "no_temp_file_limit",
    "not_read_only_by_default",
  ]);
  expect(findings[0]).toMatchObject({
    severity: "error",
    message: "The role postgres is a superuser, or may become one, and then nothing holds it.",
    hint: "Run sql/roles.sql and give Dataclips the role that it makes.",
  });
});

test("a server that keeps its catalogs from the role is a warning", async () => {
  const findings = await findingsWith("REVOKE SELECT ON pg_proc FROM PUBLIC", "GRANT SELECT ON pg_proc TO PUBLIC");
  expect(findings).toEqual([
    {
      id: "not_inspected",
      severity: "warning",
      message: `What the role ${reader} may do cannot be looked up: permission denied for table pg_proc.`,
      hint: "Check by hand that it can write nothing.",
      statements: [],
    },
  ]);
});

test("a server that keeps only the sources of functions from the role is inspected all the same", async () => {
  const { rows } = await admin.query<{ names: string }>(`
    SELECT string_agg(attname, ', ') AS names FROM pg_attribute
     WHERE attrelid = 'pg_proc'::regclass AND NOT attisdropped AND attname NOT IN ('prosrc', 'probin', 'prosqlbody')`);
  const { names } = rows[0]!;
  const findings = await findingsWith(
    `REVOKE SELECT ON pg_proc FROM PUBLIC; GRANT SELECT (${names}) ON pg_proc TO PUBLIC;
     CREATE FUNCTION app.volatile() RETURNS int LANGUAGE sql AS 'SELECT 1'; GRANT EXECUTE ON FUNCTION app.volatile TO ${reader}`,
    `REVOKE SELECT (${names}) ON pg_proc FROM PUBLIC; GRANT SELECT ON pg_proc TO PUBLIC; DROP FUNCTION app.volatile`,
  );
  expect(ids(findings)).toEqual(["user_function"]);
});

test("roles.sql takes a language from everybody, and gives it to the applications", async () => {
  await admin.query(`
    CREATE ROLE ${other};
    CREATE TRUSTED LANGUAGE plv8 HANDLER plpgsql_call_handler;
    GRANT USAGE ON SEQUENCE app.numbers TO ${reader};
    SET dataclips.applications = '${other}'`);
  try {
    expect(ids((await inspect()).findings)).toEqual(["write_sequence", "language"]);
    await admin.query(rolesSql);
    expect((await inspect()).findings).toEqual([]);
    const { rows } = await admin.query(`SELECT has_language_privilege('${other}', 'plv8', 'USAGE') AS may`);
    expect(rows).toEqual([{ may: true }]);
  } finally {
    await admin.query(`RESET dataclips.applications; DROP LANGUAGE plv8; DROP OWNED BY ${other}; DROP ROLE ${other}`);
  }
});
