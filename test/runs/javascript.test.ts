import { afterAll, beforeAll, describe, expect, test } from "vitest";
import bodies from "../../sql/plv8/bodies.json" with { type: "json" };
import { installSql, readHelper } from "../plv8/helper-source.ts";
import { hasPljs } from "../support/pljs.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";

const HELPER = readHelper("object_from_arrays");
const CALL = "dataclips.object_from_arrays(array['a'], array['b'])";

// An endless query: PL/JS 1.0.5 takes the signals away by which PostgreSQL ends one.
const TIMEOUT_MS = 1_000;

describe.skipIf(!hasPljs)("JavaScript in the database", () => {
  let server: TestServer;
  let granted: TestServer;

  const SETUP = `
    CREATE EXTENSION pljs; REVOKE USAGE ON LANGUAGE pljs FROM PUBLIC; CREATE SCHEMA dataclips;
    ${installSql(HELPER, "dataclips", "pljs")};
    CREATE FUNCTION app.one() RETURNS int LANGUAGE pljs IMMUTABLE AS 'return 1';
    CREATE FUNCTION app.add(int, int) RETURNS int LANGUAGE pljs IMMUTABLE AS 'return 1';
    CREATE AGGREGATE app.added(int) (SFUNC = app.add, STYPE = int, INITCOND = '0');
    CREATE FUNCTION app.ended(int) RETURNS int LANGUAGE pljs IMMUTABLE AS 'return 1';
    CREATE AGGREGATE app.finished(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0', FINALFUNC = app.ended);
    CREATE OPERATOR app.<+> (FUNCTION = app.add, LEFTARG = int, RIGHTARG = int);
    CREATE VIEW app.viewed AS SELECT app.one();
    CREATE VIEW app.helped AS SELECT ${CALL} AS object;
    CREATE FUNCTION dataclips.get_numeric(text) RETURNS int LANGUAGE pljs IMMUTABLE AS 'while (true) {}';
    GRANT USAGE ON SCHEMA dataclips, app TO dataclips_reader;
    GRANT SELECT ON ALL TABLES IN SCHEMA app TO dataclips_reader;
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA app, dataclips TO dataclips_reader`;

  beforeAll(async () => {
    server = await startTestServer({ timeoutMs: TIMEOUT_MS });
    granted = await startTestServer({
      functions: { mode: "granted", allow: [], refuse: [] },
      relations: { mode: "granted", allow: [], refuse: [] },
    });
    for (const one of [server, granted]) {
      await one.primary.query(SETUP);
      await one.catchUp();
    }
  });
  afterAll(async () => {
    await server.close();
    await granted.close();
  });

  const run = async (on: TestServer, sql: string): Promise<unknown> => {
    const { slug } = await on.createClip(sql);
    const response = await on.request(`/clips/${slug}.json`);
    return response.json();
  };

  test("the helper that is tried is one that the gate knows", () => {
    expect(Object.values(bodies)).toContain("object_from_arrays");
  });

  test("a clip may call a helper by its name, without any configuration", async () => {
    expect(await run(server, `SELECT ${CALL}`)).toMatchObject({ values: [[{ a: "b" }]] });
    expect(await run(granted, `SELECT ${CALL}`)).toMatchObject({ values: [[{ a: "b" }]] });
    expect(await run(server, "SELECT * FROM app.helped")).toMatchObject({ values: [[{ a: "b" }]] });
  });

  test.each(["app.one()", "app.added(1)", "app.finished(1)", "1 OPERATOR(app.<+>) 2", "dataclips.get_numeric('a')"])(
    "no other JavaScript: %s",
    async (expression) => {
      await expect(run(server, `SELECT ${expression}`)).rejects.toThrow("is written in pljs");
      await expect(run(granted, `SELECT ${expression}`)).rejects.toThrow("is written in pljs");
    },
  );

  test("nor by way of a view", async () => {
    await expect(run(server, "SELECT * FROM app.viewed")).rejects.toThrow("calls app.one()");
  });

  test("a helper that somebody has changed by hand is none any more", async () => {
    const { slug } = await server.createClip(`SELECT ${CALL} AS changed`, { max_age_seconds: 0 });
    await server.primary.query(installSql(HELPER, "dataclips", "pljs").replace("$js$", "$js$ // by hand\n"));
    await server.catchUp();
    const response = await server.request(`/clips/${slug}.json`);
    expect([response.status, await response.json()]).toMatchObject([400, { error: { code: "not_read_only" } }]);
    await server.primary.query(installSql(HELPER, "dataclips", "pljs"));
    await server.catchUp();
  });

  test("a query that goes on for ever after a helper was called ends at its timeout all the same", async () => {
    const { slug } = await server.createClip(`SELECT ${CALL}, (SELECT count(*) FROM generate_series(1, 1e12))`);
    const response = await server.request(`/clips/${slug}.json`);
    expect([response.status, await response.json()]).toMatchObject([504, { error: { code: "query_timeout" } }]);
    // The session that answered no signal is gone too: by transaction_timeout, 5 s after the run's own.
    await until(async () => (await server.busySessions()).length === 0);
  });

  test("the reader can write no JavaScript of its own", async () => {
    for (const sql of ["DO LANGUAGE pljs 'while (true) {}'", "SELECT 1 AS x; DO LANGUAGE pljs '1'"]) {
      await expect(run(server, sql)).rejects.toThrow(/DO is not allowed|a second one starts/);
    }
  });
});
