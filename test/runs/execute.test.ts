import { connect } from "node:net";
import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { ON_WORKERS, startTestServer, type TestServer, TOKEN, until } from "../support/test-server.ts";
import { httpGet, type RawResponse } from "./http-get.ts";

/** Bytes of a row's frame besides its single value. */
const FRAME_BYTES = 11;
/** Rows of 1,000 bytes: the byte cap below takes 50 of them exactly. */
const ROW = `repeat('x', ${1000 - FRAME_BYTES})`;

let server: TestServer;
/** Small caps. Its timeout is long enough for first rows on a busy machine, and short enough to wait for. */
let tight: TestServer;
/** No query comes to an end in its timeout, and may come to no row. */
let hasty: TestServer;
beforeAll(async () => {
  server = await startTestServer({ timeoutMs: 21_000 });
  tight = await startTestServer({ maxRows: 100, maxBytes: 50_000, maxRowBytes: 40_000, timeoutMs: 4_000 });
  hasty = await startTestServer({ timeoutMs: 300 });
});
afterAll(async () => {
  await server.close();
  await tight.close();
  await hasty.close();
});
afterEach(async () => {
  for (const each of [server, tight, hasty]) {
    await until(async () => (await each.busySessions()).length === 0);
    await until(() => each.deps.runs.queue(each.deps.databases.get("test")).running === 0);
  }
});

interface JsonBody {
  values: unknown[][];
  row_count: number;
  truncated: boolean;
}

async function getJson(on: TestServer, sql: string): Promise<JsonBody> {
  const clip = await on.createClip(sql, { max_age_seconds: 0 });
  return (await (await on.request(`/clips/${clip.slug}.json`)).json()) as JsonBody;
}

async function getError(on: TestServer, sql: string): Promise<{ status: number; error: unknown }> {
  const clip = await on.createClip(sql, { max_age_seconds: 0 });
  const response = await on.request(`/clips/${clip.slug}.csv`);
  return { status: response.status, ...((await response.json()) as { error: unknown }) };
}

/** The one run of a clip, when it has failed. */
async function failedRun(on: TestServer, clipId: number): Promise<unknown> {
  let found: unknown;
  await until(async () => {
    const { rows } = await on.own.query(
      "SELECT error->>'code' AS code, result FROM runs WHERE clip_id = $1 AND state = 'failed'",
      [clipId],
    );
    [found] = rows;
    return rows.length === 1;
  });
  return found;
}

/** What the headers, or else the trailers, say of a result. */
function endOf({ headers, trailers }: RawResponse): [rows: unknown, truncated: unknown] {
  return [headers["x-row-count"] ?? trailers["x-row-count"], headers["x-truncated"] ?? trailers["x-truncated"]];
}

describe("a session", () => {
  test("is on the follower, read-only, at one snapshot, with the database's timeout", async () => {
    const { values } = await getJson(
      server,
      `SELECT pg_is_in_recovery(), ${[
        "transaction_read_only",
        "default_transaction_read_only",
        "transaction_isolation",
        "statement_timeout",
        "transaction_timeout",
        "idle_in_transaction_session_timeout",
        "lock_timeout",
        "client_encoding",
        "TimeZone",
        "DateStyle",
        "IntervalStyle",
        "standard_conforming_strings",
        "application_name",
      ]
        .map((name) => `current_setting('${name}')`)
        .join(", ")}, session_user::text`,
    );
    expect(values).toEqual([
      [
        true,
        "on",
        "on",
        "repeatable read",
        "21s",
        "26s",
        "1min",
        "500ms",
        "UTF8",
        "UTC",
        "ISO, MDY",
        "postgres",
        "on",
        "dataclips",
        "dataclips_reader",
      ],
    ]);
  });

  test("is used once", async () => {
    const clip = await server.createClip("SELECT pg_backend_pid() AS pid", { max_age_seconds: 0 });
    const pids = new Set<unknown>();
    for (let n = 0; n < 6; n++) {
      const { values } = (await (await server.request(`/clips/${clip.slug}.json`)).json()) as JsonBody;
      pids.add(values[0]![0]);
    }
    expect(pids.size).toBe(6);
  });

  test("sees what the primary wrote, as soon as the follower has it", async () => {
    await server.primary.query("CREATE TABLE news (n int); GRANT SELECT ON news TO dataclips_reader");
    await server.catchUp();
    const clip = await server.createClip("SELECT n FROM news ORDER BY n", { max_age_seconds: 0 });
    for (const n of [1, 2]) {
      await server.primary.query("INSERT INTO news VALUES ($1)", [n]);
      await server.catchUp();
      const { values } = (await (await server.request(`/clips/${clip.slug}.json`)).json()) as JsonBody;
      expect(values).toHaveLength(n);
    }
  });
});

