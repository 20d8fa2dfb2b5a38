import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { DATABASE } from "./support/global-setup.ts";
import { startTestServer, type TestServer, until } from "./support/test-server.ts";

/** One on the real follower; one whose database has no follower and names its primary, where a write could succeed. */
const servers: { follower: TestServer; primary: TestServer } = {} as never;
/** What the queried database held before. */
const before: Partial<Record<keyof typeof servers, unknown>> = {};

beforeAll(async () => {
  const limits = { functions: { mode: "safe", allow: ["app.harm", "pg_catalog.pg_sleep"], refuse: [] } } as const;
  servers.follower = await startTestServer(limits);
  servers.primary = await startTestServer(limits, (readerUrl) => {
    const name = new URL(readerUrl).pathname.slice(1);
    return [{ name: "primary", url: inject("cluster").primaryReader.replace(DATABASE, name) }];
  });
  for (const server of Object.values(servers)) {
    // A function that the reader may call by mistake, and that has its owner's rights.
    await server.primary.query(`
      CREATE FUNCTION app.harm() RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS
        $$ BEGIN INSERT INTO app.canary VALUES (3, 'harmed'); RETURN 1; END $$;
      CREATE PROCEDURE app.proceed() LANGUAGE sql AS $$ INSERT INTO app.canary VALUES (4, 'harmed') $$;
      GRANT EXECUTE ON FUNCTION app.harm() TO dataclips_reader;
      GRANT EXECUTE ON PROCEDURE app.proceed() TO dataclips_reader`);
    await server.catchUp();
  }
  for (const name of ["follower", "primary"] as const) before[name] = await takeInventory(servers[name]);
});
afterAll(async () => {
  for (const server of Object.values(servers)) await server.close();
});

/** All that a clip could have changed. */
async function takeInventory({ primary }: TestServer): Promise<unknown> {
  const { rows } = await primary.query(`
    SELECT (SELECT jsonb_agg(c ORDER BY id) FROM app.canary AS c) AS canary,
           (SELECT jsonb_agg(s) FROM app.secret AS s) AS secret,
           (SELECT count(*) FROM numbers) AS numbers,
           (SELECT jsonb_build_array(last_value, is_called) FROM app.counter) AS counter,
           (SELECT array_agg(relname ORDER BY relname) FROM pg_class WHERE relnamespace >= 2200) AS relations,
           (SELECT count(*) FROM pg_proc) AS functions,
           -- Other test files make roles, and settings for their databases, meanwhile.
           (SELECT array_agg(r ORDER BY rolname) FROM pg_roles AS r
             WHERE rolname IN ('dataclips_reader', 'robber')) AS roles,
           (SELECT array_agg(s ORDER BY s) FROM pg_db_role_setting AS s
             WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
                OR (setdatabase = 0 AND setrole = 'dataclips_reader'::regrole)) AS settings,
           (SELECT count(*) FROM pg_largeobject_metadata) AS large_objects`);
  return rows;
}

interface Outcome {
  /** The request that failed. */
  at: "create" | "run";
  status: number;
  error: { code: string; message: string; hint?: string; position?: number; sqlstate?: string };
}

/** Tries to save SQL as a clip, and if that works, to run it. Says how it failed. */
async function attempt(server: TestServer, sql: string): Promise<Outcome> {
  const created = await server.request("/api/clips", {
    method: "POST",
    json: { database: "test", title: "Bad", sql, max_age_seconds: 0 },
  });
  const body = (await created.json()) as { slug: string; error: Outcome["error"] };
  if (created.status !== 201) return { at: "create", status: created.status, error: body.error };
  const response = await server.request(`/clips/${body.slug}.json`);
  return { at: "run", status: response.status, ...((await response.json()) as { error: Outcome["error"] }) };
}

/** Takes the ¦ out of the SQL and gives its position, counted in characters from 1. */
function readMark(marked: string): { sql: string; position?: number } {
  const [head = "", tail] = marked.split("¦");
  return tail === undefined ? { sql: marked } : { sql: head + tail, position: Array.from(head).length + 1 };
}

