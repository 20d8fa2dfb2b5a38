import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DatabaseConfig, NamePolicyConfig } from "../../src/databases/database-config.ts";
import type { AppError } from "../../src/errors.ts";
import { checkNames } from "../../src/runs/check-names.ts";
import { checkSql } from "../../src/runs/check-sql.ts";
import type { ReaderSession } from "../../src/databases/reader-sessions.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

const SETUP = `
  CREATE EXTENSION citext; CREATE EXTENSION pgcrypto; CREATE EXTENSION "uuid-ossp"; CREATE EXTENSION postgres_fdw;
  CREATE EXTENSION file_fdw;
  CREATE FUNCTION app.tax(numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 0.19';
  CREATE FUNCTION app.today() RETURNS date LANGUAGE sql STABLE AS 'SELECT current_date';
  CREATE FUNCTION app.write() RETURNS int LANGUAGE plpgsql AS 'BEGIN INSERT INTO app.canary VALUES (9); RETURN 1; END';
  CREATE FUNCTION app.write_one(int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN app.write(); END';
  CREATE FUNCTION app.owner_reads() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER AS 'SELECT note FROM app.secret';
  CREATE FUNCTION app.hidden() RETURNS int LANGUAGE sql AS 'SELECT 1';
  CREATE FUNCTION app.mixed(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
  CREATE FUNCTION app.mixed(text) RETURNS int LANGUAGE sql VOLATILE AS 'SELECT 1';
  CREATE FUNCTION public.lower(app.canary) RETURNS text LANGUAGE plpgsql AS 'BEGIN PERFORM app.write(); RETURN 1; END';
  CREATE FUNCTION app.step(int, int) RETURNS int LANGUAGE plpgsql AS 'BEGIN PERFORM app.write(); RETURN $1; END';
  CREATE AGGREGATE app.stepped(int) (SFUNC = app.step, STYPE = int, INITCOND = '0');
  CREATE AGGREGATE app.summed(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
  CREATE FUNCTION app.is_good(int) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN PERFORM app.write(); RETURN true; END';
  CREATE DOMAIN app.good AS int CHECK (app.is_good(VALUE));
  CREATE DOMAIN app.better AS app.good;
  CREATE TYPE app.box AS (a int);
  CREATE FUNCTION app.to_box(int) RETURNS app.box LANGUAGE plpgsql AS 'BEGIN PERFORM app.write(); RETURN row(1); END';
  CREATE CAST (int AS app.box) WITH FUNCTION app.to_box(int);
  CREATE FUNCTION app.boxes_meet(app.box, app.box) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN PERFORM app.write(); RETURN true; END';
  CREATE OPERATOR app.<<=>> (FUNCTION = app.boxes_meet, LEFTARG = app.box, RIGHTARG = app.box);
  CREATE VIEW app.writes AS SELECT app.write();
  CREATE VIEW app.writes_deeper AS SELECT * FROM app.writes;
  CREATE VIEW app.operates AS SELECT row(1)::app.box OPERATOR(app.<<=>>) row(2)::app.box AS meet;
  CREATE VIEW app.owner_view AS SELECT app.owner_reads();
  CREATE VIEW app.plain AS SELECT id, upper(note) AS note FROM app.canary;
  CREATE VIEW app.notifies AS SELECT count(pg_notify('a', 'b'));
  CREATE VIEW app.converts AS SELECT table_to_xml('app.canary', true, true, '');
  CREATE VIEW app.clocked AS SELECT clock_timestamp(), random(), now(), id FROM app.canary;
  CREATE TABLE app.guarded (id int);
  ALTER TABLE app.guarded ENABLE ROW LEVEL SECURITY;
  CREATE POLICY p ON app.guarded USING (app.is_good(id));
  CREATE TABLE app.tenants (id int, tenant text);
  ALTER TABLE app.tenants ENABLE ROW LEVEL SECURITY;
  CREATE POLICY p ON app.tenants USING (tenant = current_setting('app.tenant', true) OR app.today() IS NULL);
  CREATE TABLE app.typed (id int, amount app.better[]);
  CREATE TYPE app.wrapped AS (a app.good);
  CREATE TYPE app.good_range AS RANGE (SUBTYPE = app.good);
  CREATE MATERIALIZED VIEW app.stored AS SELECT app.hidden();
  CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
  CREATE FOREIGN TABLE app.far (line text) SERVER files OPTIONS (filename '/etc/hostname');
  CREATE VIEW app.far_view AS SELECT * FROM app.far;
  CREATE SCHEMA hr; CREATE TABLE hr.salaries (amount int);
  GRANT USAGE ON SCHEMA app, hr, public TO dataclips_reader;
  GRANT SELECT ON ALL TABLES IN SCHEMA app, hr TO dataclips_reader;
  GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA app, public TO dataclips_reader;
  REVOKE EXECUTE ON FUNCTION app.hidden() FROM dataclips_reader;`;

