import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { AppError } from "../../src/errors.ts";
import { type DraftRequest, type DraftRun, startDraft } from "../../src/runs/run-draft.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { type FollowerProxy, startFollowerProxy } from "./follower-proxy.ts";

const MAX_RUNS = 2;

let server: TestServer;
let proxy: FollowerProxy;
beforeAll(async () => {
  proxy = await startFollowerProxy();
  const proxied = (url: string) => [{ name: "follower", url: proxy.connectTo(url) }];
  server = await startTestServer({ maxRuns: MAX_RUNS, maxRowBytes: 8_000_000 }, proxied);
});
afterAll(async () => {
  await proxy.close();
  await server.close();
});
afterEach(async () => {
  await until(async () => (await server.busySessions()).length === 0);
  const { runs, databases } = server.deps;
  await until(() => runs.queue(databases.get("test")).running === 0);
  expect(runs.queue(databases.get("test")).waiting).toBe(0);
});

function start(sql: string, options: Partial<DraftRequest> = {}): DraftRun {
  const { runs, databases } = server.deps;
  const request = { sql, parameters: {}, asker: "somebody", signal: new AbortController().signal, maxRows: 1000 };
  return startDraft(runs, { database: databases.get("test"), ...request, ...options });
}

async function failure(draft: Promise<unknown>): Promise<AppError> {
  const error: unknown = await draft.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
}

describe("what comes back", () => {
  test("columns with PostgreSQL's types, and values as its text", async () => {
    const result = await start("SELECT 1.50 AS a, NULL::date AS b, ARRAY['x', NULL] AS c, {{d:7}}::int AS d", {
      parameters: { d: "8" },
    }).finished;
    expect(result).toMatchObject({
      rows: [["1.50", null, "{x,NULL}", "8"]],
      truncated: false,
      follower: "follower",
      durationMs: expect.any(Number),
    });
    expect(result.columns.map(({ name, type }) => [name, type.name])).toStrictEqual([
      ["a", "numeric"],
      ["b", "date"],
      ["c", "text[]"],
      ["d", "integer"],
    ]);
  });

  test("a result without rows has its columns", async () => {
    const { rows, columns, truncated } = await start("SELECT 1 AS one WHERE false").finished;
    expect([rows, columns.map(({ name }) => name), truncated]).toStrictEqual([[], ["one"], false]);
  });

  test("so many rows as are asked for, and no more; exactly as many are the whole", async () => {
    const sql = "SELECT n FROM generate_series(1, 10) AS n";
    const cut = await start(sql, { maxRows: 9 }).finished;
    expect([cut.rows.length, cut.rows.at(-1), cut.truncated]).toStrictEqual([9, ["9"], true]);
    const whole = await start(sql, { maxRows: 10 }).finished;
    expect([whole.rows.length, whole.truncated]).toStrictEqual([10, false]);
  });

  test("an endless query ends at the cap", async () => {
    const { rows, truncated } = await start("SELECT generate_series(1, 9000000000) AS n").finished;
    expect([rows.length, truncated]).toStrictEqual([1000, true]);
  });

  test("no more than 4 MB", async () => {
    const { rows, truncated } = await start("SELECT repeat('x', 1000000) FROM generate_series(1, 9)").finished;
    expect([rows.length, truncated]).toStrictEqual([3, true]);
  });

  test("the database's own caps hold too", async () => {
    const database = { ...server.deps.databases.get("test"), maxRows: 2 };
    const { rows, truncated } = await start("SELECT n FROM generate_series(1, 3) AS n", { database }).finished;
    expect([rows.length, truncated]).toStrictEqual([2, true]);
  });

  test("nothing is stored", async () => {
    const count = async () =>
      (await server.own.query("SELECT (SELECT count(*) FROM runs), (SELECT count(*) FROM results)")).rows;
    const before = await count();
    await start("SELECT 1").finished;
    expect(await count()).toStrictEqual(before);
  });
});

describe("what is wrong", () => {
  test.each([
    ["SELECT {{n}}::int", {}, { code: "invalid_parameter" }],
    ["SELECT 1", { n: "1" }, { code: "invalid_parameter" }],
    ["SELEC 1", {}, { code: "query_failed", sqlstate: "42601", position: 1 }],
    ["SELECT '{{n}}'", {}, { code: "invalid_request", position: 9 }],
  ])("%s is said before anything runs", (sql, parameters, expected) => {
    expect(() => start(sql, { parameters })).toThrow(expect.objectContaining(expected));
  });

  test("PostgreSQL's errors have their position and hint, in the author's SQL", async () => {
    const error = await failure(start("SELECT {{a:1}}::int, nam FROM numbers").finished);
    expect(error).toMatchObject({ code: "query_failed", sqlstate: "42703", position: 22 });
    expect(error.hint).toContain("numbers.name");
  });

  test("the database's clock holds", async () => {
    const database = { ...server.deps.databases.get("test"), timeoutMs: 100 };
    expect(await failure(start("SELECT pg_sleep(600)", { database }).finished)).toMatchObject({
      code: "query_timeout",
    });
  });
});

