import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { type FollowerProxy, startFollowerProxy } from "./follower-proxy.ts";
import { httpGet, openGet, readRest } from "./http-get.ts";

/** About 20 MB. After 5 MB it waits until a client has its first bytes: what fails before that is no broken transfer. */
const LARGE = `SELECT n AS large, repeat(md5(n::text), 30) AS x, CASE n WHEN 5000 THEN pg_sleep(0.3)::text END AS slept
  FROM generate_series(1, 20000) AS n`;
/** Gives rows at once, and goes on for minutes. */
const TRICKLE = "SELECT n, repeat('x', 9000) AS x, pg_sleep(0.01) FROM generate_series(1, 20000) AS n";

let proxy: FollowerProxy;
let server: TestServer;
/** The same with a short timeout. */
let hasty: TestServer;
/** The same with one in which first rows come on a busy machine too. */
let unhurried: TestServer;
/** A superuser's session on the follower. */
let follower: pg.Client;
beforeAll(async () => {
  proxy = await startFollowerProxy();
  const proxied = (readerUrl: string) => [{ name: "proxied", url: proxy.connectTo(readerUrl) }];
  server = await startTestServer({}, proxied);
  hasty = await startTestServer({ timeoutMs: 300 }, proxied);
  unhurried = await startTestServer({ timeoutMs: 4_000 }, proxied);
  follower = new pg.Client(server.readerUrl.replace("dataclips_reader@", "postgres@"));
  await follower.connect();
});
afterAll(async () => {
  await follower.end();
  await proxy.close();
  await server.close();
  await hasty.close();
  await unhurried.close();
});
afterEach(async () => {
  proxy.release();
  for (const each of [server, hasty, unhurried]) {
    await until(async () => (await each.busySessions()).length === 0);
    await until(() => each.deps.runs.queue(each.deps.databases.get("test")).running === 0);
  }
});

/** The runs of a clip, once all of them have ended. */
async function endedRuns(on: TestServer, clipId: number): Promise<unknown[]> {
  let found: unknown[] = [];
  await until(async () => {
    const { rows } = await on.own.query(
      "SELECT state, error->>'code' AS code, result FROM runs WHERE clip_id = $1 ORDER BY created_at",
      [clipId],
    );
    found = rows;
    return rows.every((row) => ["done", "failed", "cancelled"].includes(row.state));
  });
  return found;
}

/** Nothing of the clip's results is stored. */
async function expectNothingStored(on: TestServer, clipId: number): Promise<void> {
  expect((await on.own.query("SELECT FROM results WHERE clip_id = $1", [clipId])).rowCount).toBe(0);
  const unsealed = "SELECT FROM result_chunks LEFT JOIN results ON id = result_id WHERE sealed_at IS NULL";
  expect((await on.own.query(unsealed)).rowCount).toBe(0);
}

