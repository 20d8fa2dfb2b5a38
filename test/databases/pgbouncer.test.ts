import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { DEFAULT_LIMITS } from "../../src/databases/database-config.ts";
import { openReading } from "../../src/databases/open-reading.ts";
import { DATABASE } from "../support/global-setup.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { hasPgbouncer, type Pgbouncer, startPgbouncer } from "./pgbouncer.ts";

const POOL_SIZE = 2;

/** What the tests' clips call besides what is safe. */
const functions = {
  ...DEFAULT_LIMITS.functions,
  allow: ["pg_catalog.pg_sleep", "pg_catalog.current_setting", "app.stubborn"],
};

/** Catches every cancel, and goes on. */
const STUBBORN = `
  CREATE FUNCTION app.stubborn() RETURNS int LANGUAGE plpgsql AS $$
  BEGIN
    LOOP
      BEGIN
        PERFORM pg_sleep(0.05);
      EXCEPTION WHEN query_canceled THEN
      END;
    END LOOP;
  END $$;
  GRANT EXECUTE ON FUNCTION app.stubborn() TO dataclips_reader;`;

describe.skipIf(!hasPgbouncer)("through pgbouncer in transaction mode", () => {
  let pgbouncer: Pgbouncer;
  /** A superuser's session on the follower. */
  let superuser: pg.Client;
  let pooled: TestServer;
  let direct: TestServer;
  beforeAll(async () => {
    pgbouncer = await startPgbouncer(inject("cluster").reader, POOL_SIZE);
    pooled = await startTestServer({ functions }, (url) => [{ name: "pooled", url: pgbouncer.url(url) }]);
    direct = await startTestServer({ functions });
    superuser = await connect(inject("cluster").reader.replace(DATABASE, "postgres"), "postgres");
  });
  afterAll(async () => {
    await superuser?.end();
    await pooled?.close();
    await direct?.close();
    await pgbouncer?.stop();
  });
  afterEach(async () => {
    await pooled.deps.runs.drain(0);
    await until(async () => (await pooled.busySessions()).length === 0);
  });

  const databaseName = (server: TestServer): string => new URL(server.readerUrl).pathname.slice(1);

  async function backends(server: TestServer): Promise<number> {
    const { rows } = await superuser.query(
      "SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = $1 AND usename = 'dataclips_reader'",
      [databaseName(server)],
    );
    return rows[0].count;
  }

  async function getError(server: TestServer, sql: string, query = ""): Promise<unknown> {
    const clip = await server.createClip(sql, { max_age_seconds: 0 });
    const response = await server.request(`/clips/${clip.slug}.csv${query}`);
    return { status: response.status, ...((await response.json()) as object) };
  }

  test("a clip is described: its parameters have PostgreSQL's types", async () => {
    const clip = await pooled.createClip("SELECT * FROM numbers WHERE id = {{id}} AND moment < {{before:2027-01-01}}");
    expect(clip.parameters).toEqual([
      { name: "id", type: "integer", default: null },
      { name: "before", type: "timestamp with time zone", default: "2027-01-01" },
    ]);
    const response = await pooled.request(`/clips/${clip.slug}.csv?id=7`);
    expect(await response.text()).toBe("id,name,amount,moment,even\n7,name 7,9.59,2026-01-01 00:00:07+00,f\n");
  });

  test.each([
    "SELECT * FROM numbers WHERE id <= 2000 ORDER BY id",
    `SELECT 1.1::float8 / 3 AS f, '\\x00ff'::bytea AS b, interval '1 day 2 hours' AS i, timestamptz '2026-06-01 12:00+02' AS t,
            ARRAY['ä,"', NULL]::text[] AS a, 'happy'::mood AS m, '{"k": [1]}'::jsonb AS j, '\\' AS backslash`,
    "SELECT n AS empty FROM generate_series(1, 0) AS n",
    "EXPLAIN (COSTS OFF) SELECT count(*) FROM numbers",
  ])("the bytes of a result are the same as without it: %s", async (sql) => {
    for (const format of ["csv", "json", "ndjson"]) {
      const bodies = [];
      for (const server of [direct, pooled]) {
        const clip = await server.createClip(sql);
        const response = await server.request(`/clips/${clip.slug}.${format}`);
        expect(response.status).toBe(200);
        bodies.push(withoutPlace(await response.text()));
      }
      expect(bodies[1]).toBe(bodies[0]);
    }
  });

  test("says which follower answered and how far behind it is", async () => {
    const clip = await pooled.createClip("SELECT pg_is_in_recovery() AS follower");
    const response = await pooled.request(`/clips/${clip.slug}.json`);
    expect(response.headers.get("X-Follower")).toBe("pooled");
    expect(response.headers.get("X-Lag-Seconds")).toMatch(/^\d+(\.\d+)?$/);
    expect(response.headers.get("X-WAL-LSN")).toMatch(/^[0-9A-F]+\/[0-9A-F]+$/);
    expect(await response.json()).toMatchObject({
      values: [[true]],
      follower: { name: "pooled", lag_seconds: expect.any(Number) },
    });
    expect(await (await pooled.request("/api/databases")).json()).toMatchObject([
      { followers: [{ name: "pooled", ok: true, lag_seconds: expect.any(Number), is_primary: false }] },
    ]);
  });

  test("many runs at once share few connections", async () => {
    const clip = await pooled.createClip("SELECT {{n}}::int AS n, pg_sleep(0.05)", { max_age_seconds: 0 });
    const seen: number[] = [];
    let done = false;
    const sampling = (async () => {
      while (!done) seen.push(await backends(pooled));
    })();
    const bodies = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => (await pooled.request(`/clips/${clip.slug}.csv?n=${n}`)).text()),
    );
    done = true;
    await sampling;
    expect(bodies).toEqual(Array.from({ length: 20 }, (_, n) => `n,pg_sleep\n${n},""\n`));
    expect(Math.max(...seen)).toBe(POOL_SIZE);
  });

  test("a cancel reaches the query", async () => {
    const clip = await pooled.createClip("SELECT pg_sleep(600)");
    const started = await pooled.request(`/api/clips/${clip.slug}/runs`, { method: "POST" });
    const { id } = (await started.json()) as { id: string };
    await until(async () => (await pooled.sleepingQueries()).length === 1);
    const response = await pooled.request(`/api/runs/${id}`, { method: "DELETE" });
    expect(await response.json()).toMatchObject({ state: "cancelled", follower: "pooled" });
    await until(async () => (await pooled.busySessions()).length === 0);
  });

  test("the process id that a reading tells is the backend's, not the pooler's", async () => {
    const reading = await openReading(pooled.deps.databases.get("test"), { timeoutMs: 10_000 });
    const { rows } = await superuser.query(
      "SELECT datname, usename, application_name, state FROM pg_stat_activity WHERE pid = $1",
      [reading.status.pid],
    );
    reading.end();
    expect(rows).toEqual([
      {
        datname: databaseName(pooled),
        usename: "dataclips_reader",
        application_name: "dataclips",
        state: "idle in transaction",
      },
    ]);
  });

  test("errors of the query are told as without it, and the next run is well", async () => {
    for (const [sql, query] of [
      ["SELECT 1 / 0 AS q", ""],
      ["SELECT {{x}}::int AS x", "?x=seven"],
      ["SELECT n, 1 / (n - 1) AS q FROM generate_series(1, 3) AS n", ""],
    ] as const) {
      const told = await getError(pooled, sql, query);
      expect(told).toMatchObject({ status: expect.any(Number), error: { code: expect.any(String) } });
      expect(told).toEqual(await getError(direct, sql, query));
    }
    expect(await getError(direct, "SELECT 1 / 0 AS q")).toMatchObject({ status: 422, error: { sqlstate: "22012" } });
    const clip = await pooled.createClip("SELECT 1 AS one");
    expect(await (await pooled.request(`/clips/${clip.slug}.csv`)).text()).toBe("one\n1\n");
  });

  test("a query that takes too long is stopped", async () => {
    const hasty = await startTestServer({ functions, timeoutMs: 300 }, (url) => [
      { name: "pooled", url: pgbouncer.url(url) },
    ]);
    try {
      expect(await getError(hasty, "SELECT pg_sleep(600)")).toMatchObject({
        status: 504,
        error: {
          code: "query_timeout",
          message: "The query ran longer than 0.3 seconds and was stopped.",
          sqlstate: "57014",
        },
      });
      await until(async () => (await hasty.busySessions()).length === 0);
    } finally {
      await hasty.close();
    }
  });

  test("what another client has set in the shared sessions changes no result, and stays as they set it", async () => {
    await pooled.primary.query("CREATE TABLE app.numbers AS SELECT -1 AS id");
    await pooled.primary.query("GRANT SELECT ON app.numbers TO dataclips_reader");
    await pooled.catchUp();
    const clip = await pooled.createClip(
      `SELECT ${SETTINGS}, (SELECT min(id) FROM numbers), current_setting('transaction_read_only')`,
      { max_age_seconds: 0 },
    );
    // What is read from the catalogs the first time ends in the middle of its transaction, and its connection with it.
    await (await pooled.request(`/clips/${clip.slug}.json`)).text();
    const poisoned: pg.Client[] = [];
    // Every connection of the pool: each of these holds one until all of them have been changed.
    for (let n = 0; n < POOL_SIZE; n++) {
      const client = await connect(pgbouncer.url(pooled.readerUrl));
      poisoned.push(client);
      await client.query("BEGIN");
      await client.query(POISON);
    }
    for (const client of poisoned) await client.query("COMMIT");
    const settings = async (client: pg.Client): Promise<unknown> =>
      (await client.query({ text: `SELECT ${SETTINGS}, (SELECT min(id) FROM numbers)`, rowMode: "array" })).rows[0];
    const before = await settings(poisoned[0]!);
    expect(before).toEqual([
      "Asia/Tokyo",
      "German, DMY",
      "sql_standard",
      "-15",
      "escape",
      "app",
      "on",
      "off",
      "1h",
      -1,
    ]);

    const expected = ["UTC", "ISO, MDY", "postgres", "1", "hex", '"$user", public', "off", "on", "500ms", 1, "on"];
    const bodies = await Promise.all(
      Array.from(
        { length: 2 * POOL_SIZE },
        async (_, n) => (await pooled.request(`/clips/${clip.slug}.json?_=${n}`)).json() as Promise<object>,
      ),
    );
    for (const body of bodies) expect(body).toMatchObject({ values: [expected] });
    // Each of the pool's connections at once, and so all of them.
    for (const client of poisoned) await client.query("BEGIN");
    for (const client of poisoned) expect(await settings(client)).toEqual(before);
    for (const client of poisoned) await client.end();
  });
});