describe.each(["follower", "primary"] as const)("on a %s, a clip that would write", (name) => {
  test.each([
    "¦INSERT INTO app.canary VALUES (9, 'harmed')",
    "¦UPDATE app.canary SET note = 'harmed'",
    "¦DELETE FROM app.canary",
    "¦TRUNCATE app.canary",
    "¦MERGE INTO app.canary c USING (SELECT 1 AS id) s ON c.id = s.id WHEN MATCHED THEN DELETE",
    "¦INSERT INTO app.canary VALUES (9, 'harmed') RETURNING id",
    "WITH w AS (INSERT INTO ¦app.canary VALUES (9, 'harmed') RETURNING id) SELECT * FROM w",
    "WITH w AS (DELETE FROM ¦app.canary RETURNING id) SELECT * FROM w",
    "WITH w AS (UPDATE ¦app.canary SET note = 'harmed' RETURNING id) SELECT * FROM w",
    "SELECT * FROM (WITH w AS (DELETE FROM ¦app.canary RETURNING id) SELECT * FROM w) AS s",
    "SELECT 1 AS one INTO ¦app.stolen",
    "SELECT * FROM app.canary ¦FOR UPDATE",
    "SELECT * FROM app.canary ¦FOR SHARE",
    "SELECT * FROM (SELECT * FROM app.canary ¦FOR NO KEY UPDATE) AS s",
    "¦CREATE TABLE app.stolen (n int)",
    "¦CREATE TABLE app.stolen AS SELECT 1 AS one",
    "¦CREATE TEMP TABLE stolen AS SELECT 1 AS one",
    "¦CREATE VIEW app.stolen AS SELECT 1 AS one",
    "¦CREATE ROLE robber SUPERUSER",
    "¦DROP TABLE app.canary",
    "¦ALTER TABLE app.canary ADD stolen int",
    "¦ALTER ROLE dataclips_reader SET default_transaction_read_only = off",
    "¦GRANT ALL ON app.canary TO PUBLIC",
    "¦DO $$ BEGIN INSERT INTO app.canary VALUES (9, 'harmed'); END $$",
    "¦CALL app.proceed()",
    "¦COPY app.canary FROM STDIN",
    "¦COPY app.canary TO STDOUT",
    "¦COPY (SELECT 1) TO PROGRAM 'touch /tmp/harmed'",
    "¦SET default_transaction_read_only = off",
    "¦SET TRANSACTION READ WRITE",
    "¦SET ROLE postgres",
    "¦RESET ALL",
    "¦SHOW ALL",
    "¦BEGIN",
    "¦COMMIT",
    "¦ROLLBACK",
    "¦SAVEPOINT s",
    "¦PREPARE p AS DELETE FROM app.canary",
    "¦EXECUTE p",
    "¦DECLARE c CURSOR FOR SELECT 1",
    "¦FETCH ALL FROM c",
    "¦LISTEN harm",
    "¦NOTIFY harm",
    "¦LOCK TABLE app.canary",
    "¦VACUUM app.canary",
    "¦REINDEX TABLE app.canary",
    "¦CHECKPOINT",
    "¦DISCARD ALL",
    "¦LOAD 'auto_explain'",
    "¦REFRESH MATERIALIZED VIEW app.stolen",
    "¦COMMENT ON TABLE app.canary IS 'harmed'",
    "¦EXPLAIN ANALYZE DELETE FROM app.canary",
    "¦EXPLAIN (ANALYZE, FORMAT json) CREATE TABLE app.stolen AS SELECT 1 AS one",
    "¦EXPLAIN ANALYZE CREATE MATERIALIZED VIEW app.stolen AS SELECT 1 AS one",
    "EXPLAIN ANALYZE WITH w AS (DELETE FROM ¦app.canary RETURNING id) SELECT * FROM w",
    "SELECT ¦nextval('app.counter')",
    "SELECT ¦setval('app.counter', 99)",
    "SELECT ¦set_config('transaction_read_only', 'off', true)",
    "SELECT ¦pg_catalog.set_config('statement_timeout', '0', false)",
    "SELECT ¦pg_advisory_lock(4711)",
    "SELECT ¦pg_try_advisory_xact_lock_shared(4711)",
    "SELECT ¦(4711::bigint).pg_advisory_lock",
    "SELECT * FROM ¦pg_advisory_lock(4711)",
    "SELECT ¦lo_create(4711)",
    "SELECT ¦lo_from_bytea(0, 'harmed')",
    "SELECT ¦pg_read_file('/etc/passwd')",
    "SELECT * FROM ¦pg_ls_dir('.')",
    "SELECT rolpassword FROM ¦pg_authid",
    "SELECT * FROM ¦pg_catalog.pg_shadow",
    "SELECT query FROM ¦pg_stat_activity",
    "SELECT ¦query_to_xml('DELETE FROM app.canary', true, true, '')",
    "SELECT ¦pg_terminate_backend(1)",
    "SELECT ¦pg_notify('harm', '')",
    "SELECT 1; ¦SELECT 2",
    "SELECT 1; ¦DROP TABLE app.canary",
    "COMMIT; ¦DELETE FROM app.canary",
    "/* é😀 */ SELECT '漢', {{x:1}}::int; ¦DELETE FROM app.canary",
  ])("is refused before it is saved: %s", async (marked) => {
    const { sql, position } = readMark(marked);
    const outcome = await attempt(servers[name], sql);
    expect(outcome).toEqual({
      at: "create",
      status: 400,
      error: {
        code: "not_read_only",
        message: expect.stringMatching(/^A clip .+|.+ is not allowed in a clip: it .+\.$/),
        hint: outcome.error.hint,
        position,
      },
    });
  });

  test("by a function that it may not call, is refused by PostgreSQL", async () => {
    expect(await attempt(servers[name], "SELECT app.bump()")).toEqual({
      at: "run",
      status: 422,
      error: {
        code: "query_failed",
        message: "permission denied for function bump",
        hint: "The reader role may not read this. Grant it SELECT, or leave it out.",
        sqlstate: "42501",
      },
    });
  });

  test("by a function that it may call, with its owner's rights, fails in the read-only transaction", async () => {
    for (const sql of ["SELECT app.harm()", "EXPLAIN ANALYZE SELECT app.harm()", "TABLE numbers ORDER BY app.harm()"]) {
      expect(await attempt(servers[name], sql)).toMatchObject({
        at: "run",
        status: 400,
        error: {
          code: "not_read_only",
          message: "cannot execute INSERT in a read-only transaction",
          hint: "A clip can only read.",
          sqlstate: "25006",
        },
      });
    }
  });

  test("has changed nothing after all of that", async () => {
    const server = servers[name];
    const inventory = await takeInventory(server);
    expect(inventory).toEqual(before[name]);
    expect(inventory).toMatchObject([{ canary: [{ id: 1, note: "alive" }] }]);
    await until(async () => (await server.busySessions()).length === 0);
    // A session that is being opened ahead holds locks for an instant.
    await until(async () => {
      const { rows } = await server.primary.query(
        `SELECT locktype FROM pg_locks JOIN pg_stat_activity USING (pid)
          WHERE datname = current_database() AND usename = 'dataclips_reader'`,
      );
      return rows.length === 0;
    });
  });
});

