import { readFile } from "node:fs/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { Database } from "../../src/databases/databases.ts";
import { inPrimaryTransaction } from "../../src/materialized/primary-transaction.ts";
import { DATABASE } from "../support/global-setup.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

/** A reader of this file's own, so that the role of its views is made here, by two servers at once. */
const READER = `views_reader_${process.pid}`;
const VIEWS = `${READER}_views`;
const WRITER = `views_writer_${process.pid}`;
/** A role of the primary that is no superuser. */
const OWNER = `views_owner_${process.pid}`;

/** As permissive as a configuration can be. */
const GRANTED = {
  functions: {
    mode: "granted" as const,
    allow: ["app.*", "app.bump", "app.secdef_write", "app.liar", "app.double", "public.dblink"],
    refuse: [],
  },
  relations: { mode: "granted" as const, allow: ["app.*", "vault.*"], refuse: [] },
};

let server: TestServer;
let other: TestServer;
let admin: pg.Client;
const roles = readFile(new URL("../../sql/roles.sql", import.meta.url), "utf8");

async function prepare(target: TestServer): Promise<void> {
  await target.primary.query(`SET dataclips.reader = '${READER}'; SET dataclips.schemas = 'public,app'`);
  await target.primary.query(await roles);
  await target.catchUp();
  // What the role may do is looked up now, and again in five minutes at the earliest: what an administrator does
  // carelessly meanwhile meets the walls behind that.
  await target.deps.databases.get("test").followers[0]!.inspector.recentRole();
  await target.primary.query(`
    ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC;
    CREATE SCHEMA vault; CREATE TABLE vault.secret AS SELECT 'TOPSECRET' AS v;
    CREATE EXTENSION dblink;
    CREATE FUNCTION app.secdef_write() RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS
      $$ BEGIN INSERT INTO app.canary VALUES (3, 'harmed'); RETURN 1; END $$;
    CREATE FUNCTION app.liar(n int) RETURNS int LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER AS
      $$ BEGIN PERFORM app.secdef_write(); RETURN n; END $$;
    CREATE FUNCTION app.ddl(q text) RETURNS int LANGUAGE plpgsql AS $$ BEGIN EXECUTE q; RETURN 1; END $$;
    CREATE FUNCTION app.double(n int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT 2 * n $$;
    CREATE VIEW app.evil_view AS SELECT app.secdef_write() AS b;
    CREATE DOMAIN app.evil_domain AS int CHECK (app.liar(VALUE) > 0);
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA app TO ${READER};
    GRANT SELECT ON ALL TABLES IN SCHEMA app TO ${READER}`);
  await target.catchUp();
}

beforeAll(async () => {
  admin = new pg.Client(inject("cluster").admin);
  await admin.connect();
  const start = (): Promise<TestServer> =>
    startTestServer(
      ({ primaryUrl }) => ({ primary: primaryUrl, timeoutMs: 10_000, ...GRANTED }),
      (url) => [{ name: "follower", url: url.replace("dataclips_reader@", `${READER}@`) }],
    );
  [server, other] = await Promise.all([start(), start()]);
  await prepare(server);
  await prepare(other);
});
afterAll(async () => {
  await server?.close();
  await other?.close();
  for (const role of [VIEWS, READER, WRITER, `${WRITER}_views`, OWNER])
    await admin.query(`DROP ROLE IF EXISTS ${role}`);
  await admin.end();
});

async function materialize(
  target: TestServer,
  slug: string,
  json: unknown = {},
): Promise<{ status: number; body: any }> {
  const response = await target.request(`/api/clips/${slug}/materialized`, { method: "PUT", json });
  return { status: response.status, body: await response.json() };
}

/** What an attack would have changed. */
async function harm(): Promise<unknown> {
  const { rows } = await server.primary.query(
    `SELECT (SELECT array_agg(note ORDER BY id) FROM app.canary) AS canary,
            (SELECT is_called FROM app.counter) AS counted,
            (SELECT count(*)::int FROM pg_largeobject_metadata) AS objects,
            (SELECT array_agg(relname::text ORDER BY 1) FROM pg_class WHERE relnamespace = 'dataclips'::regnamespace AND relkind <> 'i') AS relations`,
  );
  return rows[0];
}
const UNHARMED = { canary: ["alive"], counted: false, objects: 0, relations: null };