describe("the row cap", () => {
  test.each([
    [99, 99, "false"],
    [100, 100, "false"],
    [101, 100, "true"],
    [5000, 100, "true"],
  ])("of 100 leaves of %i rows %i, and says so in every format", async (rows, kept, truncated) => {
    const clip = await tight.createClip(`SELECT generate_series(1, ${rows}) AS n`, { max_age_seconds: 0 });
    const numbers = Array.from({ length: kept }, (_, n) => n + 1);

    const csv = await httpGet(tight, `/clips/${clip.slug}.csv`);
    expect(csv).toMatchObject({ status: 200, broken: false, body: `n\n${numbers.join("\n")}\n` });
    expect(endOf(csv)).toEqual([String(kept), truncated]);

    const json = await httpGet(tight, `/clips/${clip.slug}.json`);
    expect(JSON.parse(json.body)).toMatchObject({
      values: numbers.map((n) => [n]),
      row_count: kept,
      truncated: truncated === "true",
    });
    expect(endOf(json)).toEqual([String(kept), truncated]);

    const ndjson = await httpGet(tight, `/clips/${clip.slug}.ndjson`);
    const lines = ndjson.body.trimEnd().split("\n");
    expect(lines.slice(1, -1)).toEqual(numbers.map((n) => `[${n}]`));
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ done: { row_count: kept, truncated: truncated === "true" } });
  });

  test("ends a query that would go on for hours", async () => {
    const body = await getJson(tight, "SELECT generate_series(1, 1000000000000) AS n");
    expect(body).toMatchObject({ row_count: 100, truncated: true });
    expect(body.values.at(-1)).toEqual([100]);
    await until(async () => (await tight.busySessions()).length === 0);
  });

  test("is also said of the stored result", async () => {
    const clip = await tight.createClip("SELECT generate_series(1, 101) AS n", { max_age_seconds: 3600 });
    await tight.request(`/clips/${clip.slug}.csv`).then((response) => response.text());
    await until(
      async () =>
        (await tight.own.query("SELECT FROM runs WHERE state <> 'done' AND clip_id = $1", [clip.id])).rowCount === 0,
    );
    const response = await tight.request(`/clips/${clip.slug}.csv`);
    expect(response.headers.get("X-Truncated")).toBe("true");
    expect(response.headers.get("X-Row-Count")).toBe("100");
    expect(response.headers.get("Content-Disposition")).toBe('attachment; filename="a-clip-truncated.csv"');
    expect((await response.text()).split("\n")).toHaveLength(102);
  });
});