/** Ends the server's own reader session that runs a clip's query, or is about to; not one that is being opened ahead. */
async function terminateReader(): Promise<void> {
  await until(async () => {
    const { rowCount } = await follower.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND usename = 'dataclips_reader'
          AND (state = 'idle in transaction' OR state = 'active' AND query NOT LIKE '%pg_catalog.%')`,
    );
    return rowCount === 1;
  });
}

describe("a connection that breaks before the first row", () => {
  test("is replaced once, and nobody notices", async () => {
    const clip = await server.createClip("SELECT 'first' AS tried");
    proxy.misbehave({ marker: "'first'", kind: "cut", times: 1 });
    const raw = await httpGet(server, `/clips/${clip.slug}.csv`);
    expect(raw).toMatchObject({ status: 200, body: "tried\nfirst\n" });
    expect(proxy.seen).toBe(2);
    expect(await endedRuns(server, clip.id)).toEqual([{ state: "done", code: null, result: 1 }]);
  });

  test("also when the columns are known already", async () => {
    const clip = await server.createClip("SELECT 'columns' AS tried FROM generate_series(1, 2)");
    // ParseComplete, BindComplete and a part of RowDescription.
    proxy.misbehave({ marker: "'columns'", kind: "cut", afterBytes: 45, times: 1 });
    const raw = await httpGet(server, `/clips/${clip.slug}.csv`);
    expect(raw).toMatchObject({ status: 200, body: "tried\ncolumns\ncolumns\n" });
    expect(proxy.seen).toBe(2);
  });

  test("is not replaced twice: 503 with Retry-After", async () => {
    const clip = await server.createClip("SELECT 'twice' AS tried");
    proxy.misbehave({ marker: "'twice'", kind: "cut", times: 9 });
    const response = await server.request(`/clips/${clip.slug}.csv`);
    expect(response.status).toBe(503);
    expect(response.headers.get("Retry-After")).toBe("5");
    expect(await response.json()).toEqual({
      error: {
        code: "follower_lost",
        message: "The connection to the follower broke.",
        hint: "Try again in a moment.",
      },
    });
    expect(proxy.seen).toBe(2);
    expect(await endedRuns(server, clip.id)).toEqual([{ state: "failed", code: "follower_lost", result: null }]);
    await expectNothingStored(server, clip.id);
  });

  test("is replaced too when an administrator ends the session", async () => {
    const clip = await server.createClip("SELECT 'ended' AS tried");
    proxy.misbehave({ marker: "'ended'", kind: "hold-query", times: 1 });
    const answer = httpGet(server, `/clips/${clip.slug}.csv`);
    await until(() => proxy.seen === 1);
    await terminateReader();
    expect(await answer).toMatchObject({ status: 200, body: "tried\nended\n" });
    expect(proxy.seen).toBe(2);
    expect(await endedRuns(server, clip.id)).toEqual([{ state: "done", code: null, result: 1 }]);
  });
});

describe("a connection that breaks in mid-result", () => {
  test.each(["csv", "json", "ndjson"])("breaks the transfer of %s, and nothing is stored", async (format) => {
    const clip = await server.createClip(LARGE, { max_age_seconds: 0 });
    proxy.misbehave({ marker: "AS large", kind: "cut", afterBytes: 8_000_000, times: 1 });
    const raw = await httpGet(server, `/clips/${clip.slug}.${format}`);
    expect(raw).toMatchObject({ status: 200, broken: true, trailers: {} });
    expect(proxy.seen).toBe(1);
    // NDJSON's last line says why; nothing is written into the others.
    expect(raw.body.includes('\n{"error":{"code":"follower_lost",')).toBe(format === "ndjson");
    expect(raw.body.endsWith("}}\n")).toBe(format === "ndjson");
    expect(await endedRuns(server, clip.id)).toEqual([{ state: "failed", code: "follower_lost", result: null }]);
    await expectNothingStored(server, clip.id);
    expect((await server.request(`/clips/${clip.slug}.csv?result=1`)).status).toBe(404);
  });

  test("rejects a fetch, and the next run gives everything", async () => {
    const clip = await server.createClip(LARGE, { max_age_seconds: 0 });
    proxy.misbehave({ marker: "AS large", kind: "cut", afterBytes: 8_000_000, times: 1 });
    const response = await server.request(`/clips/${clip.slug}.csv`);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow("terminated");
    const next = await httpGet(server, `/clips/${clip.slug}.csv`);
    expect(next.broken).toBe(false);
    expect(next.body.trimEnd().split("\n")).toHaveLength(20_001);
    // A gap in the numbers is a run that failed after its first row.
    expect(next.headers["x-result"]).toBe("2");
    expect(await endedRuns(server, clip.id)).toEqual([
      { state: "failed", code: "follower_lost", result: null },
      { state: "done", code: null, result: 2 },
    ]);
  });

  test("because an administrator ended the session, breaks the transfer", async () => {
    const clip = await server.createClip(TRICKLE, { max_age_seconds: 0 });
    const response = await openGet(server, `/clips/${clip.slug}.ndjson`).response;
    expect(response.statusCode).toBe(200);
    const rest = readRest(response);
    await terminateReader();
    const raw = await rest;
    expect(raw.broken).toBe(true);
    expect(raw.body.split("\n").slice(-2)).toEqual([
      JSON.stringify({
        error: {
          code: "follower_lost",
          message: "The follower ended the connection: it is shutting down, or an administrator ended the session.",
          sqlstate: "57P01",
        },
      }),
      "",
    ]);
    expect(await endedRuns(server, clip.id)).toEqual([{ state: "failed", code: "follower_lost", result: null }]);
    await expectNothingStored(server, clip.id);
  });
});

describe("a follower that says nothing any more", () => {
  const TIMED_OUT = [{ state: "failed", code: "query_timeout", result: null }];

  test("before the transaction has begun, is given up by our own clock: 504", async () => {
    const clip = await hasty.createClip("SELECT 'silent' AS tried");
    proxy.misbehave({ marker: "BEGIN ISOLATION LEVEL", kind: "hold", times: 9 });
    const response = await hasty.request(`/clips/${clip.slug}.csv`);
    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({ error: { code: "query_timeout" } });
    expect(await endedRuns(hasty, clip.id)).toEqual(TIMED_OUT);
    await until(async () => (await hasty.busySessions()).length === 0);
  });

  test("in mid-result, breaks the transfer", async () => {
    const clip = await unhurried.createClip(LARGE);
    proxy.misbehave({ marker: "AS large", kind: "hold", afterBytes: 1_000_000, times: 1 });
    const raw = await httpGet(unhurried, `/clips/${clip.slug}.csv`);
    expect(raw).toMatchObject({ status: 200, broken: true });
    expect(await endedRuns(unhurried, clip.id)).toEqual(TIMED_OUT);
    await expectNothingStored(unhurried, clip.id);
    await until(async () => (await unhurried.busySessions()).length === 0);
  });

  test("does not keep a cancelled run waiting for ever", async () => {
    const clip = await server.createClip("SELECT 'silent' AS tried");
    proxy.misbehave({ marker: "BEGIN ISOLATION LEVEL", kind: "hold", times: 9 });
    const response = await server.request(`/api/clips/${clip.slug}/runs`, { method: "POST", json: {} });
    const { id } = (await response.json()) as { id: string };
    await until(() => proxy.seen === 1);
    const cancelled = await server.request(`/api/runs/${id}`, { method: "DELETE" });
    expect(await cancelled.json()).toMatchObject({ state: "cancelled" });
    await until(async () => (await server.busySessions()).length === 0);
  });
});