test("two servers that prepare one cluster at once both succeed", async () => {
  const made = await Promise.all(
    [server, other].map(async (target, index) => {
      const { slug } = await target.createClip("SELECT note FROM app.canary");
      await materialize(target, slug, { name: `first_${index}` });
      // Beside readers, although nobody but the views' role may have temporary tables here.
      const response = await target.request(`/api/clips/${slug}/materialized/refresh`, { method: "POST" });
      const answer = { status: response.status, body: (await response.json()) as any };
      await target.request(`/api/clips/${slug}`, { method: "DELETE" });
      return [answer.status, answer.body.error, answer.body.index_columns];
    }),
  );
  expect(made).toStrictEqual([
    [200, null, ["note"]],
    [200, null, ["note"]],
  ]);
  const { rows } = await admin.query(
    `SELECT roleid::regrole::text AS role, inherit_option, set_option, admin_option
       FROM pg_auth_members WHERE member = $1::regrole`,
    [VIEWS],
  );
  expect(rows).toStrictEqual([{ role: READER, inherit_option: true, set_option: false, admin_option: false }]);
});

describe("the role's rights alone, without gate and policy", () => {
  const CASES: [name: string, sql: string, sqlstate: string][] = [
    ["becoming another role", "SELECT set_config('role', 'postgres', true) AS a", "42501"],
    [
      "becoming it in SQL given as text",
      "SELECT query_to_xml($$SELECT set_config('role', 'none', true)$$, true, true, '')::text AS a",
      "42501",
    ],
    [
      "a write in SQL given as text",
      "SELECT query_to_xml('DELETE FROM app.canary', true, true, '')::text AS a",
      "0A000",
    ],
    ["a function that writes", "SELECT app.bump() AS a", "42501"],
    ["SQL run by a function", "SELECT app.ddl('DELETE FROM app.canary') AS a", "42501"],
    ["a role change in a function", "SELECT app.ddl('SET ROLE postgres') AS a", "42501"],
    ["the end of its role in a function", "SELECT app.ddl('RESET SESSION AUTHORIZATION') AS a", "42501"],
    ["a table elsewhere", "SELECT app.ddl('CREATE TABLE public.x (n int)') AS a", "42501"],
    ["a temporary table", "SELECT app.ddl('CREATE TEMP TABLE x (n int)') AS a", "42501"],
    ["a language", "SELECT app.ddl('CREATE EXTENSION postgres_fdw') AS a", "42501"],
    ["the end of the transaction", "SELECT app.ddl('COMMIT') AS a", "0A000"],
    ["a program", "SELECT app.ddl($$COPY app.canary TO PROGRAM 'true'$$) AS a", "42501"],
    ["a sequence", "SELECT nextval('app.counter') AS a", "42501"],
    ["passwords", "SELECT rolpassword FROM pg_authid", "42501"],
    ["a table that the reader may not read", "SELECT v FROM vault.secret", "42501"],
    ["a file", "SELECT pg_read_file('/etc/passwd') AS a", "42501"],
    ["a large object", "SELECT lo_from_bytea(0, 'x') AS a", "42501"],
    ["another connection", "SELECT a FROM dblink('dbname=postgres', 'SELECT 1') AS t (a int)", "2F003"],
    [
      "other sessions",
      "SELECT pg_terminate_backend(pid)::text AS a FROM pg_stat_activity WHERE usename = 'postgres'",
      "42501",
    ],
  ];

  test.each(CASES)("%s", async (_, sql, sqlstate) => {
    const database: Database = server.deps.databases.get("test");
    const tried = inPrimaryTransaction(database, "attack", {
      wait: false,
      fills: true,
      async work({ client, asReader }) {
        await asReader(() => client.query(`CREATE MATERIALIZED VIEW dataclips.attack AS (${sql}) WITH NO DATA`));
        await client.query("REFRESH MATERIALIZED VIEW dataclips.attack");
      },
    });
    await expect(tried).rejects.toMatchObject({ sqlstate });
    expect(await harm()).toStrictEqual(UNHARMED);
  });
});