describe("the byte cap", () => {
  test.each([
    [50, 50, false],
    [51, 50, true],
    [90, 50, true],
  ])("takes whole rows: of %i rows of 1,000 bytes %i", async (rows, kept, truncated) => {
    const body = await getJson(tight, `SELECT ${ROW} AS x FROM generate_series(1, ${rows})`);
    expect(body).toMatchObject({ row_count: kept, truncated });
    expect(body.values).toEqual(Array.from({ length: kept }, () => ["x".repeat(1000 - FRAME_BYTES)]));
  });

  test("goes by the row that does not fit, not by a smaller one behind it", async () => {
    const sql = "SELECT repeat('x', CASE n WHEN 2 THEN 30000 ELSE 25000 END) AS x FROM generate_series(1, 3) AS n";
    const body = await getJson(tight, sql);
    expect(body).toMatchObject({ row_count: 1, truncated: true });
    expect(body.values).toEqual([["x".repeat(25_000)]]);
  });

  test("ends a query that would go on for hours", async () => {
    const body = await getJson(tight, `SELECT ${ROW} AS x, generate_series(1, 1000000000000) AS n`);
    expect(body.truncated).toBe(true);
    await until(async () => (await tight.busySessions()).length === 0);
  });
});

describe("the cap of a single row", () => {
  test("takes a row that fits exactly, and refuses one byte more", async () => {
    const fits = 40_000 - FRAME_BYTES;
    const body = await getJson(tight, `SELECT repeat('x', ${fits}) AS x`);
    expect(body).toMatchObject({ values: [["x".repeat(fits)]], truncated: false });
    expect(await getError(tight, `SELECT repeat('x', ${fits + 1}) AS x`)).toEqual({
      status: 422,
      error: {
        code: "query_failed",
        message: "A row of the result has 40,001 bytes; a single row may have at most 40,000 bytes.",
        hint: "Leave out the large column, or take a part of it, such as left(column, 1000).",
      },
    });
  });

  test("refuses a cell of 200 MB before it is read", async () => {
    const clip = await server.createClip("SELECT repeat(repeat('x', 1024), 200 * 1024) AS x");
    const before = process.memoryUsage.rss();
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 2);
    const response = await server.request(`/clips/${clip.slug}.csv`);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      error: {
        code: "query_failed",
        message: "A row of the result has 200.0 MiB; a single row may have at most 16.0 MiB.",
      },
    });
    await until(async () => (await server.busySessions()).length === 0);
    clearInterval(watch);
    expect(most - before).toBeLessThan(100 * 1024 * 1024);
  });

  test("finds the large row behind small ones, and takes no row of them for the whole", async () => {
    const clip = await server.createClip(
      `SELECT n, CASE n WHEN 60 THEN repeat('x', 20 * 1024 * 1024) ELSE repeat('y', 9000) END AS x, pg_sleep(0.01)
         FROM generate_series(1, 100) AS n`,
    );
    const raw = await httpGet(server, `/clips/${clip.slug}.csv`);
    expect(raw).toMatchObject({ status: 200, broken: true });
    expect(raw.body).not.toContain("Error");
    expect(await failedRun(server, clip.id)).toEqual({ code: "query_failed", result: null });
    expect((await server.own.query("SELECT FROM results WHERE clip_id = $1", [clip.id])).rowCount).toBe(0);
  });
});

