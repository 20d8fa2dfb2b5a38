import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(() => server.close());

const TIME = expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const UUID = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

async function send(method: string, path: string, json?: unknown) {
  const response = await server.request(path, { method, json });
  return { status: response.status, headers: response.headers, body: (await response.json()) as any };
}

test("a run is started, and its address says what became of it", async () => {
  const { slug } = await server.createClip("SELECT n, pg_sleep(0) FROM generate_series(1, {{to:3}}::int) AS n");
  const started = await send("POST", `/api/clips/${slug}/runs`, { parameters: { to: 5 } });
  expect(started.status).toBe(202);
  expect(started.body).toStrictEqual({
    id: UUID,
    clip: slug,
    version: 1,
    parameters: { to: "5" },
    state: expect.stringMatching(/^(queued|running)$/),
    queue_position: null,
    queue_running: null,
    row_count: 0,
    bytes: 0,
    duration_ms: null,
    follower: null,
    result: null,
    error: null,
    created_at: TIME,
    finished_at: null,
  });
  const address = started.headers.get("Location")!;
  expect(address).toBe(`/api/runs/${started.body.id}`);
  await until(async () => (await send("GET", address)).body.state === "done");
  const done = {
    ...started.body,
    state: "done",
    row_count: 5,
    // A DataRow has 5 bytes of header, 2 of columns, and per column 4 of length and its text ('1', '').
    bytes: 5 * (5 + 2 + 4 + 1 + 4),
    duration_ms: expect.any(Number),
    follower: "follower",
    result: 1,
    finished_at: TIME,
  };
  await until(async () => (await server.own.query("SELECT 1 FROM runs WHERE state = 'done'")).rows.length === 1);
  const record = await send("GET", address);
  expect([record.status, record.body]).toStrictEqual([200, done]);
  const result = await server.request(`/clips/${slug}.csv?result=1`);
  expect(await result.text()).toBe('n,pg_sleep\n1,""\n2,""\n3,""\n4,""\n5,""\n');
});

test("who asks to wait, waits for the end", async () => {
  const { slug } = await server.createClip("SELECT {{a:x}}::text AS a, {{b:1}}::bool AS b, {{c:7}}::numeric AS c");
  const run = await send("POST", `/api/clips/${slug}/runs`, { wait: true, parameters: { a: null, b: false, c: 1.5 } });
  expect(run.status).toBe(200);
  expect(run.body).toMatchObject({
    state: "done",
    row_count: 1,
    result: 1,
    parameters: { a: null, b: "false", c: "1.5" },
  });
  const result = await server.request(`/clips/${slug}.csv?result=1`);
  expect(await result.text()).toBe("a,b,c\n,f,1.5\n");
});

test("an old version can be run", async () => {
  const { slug } = await server.createClip("SELECT 1 AS old");
  await send("PATCH", `/api/clips/${slug}`, { sql: "SELECT 2 AS new" });
  const run = await send("POST", `/api/clips/${slug}/runs`, { wait: true, version: 1 });
  expect(run.body).toMatchObject({ version: 1, result: 1 });
  expect(await (await server.request(`/clips/${slug}.csv?result=1`)).text()).toBe("old\n1\n");
  expect((await send("POST", `/api/clips/${slug}/runs`, { version: 3 })).body.error).toStrictEqual({
    code: "not_found",
    message: "This clip has no version 3.",
  });
});

test("a run that fails says why: in the answer of who waits, and at its address", async () => {
  const { slug } = await server.createClip("SELECT 10 / {{by}}::int AS a");
  const failed = await send("POST", `/api/clips/${slug}/runs`, { wait: true, parameters: { by: 0 } });
  expect(failed.status).toBe(422);
  expect(failed.body).toMatchObject({
    state: "failed",
    result: null,
    error: { code: "query_failed", message: "division by zero", sqlstate: "22012" },
  });
  const later = await send("GET", `/api/runs/${failed.body.id}`);
  expect([later.status, later.body]).toStrictEqual([200, failed.body]);
  const wrong = await send("POST", `/api/clips/${slug}/runs`, { wait: true, parameters: { by: "x" } });
  expect([wrong.status, wrong.body.error.code]).toStrictEqual([400, "invalid_parameter"]);
});

test("parameters are checked before anything starts", async () => {
  const { slug } = await server.createClip("SELECT {{a}}::int AS a");
  const count = async () => (await server.own.query("SELECT count(*)::int AS n FROM runs")).rows[0].n;
  const before = await count();
  const path = `/api/clips/${slug}/runs`;
  expect((await send("POST", path)).body.error).toStrictEqual({
    code: "invalid_parameter",
    message: 'The parameter "a" has no value.',
    hint: "Give it one, such as ?a=…, or write a default into the SQL: {{a:…}}.",
  });
  expect((await send("POST", path, { parameters: { a: 1, b: 2 } })).body.error).toStrictEqual({
    code: "invalid_parameter",
    message: 'This clip has no parameter "b".',
    hint: "Its parameters are: a.",
  });
  for (const parameters of [{ a: [1] }, { a: {} }, "a=1", [1], { a: "\0" }]) {
    expect((await send("POST", path, { parameters })).status).toBe(400);
  }
  expect((await send("POST", path, { parameters: { a: 1 }, wait: "yes" })).body.error.message).toBe(
    "The request is not right: wait: must be true or false.",
  );
  expect((await send("POST", path, { paramters: {} })).body.error.message).toContain('"paramters"');
  expect(await count()).toBe(before);
});

test("a run is cancelled; after that there is nothing to cancel", async () => {
  const { slug } = await server.createClip("SELECT pg_sleep(60)");
  const { body } = await send("POST", `/api/clips/${slug}/runs`);
  await until(async () => (await server.sleepingQueries()).length > 0);
  const cancelled = await send("DELETE", `/api/runs/${body.id}`);
  expect(cancelled.status).toBe(200);
  expect(cancelled.body).toMatchObject({
    id: body.id,
    state: "cancelled",
    result: null,
    error: { code: "run_cancelled", message: "The run was cancelled.", hint: "Run it again." },
    finished_at: TIME,
  });
  expect((await send("DELETE", `/api/runs/${body.id}`)).body).toStrictEqual(cancelled.body);
  const done = await send("POST", `/api/clips/${(await server.createClip("SELECT 1")).slug}/runs`, { wait: true });
  expect(await send("DELETE", `/api/runs/${done.body.id}`)).toMatchObject({
    status: 409,
    body: { error: { code: "conflict", message: "The run is done already: there is nothing to cancel." } },
  });
});

test.each(["x", "00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-00000000000G"])(
  "there is no run %s",
  async (id) => {
    for (const method of ["GET", "DELETE"]) {
      expect(await send(method, `/api/runs/${id}`)).toMatchObject({
        status: 404,
        body: { error: { code: "not_found", message: "There is no such run." } },
      });
    }
  },
);

test("a program is told how far a run is, line by line, until it is over", async () => {
  const { slug } = await server.createClip("SELECT n FROM generate_series(1, 10) AS n");
  const response = await server.request(`/api/clips/${slug}/runs`, {
    method: "POST",
    headers: { Accept: "application/x-ndjson" },
    json: {},
  });
  expect([response.status, response.headers.get("Content-Type")]).toStrictEqual([200, "application/x-ndjson"]);
  const lines = (await response.text())
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.at(-1)).toMatchObject({ state: "done", row_count: 10, result: 1, error: null });
  expect(new Set(lines.map(({ id }) => id)).size).toBe(1);
});