let server: TestServer;
let session: ReaderSession;
beforeAll(async () => {
  server = await startTestServer();
  await server.primary.query(SETUP);
  await server.catchUp();
  session = await server.deps.databases.get("test").followers[0]!.sessions.take();
  await session.client.query("BEGIN READ ONLY; SET LOCAL search_path = public, app");
});
afterAll(async () => {
  await session.client.end();
  await server.close();
});

const SAFE: NamePolicyConfig = { mode: "safe", allow: [], refuse: [] };
const GRANTED: NamePolicyConfig = { mode: "granted", allow: [], refuse: [] };

/** What the policy says of some SQL: the reason, or null. */
async function check(
  sql: string,
  { functions = SAFE, relations = SAFE }: Partial<Pick<DatabaseConfig, "functions" | "relations">> = {},
): Promise<string | null> {
  try {
    await checkNames(session.client, { name: "test", functions, relations }, checkSql(sql));
    return null;
  } catch (error) {
    return (error as AppError).message;
  }
}

describe("safe", () => {
  test.each([
    "SELECT count(*), max(note), upper(note), now(), random(), clock_timestamp() FROM app.canary",
    "SELECT x FROM generate_series(1, 3) AS x, numbers TABLESAMPLE bernoulli (1)",
    "SELECT 'a'::citext = 'A', replace('a'::citext, 'a', 'b'), digest('a', 'sha256'), uuid_generate_v4()",
    "SELECT id + 1, note || 'x', id = ANY ('{1}'::int[]), n.amount::int, '{}'::jsonb -> 'a' FROM app.canary, numbers AS n",
    "SELECT 3::positive, 'ok'::mood, row(1, 'x')::pair, (row(1, 'x')::pair).a",
    "SELECT pg_is_in_recovery(), pg_total_relation_size('numbers'), pg_size_pretty(1::bigint)",
    "SELECT * FROM pg_class, pg_catalog.pg_stat_user_tables, information_schema.columns, app.plain, app.stored, app.clocked, app.tenants",
    "SELECT * FROM pg_typo, app.no_such_table, no_such_function(1), app.hidden()",
    "SELECT canary.note, (canary).note, numbers.name FROM app.canary, numbers",
  ])("lets through: %s", async (sql) => {
    expect(await check(sql)).toBeNull();
  });

  const VOLATILE = "is not allowed in a clip: it is VOLATILE, and so may do more than read.";
  test.each([
    ["SELECT pg_sleep(1)", `pg_catalog.pg_sleep() ${VOLATILE}`],
    ["SELECT (0.1::float8).pg_sleep", `pg_catalog.pg_sleep() ${VOLATILE}`],
    ["SELECT TREAT(0.1::float8 AS pg_sleep)", `pg_catalog.pg_sleep() ${VOLATILE}`],
    ["SELECT * FROM pg_catalog.pg_sleep(1)", `pg_catalog.pg_sleep() ${VOLATILE}`],
    ["SELECT app.write()", `app.write() ${VOLATILE}`],
    ["SELECT (id).write_one FROM app.canary", `app.write_one() ${VOLATILE}`],
    ["SELECT app.stepped(id) FROM app.canary", `app.stepped() ${VOLATILE}`],
    ["SELECT app.mixed(1)", `app.mixed() ${VOLATILE}`],
    ["SELECT lower('A')", `public.lower() ${VOLATILE}`],
    ["SELECT 1::app.good", `good calls app.is_good() ${VOLATILE}`],
    ["SELECT CAST(1 AS app.better)", `better calls app.is_good() ${VOLATILE}`],
    ["SELECT '{1}'::app.good[]", `good calls app.is_good() ${VOLATILE}`],
    ["SELECT (1::app.box).a", `box calls app.to_box() ${VOLATILE}`],
    ["SELECT row(1) OPERATOR(app.<<=>>) row(2)", `<<=>> calls app.boxes_meet() ${VOLATILE}`],
    [
      "SELECT app.tax(1)",
      "app.tax() is not allowed in a clip: it is not PostgreSQL's own, and the database's policy does not allow it.",
    ],
    [
      "SELECT current_setting('app.key')",
      "pg_catalog.current_setting() is not allowed in a clip: it shows settings, which may hold secrets.",
    ],
    [
      "TABLE pg_settings",
      "pg_catalog.pg_settings is not allowed in a clip: it is a system catalog, and the database's policy does not allow it.",
    ],
    [
      "SELECT * FROM information_schema.role_table_grants",
      "information_schema.role_table_grants is not allowed in a clip: it is a system catalog, and the database's policy does not allow it.",
    ],
    ...(
      [
        ["app.writes", "app.write"],
        ["app.writes_deeper", "app.write"],
        ["app.operates", "app.boxes_meet"],
        ["app.owner_view", "app.owner_reads"],
        ["app.notifies", "pg_catalog.pg_notify"],
        ["app.converts", "pg_catalog.table_to_xml"],
        ["app.guarded", "app.is_good"],
        ["app.typed", "app.is_good"],
      ] as const
    ).map(([relation, called]) => [
      `TABLE ${relation}`,
      `${relation} is not allowed in a clip: it calls ${called}(), which may do more than read.`,
    ]),
    ["SELECT row(1)::app.wrapped", `wrapped calls app.is_good() ${VOLATILE}`],
    ["SELECT '[1,2]'::app.good_range", `good_range calls app.is_good() ${VOLATILE}`],
    ...["app.far", "app.far_view"].map((table) => [
      `SELECT 1 FROM ${table}`,
      `${table} is not allowed in a clip: it reads a foreign table, and what that does on the other server cannot be seen here.`,
    ]),
  ] as [string, string][])("refuses: %s", async (sql, message) => {
    expect(await check(sql)).toBe(message);
  });
});

