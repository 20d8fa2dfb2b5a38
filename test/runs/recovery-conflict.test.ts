import { readFile } from "node:fs/promises";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Embedded, startEmbedded } from "../../src/embedded/embedded.ts";
import { serverPid } from "../embedded/server-processes.ts";
import { temporaryDirectory } from "../embedded/temporary-directory.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { httpGet, openGet, readRest } from "./http-get.ts";

/** A pair of its own: the follower's settings are changed here, and it is killed. */
let temporary: Awaited<ReturnType<typeof temporaryDirectory>>;
let embedded: Embedded;
let server: TestServer;
let primary: pg.Client;
beforeAll(async () => {
  temporary = await temporaryDirectory();
  embedded = await startEmbedded({ dataDirectory: `${temporary.path}/data`, samples: false, onProgress: () => {} });
  await query(url("primary", "postgres", "postgres"), "CREATE DATABASE pair");
  primary = new pg.Client(url("primary"));
  primary.on("error", () => {});
  await primary.connect();
  await primary.query("CREATE TABLE t AS SELECT n FROM generate_series(1, 300) AS n");
  await primary.query(await readFile(new URL("../../sql/roles.sql", import.meta.url), "utf8"));
  // Replay waits for nobody.
  await query(
    url("follower", "postgres", "postgres"),
    "ALTER SYSTEM SET max_standby_streaming_delay = 0",
    "SELECT pg_reload_conf()",
  );
  server = await startTestServer({}, () => [{ name: "pair", url: url("follower", "dataclips_reader") }]);
  await until(async () => {
    const [written] = await query(url("primary"), "SELECT pg_current_wal_flush_lsn()::text AS lsn");
    const [replayed] = await query(
      url("follower", "postgres", "postgres"),
      `SELECT pg_last_wal_replay_lsn() >= '${written.lsn}'::pg_lsn AS done`,
    );
    return replayed.done;
  });
});
afterAll(async () => {
  await server?.close();
  await primary?.end();
  await embedded?.stop();
  await temporary?.remove();
});
afterEach(() => server.deps.runs.drain(10_000));

function url(on: "primary" | "follower", role = "postgres", database = "pair"): string {
  return embedded.url({ role, database, server: on });
}

async function query(address: string, ...statements: string[]): Promise<any[]> {
  const client = new pg.Client(address);
  client.on("error", () => {});
  await client.connect();
  try {
    let rows: unknown[] = [];
    for (const statement of statements) ({ rows } = await client.query(statement));
    return rows;
  } finally {
    await client.end();
  }
}

/** Until the follower runs so many queries of the reader's that read the table. */
async function untilReading(): Promise<void> {
  await until(async () => {
    const rows = await query(
      url("follower"),
      "SELECT FROM pg_stat_activity WHERE usename = 'dataclips_reader' AND wait_event = 'PgSleep'",
    );
    return rows.length === 1;
  });
}

/** Something whose replay wants the table for itself. */
let columns = 0;
async function alterTable(): Promise<void> {
  await primary.query(`ALTER TABLE t ADD COLUMN c${columns++} int`);
}

async function conflicts(): Promise<number> {
  const rows = await query(
    url("follower"),
    "SELECT confl_lock::int AS count FROM pg_stat_database_conflicts WHERE datname = 'pair'",
  );
  return rows[0].count;
}

async function runs(clipId: number): Promise<unknown[]> {
  await server.deps.runs.drain(10_000);
  const { rows } = await server.own.query(
    "SELECT state, error->>'code' AS code, result FROM runs WHERE clip_id = $1 ORDER BY created_at",
    [clipId],
  );
  return rows;
}