const NAMES =
  "TimeZone,DateStyle,IntervalStyle,extra_float_digits,bytea_output,search_path,transform_null_equals,standard_conforming_strings,lock_timeout";
const SETTINGS = NAMES.split(",")
  .map((name) => `current_setting('${name}')`)
  .join(", ");
const POISON = [
  "SET TimeZone = 'Asia/Tokyo'",
  "SET DateStyle = 'German'",
  "SET IntervalStyle = 'sql_standard'",
  "SET extra_float_digits = -15",
  "SET bytea_output = 'escape'",
  "SET search_path = app",
  "SET transform_null_equals = on",
  "SET standard_conforming_strings = off",
  "SET lock_timeout = '1h'",
].join(";");

describe("a session that catches every cancel", () => {
  let pgbouncer: Pgbouncer | undefined;
  beforeAll(async () => {
    if (hasPgbouncer) pgbouncer = await startPgbouncer(inject("cluster").reader, POOL_SIZE);
  });
  afterAll(() => pgbouncer?.stop());

  const through = [
    { way: "directly", signal: false },
    { way: "directly", signal: true },
    { way: "through pgbouncer", signal: false },
    { way: "through pgbouncer", signal: true },
  ].filter(({ way }) => way === "directly" || hasPgbouncer);

  test.concurrent.each(through)("is terminated $way, by a role for that: $signal", async ({ way, signal }) => {
    const signalUrl = inject("cluster")
      .reader.replace(DATABASE, "postgres")
      .replace("dataclips_reader@", "dataclips_signal@");
    const server = await startTestServer({ functions }, (url) => [
      {
        name: "follower",
        url: way === "directly" ? url : pgbouncer!.url(url),
        ...(signal ? { signalUrl } : {}),
      },
    ]);
    const database = new URL(server.readerUrl).pathname.slice(1);
    const superuser = await connect(server.readerUrl, "postgres");
    try {
      await server.primary.query(STUBBORN);
      await server.catchUp();
      const clip = await server.createClip("SELECT app.stubborn() AS n");
      const started = await server.request(`/api/clips/${clip.slug}/runs`, { method: "POST" });
      const { id } = (await started.json()) as { id: string };
      await until(async () => (await server.sleepingQueries()).some((sql) => sql.startsWith("SELECT app.stubborn")));
      const response = await server.request(`/api/runs/${id}`, { method: "DELETE" });
      expect(await response.json()).toMatchObject({ state: "cancelled" });
      await until(async () => (await server.busySessions()).length === 0);
      // Not merely found out by PostgreSQL after its client had gone, which would count as abandoned.
      await until(async () => {
        const { rows } = await superuser.query(
          "SELECT sessions_killed::int AS killed, sessions_abandoned::int AS abandoned FROM pg_stat_database WHERE datname = $1",
          [database],
        );
        expect(rows[0].abandoned).toBe(0);
        return rows[0].killed === 1;
      });
    } finally {
      await superuser.end();
      await server.close();
    }
  });
});

/** A body without what tells when and where it was made. */
function withoutPlace(body: string): string {
  return body.replace(
    /"(started_at|finished_at|duration_ms|follower|lag_seconds|lag_bytes|wal_lsn)":("[^"]*"|\{[^}]*\}|[\d.]+|null)/g,
    "",
  );
}

async function connect(url: string, role = "dataclips_reader"): Promise<pg.Client> {
  const client = new pg.Client(url.replace("dataclips_reader@", `${role}@`));
  client.on("error", () => {});
  await client.connect();
  return client;
}