describe("granted", () => {
  const granted = { functions: GRANTED, relations: GRANTED };
  test.each([
    "SELECT app.write(), app.tax(1), app.owner_reads(), (id).write_one, 1::app.good FROM app.canary",
    "SELECT current_setting('app.key')",
    "TABLE pg_settings",
    "TABLE app.writes",
    "TABLE app.far",
  ])("lets through what the role may use: %s", async (sql) => {
    expect(await check(sql, granted)).toBeNull();
  });

  test("still refuses PostgreSQL's own that do more than read", async () => {
    expect(await check("SELECT pg_sleep(1)", granted)).toMatch(/^pg_catalog.pg_sleep\(\) is not allowed/);
  });
});

describe("the lists", () => {
  const functions = (lists: Partial<NamePolicyConfig>) => ({ functions: { ...SAFE, ...lists } });
  const relations = (lists: Partial<NamePolicyConfig>) => ({ relations: { ...SAFE, ...lists } });

  test("a schema's immutable and stable functions are allowed with it, volatile ones are not", async () => {
    const lists = functions({ allow: ["app.*"] });
    expect(await check("SELECT app.tax(1), app.today(), app.owner_reads(), app.summed(1)", lists)).toBeNull();
    expect(await check("SELECT app.write()", lists)).toMatch(/VOLATILE/);
    expect(await check("SELECT app.mixed(1)", lists)).toMatch(/VOLATILE/);
    expect(await check("SELECT app.stepped(1)", lists)).toMatch(/VOLATILE/);
  });

  test("a function that is named is allowed whatever it is", async () => {
    const lists = functions({ allow: ["app.write", "pg_catalog.pg_sleep"] });
    expect(await check("SELECT app.write(), pg_sleep(1), (0.1::float8).pg_sleep", lists)).toBeNull();
    expect(await check("SELECT app.tax(1)", lists)).toMatch(/^app.tax\(\)/);
  });

  test("what is refused stays refused, granted and allowed or not", async () => {
    const refused = (name: string): string =>
      `${name} is not allowed in a clip: it is refused by the database's policy.`;
    expect(await check("SELECT app.tax(1)", functions({ mode: "granted", refuse: ["app.tax"] }))).toBe(
      refused("app.tax()"),
    );
    expect(await check("SELECT app.today()", functions({ allow: ["app.today"], refuse: ["app.*"] }))).toBe(
      refused("app.today()"),
    );
    expect(await check("SELECT upper('a')", functions({ refuse: ["pg_catalog.upper"] }))).toBe(
      refused("pg_catalog.upper()"),
    );
    expect(await check("TABLE hr.salaries", relations({ refuse: ["hr.*"] }))).toBe(refused("hr.salaries"));
    expect(await check("TABLE canary", relations({ mode: "granted", refuse: ["app.canary"] }))).toBe(
      refused("app.canary"),
    );
    expect(await check("TABLE hr.salaries", relations({ refuse: ["app.*", "hr.other"] }))).toBeNull();
  });

  test("relations are allowed by name, or by their schema", async () => {
    const sql = "SELECT 1 FROM pg_settings, app.far_view";
    expect(await check(sql, relations({ allow: ["pg_catalog.pg_settings", "app.far_view"] }))).toBeNull();
    expect(await check(sql, relations({ allow: ["pg_catalog.*", "app.*"] }))).toBeNull();
    expect(await check(sql, relations({ allow: ["pg_catalog.pg_settings"] }))).toMatch(/^app.far_view/);
  });

  test("what is dangerous everywhere stays refused, before any server is asked", async () => {
    const all = { functions: { ...GRANTED, allow: ["pg_catalog.*", "pg_catalog.set_config"] }, relations: GRANTED };
    expect(await check("SELECT set_config('a.b', 'c', true)", all)).toMatch(/^set_config\(\) is not allowed/);
    expect(await check("TABLE pg_authid", all)).toMatch(/^pg_authid is not allowed/);
  });
});