test.each([
  "DELETE FROM numbers",
  "SELECT 1; DROP TABLE numbers",
  "WITH gone AS (DELETE FROM numbers RETURNING *) SELECT * FROM gone",
  "SELECT * INTO copied FROM numbers",
  "SELECT * FROM numbers FOR UPDATE",
  "EXPLAIN ANALYZE DELETE FROM numbers",
  "COPY numbers TO '/tmp/numbers'",
  "SET transaction_read_only = off",
])("%s is refused by the gate", (sql) => {
  expect(() => start(sql)).toThrow(expect.objectContaining({ code: "not_read_only" }));
});

test.each([
  "SELECT pg_read_file('/etc/passwd')",
  "SELECT pg_terminate_backend(1)",
  "SELECT set_config('transaction_read_only', 'off', false)",
  "SELECT query_to_xml('SELECT 1', true, false, '')",
  "SELECT * FROM pg_authid",
])("%s is refused, for what it names", (sql) => {
  expect(() => start(sql)).toThrow(expect.objectContaining({ code: "not_read_only", position: expect.any(Number) }));
});

test("what only the follower knows to be no reading function is refused there", async () => {
  await server.primary.query(
    "CREATE FUNCTION changes() RETURNS int LANGUAGE sql VOLATILE AS 'SELECT 1'; GRANT EXECUTE ON FUNCTION changes() TO dataclips_reader",
  );
  await server.catchUp();
  expect(await failure(start("SELECT changes()").finished)).toMatchObject({ code: "not_read_only", position: 8 });
});

describe("cancelling", () => {
  test("ends the query on the server, and gives its place back only then", async () => {
    const abort = new AbortController();
    const draft = start("SELECT pg_sleep(600)", { signal: abort.signal });
    await until(async () => (await server.sleepingQueries()).length === 1);
    expect(draft.progress()).toStrictEqual({
      state: "running",
      queuePosition: null,
      follower: "follower",
      rowCount: 0,
      bytes: 0,
    });
    abort.abort();
    expect(await failure(draft.finished)).toMatchObject({ code: "run_cancelled" });
    const queue = server.deps.runs.queue(server.deps.databases.get("test"));
    await until(() => queue.running === 0);
    expect(await server.sleepingQueries()).toStrictEqual([]);
  });

  test("before it begins, nothing begins", async () => {
    expect(await failure(start("SELECT pg_sleep(600)", { signal: AbortSignal.abort() }).finished)).toMatchObject({
      code: "run_cancelled",
    });
  });

  test("one that waits in the queue says its place, and leaves it", async () => {
    const abort = new AbortController();
    const running = Array.from({ length: MAX_RUNS }, () => start("SELECT pg_sleep(600)", { signal: abort.signal }));
    const stops = [new AbortController(), new AbortController()];
    const [first, second] = stops.map(({ signal }) => start("SELECT 1 AS one", { signal }));
    expect([first!.progress(), second!.progress()]).toMatchObject([
      { state: "queued", queuePosition: 1 },
      { state: "queued", queuePosition: 2 },
    ]);
    stops[0]!.abort();
    expect(await failure(first!.finished)).toMatchObject({ code: "run_cancelled" });
    expect(second!.progress()).toMatchObject({ state: "queued", queuePosition: 1 });
    abort.abort();
    await Promise.all(running.map(({ finished }) => failure(finished)));
    expect((await second!.finished).rows).toStrictEqual([["1"]]);
  });

  test("draining waits for a draft, and cancels it when its patience ends", async () => {
    const draft = start("SELECT pg_sleep(600)");
    const failed = failure(draft.finished);
    await until(async () => (await server.sleepingQueries()).length === 1);
    await server.deps.runs.drain(0);
    expect(await failed).toMatchObject({ code: "run_cancelled" });
    expect(await server.busySessions()).toStrictEqual([]);
  });
});

describe("a connection that breaks", () => {
  test("is replaced once, and the rows are those of the second attempt", async () => {
    proxy.misbehave({ marker: "'draft'", kind: "cut", afterBytes: 200_000, times: 1 });
    const sql = "SELECT 'draft' || n AS a, repeat('x', 1000) AS x FROM generate_series(1, 900) AS n";
    const { rows } = await start(sql).finished;
    expect([rows.length, rows[0]![0], rows[899]![0]]).toStrictEqual([900, "draft1", "draft900"]);
    expect(proxy.seen).toBe(2);
  });

  test("is not replaced twice", async () => {
    proxy.misbehave({ marker: "'twice'", kind: "cut", times: 9 });
    expect(await failure(start("SELECT 'twice'").finished)).toMatchObject({ code: "follower_lost" });
    expect(proxy.seen).toBe(2);
  });
});