test.each([
  ["a volatile function", "SELECT app.bump() AS a"],
  ["one with its owner's rights", "SELECT app.secdef_write() AS a"],
  ["one that calls itself immutable", "SELECT app.liar(1) AS a"],
  ["SQL run by a function", "SELECT app.ddl('CREATE TABLE dataclips.x (n int)') AS a"],
  ["a view over one", "SELECT b FROM app.evil_view"],
  ["a domain's check", "SELECT 1::app.evil_domain AS a"],
  ["a domain's check in an array's text", "SELECT '{1}'::app.evil_domain[] AS a"],
])("the policy refuses on the primary what the configuration allows on followers: %s", async (_, sql) => {
  // Some of these PostgreSQL runs when it parses them, so that they are refused when a clip is saved.
  const { id, slug } = await server.createClip("SELECT 1 AS a");
  await server.own.query("UPDATE versions SET sql = $1 WHERE clip_id = $2", [sql, id]);
  const { status, body } = await materialize(server, slug, { name: "evil" });
  expect([status, body.error.code]).toStrictEqual([400, "not_read_only"]);
  expect(await harm()).toStrictEqual(UNHARMED);
});

test("a function that has become dangerous since is refused when the view is refreshed", async () => {
  const { slug } = await server.createClip("SELECT id, app.double(id) AS twice FROM numbers WHERE id <= 3");
  expect(await materialize(server, slug, { name: "doubled" })).toMatchObject({ status: 200, body: { row_count: 3 } });
  await server.primary.query(
    `CREATE OR REPLACE FUNCTION app.double(n int) RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS
       $$ BEGIN INSERT INTO app.canary VALUES (4, 'harmed'); RETURN 2 * n; END $$`,
  );
  await server.catchUp();
  const response = await server.request(`/api/clips/${slug}/materialized/refresh`, { method: "POST" });
  const { error } = (await response.json()) as { error: Record<string, unknown> };
  expect([response.status, error["code"], error["position"]]).toStrictEqual([400, "not_read_only", 12]);
  expect(await harm()).toStrictEqual({ ...UNHARMED, relations: ["doubled"] });
  await server.request(`/api/clips/${slug}`, { method: "DELETE" });
});

test("what a reader that can write is allowed on followers, is not allowed on the primary", async () => {
  await server.primary.query(
    `CREATE ROLE ${WRITER} LOGIN; GRANT USAGE ON SCHEMA app TO ${WRITER}; GRANT SELECT, DELETE ON app.canary TO ${WRITER}`,
  );
  await server.catchUp();
  const writable = await startTestServer({ primary: server.primaryUrl, allowWritableRole: true }, () => [
    {
      name: "follower",
      url: inject("cluster")
        .reader.replace("dataclips_reader@", `${WRITER}@`)
        .replace(DATABASE, server.primary.database!),
    },
  ]);
  try {
    const { slug } = await writable.createClip("SELECT note FROM app.canary");
    const { status, body } = await materialize(writable, slug, { name: "written" });
    expect([status, body.error.code]).toStrictEqual([409, "conflict"]);
    expect(body.error.message).toContain("can do more than read");
  } finally {
    await writable.close();
    await server.primary.query(`DROP OWNED BY ${WRITER}`);
  }
});