describe("SQL that PostgreSQL refuses", () => {
  test.each([
    ["¦SELEC 1", "42601", 'syntax error at or near "SELEC"'],
    ["SELECT 1 +¦", "42601", "syntax error at end of input"],
    ["SELECT ¦'abc", "42601", 'unterminated quoted string at or near "\'abc"'],
    ["SELECT 'é😀漢' AS \"ü\" FROM numbers ORDER ¦id", "42601", 'syntax error at or near "id"'],
    [
      "SELECT 'é😀', {{x:1}}::int, {{a_long_name:a longer default}}::text AS b FROM numbers ORDER ¦id",
      "42601",
      'syntax error at or near "id"',
    ],
    ["-- é😀\nSELECT {{x:1}}::int /* 漢 */\n  FROM ¦nowhere", "42P01", 'relation "nowhere" does not exist'],
    ["SELECT ¦nothing FROM numbers", "42703", 'column "nothing" does not exist'],
    ["SELECT {{x:1}}::int + {{x}}, '😀', ¦nothing FROM numbers", "42703", 'column "nothing" does not exist'],
    ["SELECT ¦no_function(1)", "42883", "function no_function(integer) does not exist"],
    ["SELECT even ¦+ 1 FROM numbers", "42883", "operator does not exist: boolean + integer"],
    ["SELECT ¦name, count(*) FROM numbers", "42803", expect.stringContaining("must appear in the GROUP BY clause")],
    ["SELECT ¦id FROM numbers, numbers AS n", "42702", 'column reference "id" is ambiguous'],
    ["SELECT 1::¦nothing", "42704", 'type "nothing" does not exist'],
    ["SELECT ¦'ten'::int", "22P02", 'invalid input syntax for type integer: "ten"'],
  ])("is not saved, and the place is right: %s", async (marked, sqlstate, message) => {
    const { sql, position } = readMark(marked);
    expect(await attempt(servers.follower, sql)).toMatchObject({
      at: "create",
      status: 422,
      error: { code: "query_failed", sqlstate, message, position },
    });
  });

  test.each([
    ["SELECT 1 / (id - 1) FROM numbers", "22012", "division by zero"],
    ["SELECT name::int FROM numbers", "22P02", 'invalid input syntax for type integer: "name 1"'],
    ["SELECT * FROM pg_class WHERE 1 = (SELECT id FROM numbers)", "21000", expect.any(String)],
  ])("only while it runs, is an error of the run: %s", async (sql, sqlstate, message) => {
    expect(await attempt(servers.follower, sql)).toMatchObject({
      at: "run",
      status: 422,
      error: { code: "query_failed", sqlstate, message },
    });
  });

  test("has a hint where there is one: PostgreSQL's own, else ours", async () => {
    expect((await attempt(servers.follower, "SELECT nam FROM numbers")).error.hint).toBe(
      'Perhaps you meant to reference the column "numbers.name".',
    );
    expect((await attempt(servers.follower, "SELECT * FROM nowhere")).error.hint).toBe(
      "Check the name and its schema; the reader role needs USAGE on the schema.",
    );
  });
});