test("the error says where, what, and how it could be allowed", async () => {
  const clip = { database: "test", title: "A clip", sql: "SELECT 'é', app.tax({{x:1}})" };
  const response = await server.request("/api/clips", { method: "POST", json: clip });
  expect([response.status, await response.json()]).toEqual([
    400,
    {
      error: {
        code: "not_read_only",
        message:
          "app.tax() is not allowed in a clip: it is not PostgreSQL's own, and the database's policy does not allow it.",
        hint: 'Whoever runs Dataclips can allow it: "allow_functions": ["app.tax"], in the configuration of test.',
        position: 13,
      },
    },
  ]);
});

test("a function that has become volatile since a clip was saved is refused when it runs", async () => {
  const allowing = await startTestServer({ functions: { ...SAFE, allow: ["app.*"] } });
  try {
    await allowing.primary.query(
      `CREATE FUNCTION app.later() RETURNS int LANGUAGE sql STABLE AS 'SELECT 1';
       GRANT EXECUTE ON FUNCTION app.later() TO dataclips_reader; GRANT USAGE ON SCHEMA app TO dataclips_reader`,
    );
    await allowing.catchUp();
    const clip = await allowing.createClip("SELECT app.later() AS n", { max_age_seconds: 0 });
    expect((await allowing.request(`/clips/${clip.slug}.json`)).status).toBe(200);
    await allowing.primary.query("ALTER FUNCTION app.later() VOLATILE");
    await allowing.catchUp();
    const refused = await allowing.request(`/clips/${clip.slug}.json`);
    expect([refused.status, await refused.json()]).toMatchObject([
      400,
      { error: { code: "not_read_only", position: 8 } },
    ]);
  } finally {
    await allowing.close();
  }
});