test("without rights on the primary, the error has the SQL for an administrator, which is enough", async () => {
  await admin.query(`CREATE ROLE ${OWNER} LOGIN`);
  const poor = await startTestServer(({ primaryUrl }) => ({ primary: primaryUrl.replace("postgres@", `${OWNER}@`) }));
  try {
    const { slug } = await poor.createClip("SELECT id FROM numbers WHERE id <= 10");
    const refused = await materialize(poor, slug, { name: "poor" });
    expect(refused).toMatchObject({ status: 422, body: { error: { code: "query_failed", sqlstate: "42501" } } });
    const [, statements] = /^Have an administrator run there, in the database \w+: (.*)$/.exec(
      refused.body.error.hint,
    )!;
    expect(statements).toContain("CREATE SCHEMA dataclips AUTHORIZATION");
    // Nothing is half there.
    expect((await poor.primary.query("SELECT to_regnamespace('dataclips') AS there")).rows).toStrictEqual([
      { there: null },
    ]);
    await poor.primary.query(statements!);
    expect(await materialize(poor, slug, { name: "poor" })).toMatchObject({
      status: 200,
      body: { row_count: 10, index_columns: ["id"], followers: [{ arrived: true }] },
    });
    const again = await poor.request(`/api/clips/${slug}/materialized/refresh`, { method: "POST" });
    expect(again.status).toBe(200);
    await poor.request(`/api/clips/${slug}`, {
      method: "PATCH",
      json: { sql: "SELECT id FROM numbers WHERE id <= 5" },
    });
    expect(await (await poor.request(`/api/clips/${slug}/materialized`)).json()).toMatchObject({
      row_count: 5,
      error: null,
    });
    expect((await poor.request(`/api/clips/${slug}`, { method: "DELETE" })).status).toBe(204);
  } finally {
    await poor.primary.query(`DROP OWNED BY ${OWNER} CASCADE`);
    await poor.close();
  }
});

test("the database's owner who may create roles needs no administrator", async () => {
  const [owner, reader] = [`${OWNER}_2`, `${READER}_2`];
  await admin.query(
    `CREATE ROLE ${owner} LOGIN CREATEROLE; SET ROLE ${owner}; CREATE ROLE ${reader} LOGIN; RESET ROLE`,
  );
  const owned = await startTestServer(
    ({ primaryUrl }) => ({ primary: primaryUrl.replace("postgres@", `${owner}@`) }),
    (url) => [{ name: "follower", url: url.replace("dataclips_reader@", `${reader}@`) }],
  );
  try {
    await owned.primary.query(
      `ALTER DATABASE ${owned.primary.database} OWNER TO ${owner}; GRANT SELECT ON numbers TO ${reader}`,
    );
    await owned.catchUp();
    const { slug } = await owned.createClip("SELECT id FROM numbers WHERE id <= 10");
    expect(await materialize(owned, slug, { name: "owned" })).toMatchObject({ status: 200, body: { row_count: 10 } });
    const again = await owned.request(`/api/clips/${slug}/materialized/refresh`, { method: "POST" });
    expect(again.status).toBe(200);
    expect((await owned.request(`/api/clips/${slug}`, { method: "DELETE" })).status).toBe(204);
  } finally {
    await owned.close();
    await admin.query(`DROP ROLE ${reader}_views; DROP ROLE ${reader}; DROP ROLE ${owner}`);
  }
});

test("a role of the views' name that is more than that is refused", async () => {
  const role = `${READER}_x`;
  await admin.query(`CREATE ROLE ${role} LOGIN; CREATE ROLE ${role}_views LOGIN`);
  await server.primary.query(`GRANT USAGE ON SCHEMA app TO ${role}; GRANT SELECT ON app.canary TO ${role}`);
  await server.catchUp();
  const taken = await startTestServer({ primary: server.primaryUrl }, () => [
    {
      name: "follower",
      url: inject("cluster")
        .reader.replace("dataclips_reader@", `${role}@`)
        .replace(DATABASE, server.primary.database!),
    },
  ]);
  try {
    const { slug } = await taken.createClip("SELECT note FROM app.canary");
    const { status, body } = await materialize(taken, slug, { name: "taken" });
    expect([status, body.error.code]).toStrictEqual([409, "conflict"]);
    expect(body.error.message).toContain(`${role}_views`);
  } finally {
    await taken.close();
    await server.primary.query(`DROP OWNED BY ${role}; DROP ROLE ${role}, ${role}_views`);
  }
});

test("without a primary nothing is materialized", async () => {
  const bare = await startTestServer();
  try {
    const { slug } = await bare.createClip("SELECT 1 AS one");
    expect(await materialize(bare, slug)).toMatchObject({ status: 409, body: { error: { code: "no_primary" } } });
    expect((await bare.request(`/api/clips/${slug}/materialized`)).status).toBe(404);
    expect((await bare.request(`/api/clips/${slug}`, { method: "DELETE" })).status).toBe(204);
  } finally {
    await bare.close();
  }
});