describe("SQL that is none", () => {
  test.each(["", "  \n", ";", "-- nothing", "/* nothing */ ;"])("%j is empty", async (sql) => {
    const outcome = await attempt(servers.follower, sql);
    expect(outcome).toMatchObject({ at: "create", status: 400, error: { code: "invalid_request" } });
    expect(outcome.error.message).toMatch(/empty/);
  });

  test("a NUL character has its place", async () => {
    const response = await servers.follower.request("/api/clips", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: String.raw`{"database": "test", "title": "Bad", "sql": "SELECT '😀\u0000'; DROP TABLE app.canary"}`,
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: {
        code: "invalid_request",
        message: "The SQL contains a NUL character, which PostgreSQL cannot read.",
        hint: expect.any(String),
        position: 10,
      },
    });
  });

  test("half of a character has its place", async () => {
    expect(await attempt(servers.follower, "SELECT '\ud83d'")).toMatchObject({
      at: "create",
      status: 400,
      error: { code: "invalid_request", position: 9 },
    });
  });

  test("a megabyte is too much: 413", async () => {
    const tooLong = { at: "create", status: 413, error: { code: "request_too_large" } };
    const fits = `SELECT 1 AS one -- ${"x".repeat(99_981)}`;
    expect(fits).toHaveLength(100_000);
    expect((await servers.follower.createClip(fits)).version).toBe(1);
    const outcome = await attempt(servers.follower, `${fits}x`);
    expect(outcome).toMatchObject(tooLong);
    expect(outcome.error.message).toBe("The SQL is too long: a clip may have 100000 bytes.");
    expect(await attempt(servers.follower, `SELECT ${"1,".repeat(490_000)}1`)).toMatchObject(tooLong);
    const megabytes = await servers.follower.request("/api/clips", {
      method: "POST",
      json: { database: "test", title: "Bad", sql: `SELECT '${"x".repeat(2 * 1024 * 1024)}'` },
    });
    expect(megabytes.status).toBe(413);
    expect(await megabytes.json()).toMatchObject({
      error: { code: "request_too_large", message: "The request is larger than 1 MiB." },
    });
    // The rest of the body is not read: a next request on this connection would die with it.
    expect(megabytes.headers.get("Connection")).toBe("close");
  });

  test.each([
    ["operators", `SELECT 1${"+1".repeat(45_000)}`],
    ["parentheses", `SELECT ${"(".repeat(40_000)}1${")".repeat(40_000)}`],
  ])("what is nested too deeply, in %s, is refused, and the next request works", async (_, sql) => {
    expect(await attempt(servers.follower, sql)).toMatchObject({
      at: "create",
      status: 400,
      error: { code: "invalid_request", message: expect.stringContaining("nested too deeply") },
    });
    // The parser starts again, which takes a moment.
    await until(async () => (await attempt(servers.follower, "SELECT 1 AS one")).status === 200);
  });
});