describe("a query that takes too long", () => {
  test.each([
    ["sleeps", "SELECT pg_sleep(600)"],
    ["fills a temporary file", "SELECT count(*) FROM generate_series(1, 1e12)"],
    ["computes", "SELECT count(*) FROM numbers AS a, numbers AS b, numbers AS c WHERE a.id + b.id = c.id + 1.5"],
    [
      "calls a function for ever",
      "SELECT count(md5(g::text)) FROM (SELECT generate_series(1, 1000000000000) AS g) AS s",
    ],
  ])("is stopped on the server when it %s: 504", async (_, sql) => {
    expect(await getError(hasty, sql)).toEqual({
      status: 504,
      error: {
        code: "query_timeout",
        message: "The query ran longer than 0.3 seconds and was stopped.",
        hint: "Let it read less (a WHERE with an index, a shorter period), or raise timeout_ms of the database.",
        sqlstate: "57014",
      },
    });
    await until(async () => (await hasty.busySessions()).length === 0);
  });

  test("breaks the transfer when rows have gone out already", async () => {
    const clip = await tight.createClip(
      "SELECT n, repeat('x', 900) AS x, CASE n WHEN 30 THEN pg_sleep(600)::text END FROM generate_series(1, 50) AS n",
      { max_age_seconds: 0 },
    );
    const raw = await httpGet(tight, `/clips/${clip.slug}.ndjson`);
    expect(raw).toMatchObject({ status: 200, broken: true });
    expect(raw.body.split("\n").slice(-2)).toEqual([expect.stringMatching(/^\{"error":\{"code":"query_timeout"/), ""]);
    expect(await failedRun(tight, clip.id)).toEqual({ code: "query_timeout", result: null });
    expect((await tight.own.query("SELECT FROM results WHERE clip_id = $1", [clip.id])).rowCount).toBe(0);
  });
});

describe("a failure after the first rows", () => {
  const FAILS_LATE =
    "SELECT n, repeat('x', 9000) AS x, pg_sleep(0.01), 1 / (50 - n) AS q FROM generate_series(1, 100) AS n";

  async function getBroken(format: string): Promise<RawResponse> {
    const clip = await server.createClip(FAILS_LATE, { max_age_seconds: 0 });
    const raw = await httpGet(server, `/clips/${clip.slug}.${format}`);
    expect(raw).toMatchObject({ status: 200, broken: true, trailers: {} });
    expect(await failedRun(server, clip.id)).toEqual({ code: "query_failed", result: null });
    expect((await server.own.query("SELECT FROM results WHERE clip_id = $1", [clip.id])).rowCount).toBe(0);
    return raw;
  }

  test.each(["csv", "json"])("breaks the transfer of %s, and writes no error into the data", async (format) => {
    const { body } = await getBroken(format);
    expect(body).toContain("x".repeat(9000));
    expect(body).not.toMatch(/division|Error/);
  });

  test("breaks that of NDJSON too, whose last line says why", async () => {
    const lines = (await getBroken("ndjson")).body.split("\n");
    const error = { code: "query_failed", message: "division by zero", sqlstate: "22012" };
    expect(lines.slice(-2)).toEqual([JSON.stringify({ error }), ""]);
    expect(lines.slice(1, -2).map((line) => (JSON.parse(line) as unknown[])[0])).toEqual(
      Array.from({ length: 49 }, (_, n) => n + 1),
    );
  });

  // Workers have no say in how a connection ends.
  test.skipIf(ON_WORKERS)(
    "resets the connection of an HTTP/1.0 client, to which a mere close would be the end",
    async () => {
      const clip = await server.createClip(FAILS_LATE, { max_age_seconds: 0 });
      const { port } = new URL(server.url);
      const socket = connect(Number(port), "127.0.0.1");
      socket.write(`GET /clips/${clip.slug}.csv HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`);
      let answer = "";
      let ended = false;
      socket.on("data", (data) => (answer += data.toString()));
      socket.on("end", () => (ended = true));
      const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
        socket.on("error", resolve);
        socket.on("close", () => resolve(undefined));
      });
      expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
      expect({ ended, code: error?.code }).toEqual({ ended: false, code: "ECONNRESET" });
    },
  );

  test("is not printed with its values, which stand in PostgreSQL's message", async () => {
    const printed = vi.spyOn(console, "error").mockImplementation(() => {});
    const clip = await server.createClip(
      `SELECT repeat('x', 9000) AS x, pg_sleep(0.01), (CASE n WHEN 50 THEN 'TOPSECRET' ELSE '1' END)::int AS q
         FROM generate_series(1, 100) AS n`,
    );
    expect(await httpGet(server, `/clips/${clip.slug}.csv`)).toMatchObject({ status: 200, broken: true });
    expect(await failedRun(server, clip.id)).toEqual({ code: "query_failed", result: null });
    expect(inspect([printed.mock.calls, server.logged], { depth: 9 })).not.toContain("TOPSECRET");
    printed.mockRestore();
  });
});