describe("a query that stands in the way of replication", () => {
  test("before its first row, is tried once more, and succeeds", async () => {
    const clip = await server.createClip("SELECT count(pg_sleep(0.004))::int AS rows FROM t");
    const before = await conflicts();
    const answer = httpGet(server, `/clips/${clip.slug}.csv`);
    await untilReading();
    await alterTable();
    expect(await answer).toMatchObject({ status: 200, broken: false, body: "rows\n300\n" });
    await until(async () => (await conflicts()) === before + 1);
    expect(await runs(clip.id)).toEqual([{ state: "done", code: null, result: 1 }]);
  });

  test("twice, is an error that says so: 503 with Retry-After", async () => {
    const clip = await server.createClip("SELECT count(pg_sleep(0.01))::int AS rows FROM t");
    let answered = false;
    const answer = server.request(`/clips/${clip.slug}.csv`).finally(() => (answered = true));
    while (!answered) await alterTable();
    const response = await answer;
    expect(response.status).toBe(503);
    expect(response.headers.get("Retry-After")).toBe("2");
    expect(await response.json()).toMatchObject({
      error: {
        code: "recovery_conflict",
        message: expect.stringMatching(/^The follower had to cancel the query: /),
        hint: expect.stringMatching(/^Run it again\./),
        sqlstate: "40001",
      },
    });
    expect(await runs(clip.id)).toEqual([{ state: "failed", code: "recovery_conflict", result: null }]);
  });

  test("after rows that nobody has been sent, is tried once more: the run is waited for, and read when it is over", async () => {
    const clip = await server.createClip("SELECT n, repeat('x', 9000) AS x, pg_sleep(0.01) FROM t");
    const before = await conflicts();
    const answer = server.request(`/api/clips/${clip.slug}/runs`, { method: "POST", json: { wait: true } });
    await until(async () => {
      const { rows } = await server.own.query("SELECT id FROM runs WHERE clip_id = $1", [clip.id]);
      const run =
        rows[0] && ((await (await server.request(`/api/runs/${rows[0].id}`)).json()) as { row_count: number });
      return run?.row_count > 20;
    });
    await alterTable();
    const run = (await (await answer).json()) as Record<string, unknown>;
    expect(run).toMatchObject({ state: "done", row_count: 300 });
    await until(async () => (await conflicts()) === before + 1);
    expect(await runs(clip.id)).toEqual([{ state: "done", code: null, result: run["result"] }]);
    const csv = await httpGet(server, `/clips/${clip.slug}.csv?result=${run["result"]}`);
    expect(csv.body.split("\n")).toHaveLength(302);
  });

  test("after rows have gone out, breaks the transfer, and nothing is stored", async () => {
    const clip = await server.createClip("SELECT n, repeat('x', 9000) AS x, pg_sleep(0.02) FROM t");
    const response = await openGet(server, `/clips/${clip.slug}.ndjson`).response;
    expect(response.statusCode).toBe(200);
    const rest = readRest(response);
    await alterTable();
    const raw = await rest;
    expect(raw).toMatchObject({ broken: true, trailers: {} });
    const lines = raw.body.split("\n");
    expect(JSON.parse(lines.at(-2)!)).toMatchObject({ error: { code: "recovery_conflict", sqlstate: "40001" } });
    expect(lines.at(-1)).toBe("");
    expect(await runs(clip.id)).toEqual([{ state: "failed", code: "recovery_conflict", result: null }]);
    expect((await server.own.query("SELECT FROM results WHERE clip_id = $1", [clip.id])).rowCount).toBe(0);
  });
});

describe("a follower that is killed", () => {
  test("in mid-result, breaks the transfer; once it is back, the next run gives everything", async () => {
    const clip = await server.createClip("SELECT n, repeat('x', 9000) AS x, pg_sleep(0.02) FROM t", {
      max_age_seconds: 0,
    });
    const response = await openGet(server, `/clips/${clip.slug}.csv`).response;
    expect(response.statusCode).toBe(200);
    const rest = readRest(response);
    // Immediate shutdown: what every backend of a server that crashed gets too.
    process.kill(await serverPid(`${temporary.path}/data/postgresql/follower`), "SIGQUIT");
    expect((await rest).broken).toBe(true);
    expect(await runs(clip.id)).toEqual([{ state: "failed", code: "follower_lost", result: null }]);
    expect((await server.own.query("SELECT FROM results WHERE clip_id = $1", [clip.id])).rowCount).toBe(0);

    const other = await server.createClip("SELECT count(*)::int AS rows FROM t", { max_age_seconds: 0 });
    let raw: Awaited<ReturnType<typeof httpGet>> | undefined;
    const refusals = new Set<string>();
    await until(async () => {
      raw = await httpGet(server, `/clips/${other.slug}.csv`);
      if (raw.status === 200) return true;
      refusals.add(`${raw.status} ${(JSON.parse(raw.body) as { error: { code: string } }).error.code}`);
      return false;
    });
    expect(raw).toMatchObject({ broken: false, body: "rows\n300\n" });
    // Meanwhile it was said what is wrong.
    expect([...refusals].filter((refusal) => !["503 no_follower", "503 follower_lost"].includes(refusal))).toEqual([]);
  });
});