describe("odd results", () => {
  const names = (count: number): string => Array.from({ length: count }, (_, n) => `1 AS c${n}`).join(",");

  test("1664 columns are the most that PostgreSQL has; one more is its error", async () => {
    const clip = await servers.follower.createClip(`SELECT ${names(1664)}`);
    const response = await servers.follower.request(`/clips/${clip.slug}.json`);
    const { fields, values } = (await response.json()) as { fields: string[]; values: number[][] };
    expect(fields).toHaveLength(1664);
    expect(values).toEqual([Array.from({ length: 1664 }, () => 1)]);
    expect(await attempt(servers.follower, `SELECT ${names(1665)}`)).toMatchObject({
      status: 422,
      error: { code: "query_failed", sqlstate: "54011", message: "target lists can have at most 1664 entries" },
    });
  });

  test.each([
    ["SELECT", [[]], "\n\n"],
    ["SELECT FROM generate_series(1, 3)", [[], [], []], "\n\n\n\n"],
    ["SELECT FROM numbers WHERE false", [], "\n"],
  ])("no columns at all: %s", async (sql, values, csv) => {
    const clip = await servers.follower.createClip(sql);
    const json = await servers.follower.request(`/clips/${clip.slug}.json`);
    expect(json.status).toBe(200);
    expect(await json.json()).toMatchObject({
      fields: [],
      types: [],
      type_names: [],
      values,
      row_count: values.length,
      truncated: false,
    });
    expect(await (await servers.follower.request(`/clips/${clip.slug}.csv`)).text()).toBe(csv);
  });

  test("column names that come twice, are empty-looking, or hold the formats' own characters", async () => {
    const clip = await servers.follower.createClip(
      `SELECT 1 AS a, 2 AS a, 3 AS "a,""b""", 4 AS " ", 5 AS "é😀", 6, 7 AS "__proto__"`,
    );
    const csv = await servers.follower.request(`/clips/${clip.slug}.csv`);
    expect(await csv.text()).toBe('a,a,"a,""b"""," ",é😀,?column?,__proto__\n1,2,3,4,5,6,7\n'.replace('" "', " "));
    const json = await servers.follower.request(`/clips/${clip.slug}.json?rows=objects`);
    expect(await json.text()).toContain(
      String.raw`"values":[{"a":1,"a_2":2,"a,\"b\"":3," ":4,"é😀":5,"?column?":6,"__proto__":7}]`,
    );
  });

  test("no rows", async () => {
    const clip = await servers.follower.createClip("SELECT id, name FROM numbers WHERE false");
    expect(await (await servers.follower.request(`/clips/${clip.slug}.csv`)).text()).toBe("id,name\n");
    const lines = (await (await servers.follower.request(`/clips/${clip.slug}.ndjson`)).text()).split("\n");
    expect(lines.map((line) => line && Object.keys(JSON.parse(line) as object))).toEqual([
      ["title", "columns"],
      ["done"],
      "",
    ]);
  });
});
