import { findNewestResult } from "../../src/results/store.ts";
import { createHash } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { LiveRun } from "../../src/runs/live-run.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { type FollowerProxy, startFollowerProxy } from "./follower-proxy.ts";
import { httpGet, openGet, readRest } from "./http-get.ts";

/** About 29 MB: more than any buffer on the way to a client. */
const LARGE = "SELECT n, repeat(md5(n::text), 30) AS x FROM generate_series(1, 30000) AS n";
const LARGE_CSV = `n,x\n${Array.from({ length: 30_000 }, (_, n) => `${n + 1},${md5(String(n + 1)).repeat(30)}\n`).join("")}`;

let proxy: FollowerProxy;
let server: TestServer;
beforeAll(async () => {
  proxy = await startFollowerProxy();
  server = await startTestServer({}, (readerUrl) => [{ name: "follower", url: proxy.connectTo(readerUrl) }]);
});
afterAll(async () => {
  await proxy.close();
  await server.close();
});
afterEach(async () => {
  vi.restoreAllMocks();
  proxy.release();
  await server.deps.runs.drain(30_000);
  await until(async () => (await server.busySessions()).length === 0);
  expect(server.deps.runs.queue(server.deps.databases.get("test"))).toMatchObject({ running: 0, waiting: 0 });
});

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}

/** The runs that GETs start or join from now on, in the order in which they were asked for. */
function watchRuns(): LiveRun[] {
  const { joinOrStart } = server.deps.runs;
  const runs: LiveRun[] = [];
  vi.spyOn(server.deps.runs, "joinOrStart").mockImplementation(async (...request) => {
    const joined = await joinOrStart(...request);
    if ("run" in joined) runs.push(joined.run);
    return joined;
  });
  return runs;
}

async function countRuns(clipId: number): Promise<number> {
  return (await server.own.query("SELECT FROM runs WHERE clip_id = $1", [clipId])).rowCount!;
}

describe("single flight", () => {
  test("twenty clients, three formats, one run", async () => {
    const sql = "SELECT 'flight' AS f, clock_timestamp() AS t, random() AS r FROM generate_series(1, 500)";
    const clip = await server.createClip(sql, { max_age_seconds: 0 });
    const runs = watchRuns();
    proxy.misbehave({ marker: "'flight'", kind: "hold-query", times: 1 });
    const formats = Array.from({ length: 20 }, (_, n) => ["csv", "json", "ndjson"][n % 3]!);
    const answers = formats.map((format) => httpGet(server, `/clips/${clip.slug}.${format}`));
    await until(() => runs.length === 20 && proxy.seen === 1);
    proxy.release();
    const raws = await Promise.all(answers);

    expect(new Set(runs).size).toBe(1);
    expect(await countRuns(clip.id)).toBe(1);
    expect(proxy.seen).toBe(1);
    for (const [n, raw] of raws.entries()) {
      expect(raw).toMatchObject({ status: 200, broken: false });
      expect(raw.body).toBe(raws[n % 3]!.body);
    }
    const rows = raws[0]!.body.trimEnd().split("\n").slice(1);
    expect(rows).toHaveLength(500);
    const { values } = JSON.parse(raws[1]!.body) as { values: [string, string, number][] };
    // As numbers: of one below 0.0001 JavaScript and PostgreSQL write the same digits in another way.
    expect(values.map(([, , r]) => r)).toEqual(rows.map((row) => Number(row.split(",")[2])));
  });

  test("is for the same values and the same version only", async () => {
    const clip = await server.createClip("SELECT 'apart' AS f, {{x:1}}::int AS x", { max_age_seconds: 0 });
    const runs = watchRuns();
    proxy.misbehave({ marker: "'apart'", kind: "hold-query", times: 9 });
    const answers = ["?x=1", "?x=2", "", "?version=1"].map((query) =>
      httpGet(server, `/clips/${clip.slug}.csv${query}`),
    );
    await until(() => runs.length === 4);
    proxy.release();
    expect((await Promise.all(answers)).map(({ body }) => body)).toEqual([
      "f,x\napart,1\n",
      "f,x\napart,2\n",
      "f,x\napart,1\n",
      "f,x\napart,1\n",
    ]);
    expect(new Set(runs).size).toBe(2);
  });

  test("everyone gets the error of a run that fails, and the next one gets a run of their own", async () => {
    const clip = await server.createClip("SELECT 'fails' AS f, 1 / 0 AS q", { max_age_seconds: 0 });
    const runs = watchRuns();
    proxy.misbehave({ marker: "'fails'", kind: "hold-query", times: 1 });
    const answers = Array.from({ length: 5 }, () => httpGet(server, `/clips/${clip.slug}.json`));
    await until(() => runs.length === 5);
    proxy.release();
    for (const raw of await Promise.all(answers)) {
      expect(raw.status).toBe(422);
      expect(JSON.parse(raw.body)).toMatchObject({ error: { code: "query_failed", sqlstate: "22012" } });
    }
    expect(await countRuns(clip.id)).toBe(1);
  });

  test("a run that has ended is not joined where nothing older will do", async () => {
    const clip = await server.createClip("SELECT random() AS r", { max_age_seconds: 0 });
    const bodies = new Set<string>();
    for (let n = 0; n < 5; n++) bodies.add((await httpGet(server, `/clips/${clip.slug}.csv`)).body);
    expect(bodies.size).toBe(5);
  });

  test("a result that was just sent will do where it may be a little older, and can be asked for by its number", async () => {
    const clip = await server.createClip("SELECT random() AS r", { max_age_seconds: 3600 });
    const first = await httpGet(server, `/clips/${clip.slug}.csv`);
    expect(first.headers["x-result"]).toBe("1");
    expect((await httpGet(server, `/clips/${clip.slug}.csv?result=1`)).body).toBe(first.body);
    expect((await httpGet(server, `/clips/${clip.slug}.csv`)).body).toBe(first.body);
    expect(await countRuns(clip.id)).toBe(1);
  });
});

describe("a reader that reads nothing", () => {
  test("does not hold the follower's session, and gets everything later", async () => {
    const clip = await server.createClip(LARGE, { max_age_seconds: 0 });
    const runs = watchRuns();
    const slow = await openGet(server, `/clips/${clip.slug}.csv`).response;
    expect(slow.statusCode).toBe(200);
    expect(await runs[0]!.finished).toMatchObject({ state: "done", row_count: 30_000 });
    await until(async () => (await server.busySessions()).length === 0);
    // Nothing was read: all that is here is what fits into the buffers between.
    expect(slow.socket.bytesRead).toBeLessThan(LARGE_CSV.length / 2);

    const raw = await readRest(slow);
    expect(raw.broken).toBe(false);
    expect(md5(raw.body)).toBe(md5(LARGE_CSV));
    expect(raw.trailers).toMatchObject({ "x-row-count": "30000", "x-truncated": "false" });
  });

  test("holds up no other reader of the same run", async () => {
    const clip = await server.createClip(LARGE, { max_age_seconds: 0 });
    const runs = watchRuns();
    const slow = await openGet(server, `/clips/${clip.slug}.csv`).response;
    const quick = await httpGet(server, `/clips/${clip.slug}.csv`);
    expect(md5(quick.body)).toBe(md5(LARGE_CSV));
    expect(md5((await readRest(slow)).body)).toBe(md5(LARGE_CSV));
    expect(runs).toHaveLength(2);
  });
});

describe("Dataclips' own database fails", () => {
  const SMALL = "SELECT 'kept' AS k, n FROM generate_series(1, 3) AS n";
  const SMALL_CSV = "k,n\nkept,1\nkept,2\nkept,3\n";

  /** Makes something in the own database fail for as long as `use` takes. */
  async function failing(on: string, use: () => Promise<void>): Promise<void> {
    await server.own.query(`
      CREATE OR REPLACE FUNCTION public.fail_it() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100'; END $$;
      CREATE TRIGGER fail_it BEFORE ${on} FOR EACH ROW EXECUTE FUNCTION public.fail_it()`);
    try {
      await use();
    } finally {
      await server.own.query("DROP FUNCTION public.fail_it CASCADE");
    }
  }

  async function runOf(clipId: number): Promise<unknown> {
    let found: unknown;
    await until(async () => {
      const { rows } = await server.own.query(
        "SELECT state, error->>'code' AS code, result FROM runs WHERE clip_id = $1 ORDER BY created_at",
        [clipId],
      );
      [found] = rows;
      return rows.length === 1 && !["queued", "running"].includes(rows[0].state);
    });
    return found;
  }

  async function expectNothingStored(clip: { id: number; slug: string }): Promise<void> {
    expect((await server.own.query("SELECT FROM results WHERE clip_id = $1", [clip.id])).rowCount).toBe(0);
    const unsealed = "SELECT FROM result_chunks LEFT JOIN results ON id = result_id WHERE sealed_at IS NULL";
    expect((await server.own.query(unsealed)).rowCount).toBe(0);
    expect((await server.request(`/clips/${clip.slug}.csv?result=1`)).status).toBe(404);
  }

  test.each([
    ["a small result", "INSERT ON result_chunks", SMALL, SMALL_CSV],
    ["a large result", "INSERT ON result_chunks", LARGE, LARGE_CSV],
    ["the sealing of a small result", "UPDATE ON results", SMALL, SMALL_CSV],
    ["the sealing of a large result", "UPDATE ON results", LARGE, LARGE_CSV],
    ["the making of a result", "INSERT ON results", SMALL, SMALL_CSV],
    ["the making of a large result", "INSERT ON results", LARGE, LARGE_CSV],
  ])("at %s: the client gets all rows or a broken transfer, and nothing is kept", async (_, on, sql, csv) => {
    const clip = await server.createClip(sql, { max_age_seconds: 0 });
    const logged = server.logged.length;
    await failing(on, async () => {
      const raw = await httpGet(server, `/clips/${clip.slug}.csv`);
      const outcome = raw.status === 503 ? "refused" : raw.broken ? "broken" : md5(raw.body);
      expect(["refused", "broken", md5(csv)]).toContain(outcome);
      expect(await runOf(clip.id)).toEqual({ state: "failed", code: "store_failed", result: null });
    });
    await expectNothingStored(clip);
    const log = server.logged.slice(logged).join("\n");
    expect(log).toContain("no space left on device");
    expect(log).not.toMatch(/insert into|update "/i);
    // It was for a moment: the next run is kept.
    const next = await httpGet(server, `/clips/${clip.slug}.csv`);
    expect(md5(next.body)).toBe(md5(csv));
  });

  test("at a result's number: the client is told before any row", async () => {
    const clip = await server.createClip(SMALL, { max_age_seconds: 0 });
    await failing("UPDATE ON clips", async () => {
      const response = await server.request(`/clips/${clip.slug}.csv`);
      expect(response.status).toBe(503);
      expect(response.headers.get("Retry-After")).toBe("10");
      expect(await response.json()).toEqual({
        error: {
          code: "store_failed",
          message: "The result could not be stored, so it was not kept.",
          hint: "Try again in a moment. If it happens again, look at Dataclips' own database: its log, and its disk.",
        },
      });
      expect(await runOf(clip.id)).toEqual({ state: "failed", code: "store_failed", result: null });
    });
    await expectNothingStored(clip);
  });

  test("at the run's record: the client gets the rows all the same", async () => {
    const clip = await server.createClip(SMALL, { max_age_seconds: 0 });
    await failing("INSERT ON runs", async () => {
      expect(await httpGet(server, `/clips/${clip.slug}.csv`)).toMatchObject({ status: 200, body: SMALL_CSV });
    });
  });

  test("with its tables gone: a 500 or 503 that names none of them", async () => {
    const clip = await server.createClip(SMALL, { max_age_seconds: 0 });
    await server.own.query("ALTER TABLE result_chunks RENAME TO result_chunks_away");
    try {
      const raw = await httpGet(server, `/clips/${clip.slug}.csv`);
      const complete = raw.status === 200 && !raw.broken;
      expect(complete ? raw.body : SMALL_CSV).toBe(SMALL_CSV);
      expect(await runOf(clip.id)).toEqual({ state: "failed", code: "store_failed", result: null });
      const { rows } = await server.own.query("SELECT error::text AS error FROM runs WHERE clip_id = $1", [clip.id]);
      expect(rows[0].error).not.toContain("result_chunks");
    } finally {
      await server.own.query("ALTER TABLE result_chunks_away RENAME TO result_chunks");
    }
    await expectNothingStored(clip);
  });
});

test("a run is the same by GET, while it goes on and when it is a record", async () => {
  const clip = await server.createClip("SELECT 'slow' AS s, {{x:1}}::int AS x");
  proxy.misbehave({ marker: "'slow'", kind: "hold-query", times: 1 });
  const started = await server.request(`/api/clips/${clip.slug}/runs`, {
    method: "POST",
    json: { parameters: { x: 7 } },
  });
  const { id } = (await started.json()) as { id: string };
  await until(() => proxy.seen === 1);
  const running = (await (await server.request(`/api/runs/${id}`)).json()) as Record<string, unknown>;
  expect(running).toMatchObject({
    id,
    clip: clip.slug,
    version: 1,
    parameters: { x: "7" },
    state: "running",
    row_count: 0,
    follower: "follower",
    result: null,
    error: null,
    finished_at: null,
  });
  proxy.release();
  let done: Record<string, unknown> = {};
  await until(async () => {
    done = (await (await server.request(`/api/runs/${id}`)).json()) as Record<string, unknown>;
    return done["state"] === "done";
  });
  expect(done).toMatchObject({ id, created_at: running["created_at"], row_count: 1, result: 1, error: null });
  expect(done["bytes"]).toBe(7 + 4 + 4 + 4 + 1);
  expect(Date.parse(done["finished_at"] as string)).toBeGreaterThanOrEqual(Date.parse(done["created_at"] as string));
  await until(() => server.deps.runs.queue(server.deps.databases.get("test")).running === 0);
  expect(await (await server.request(`/api/runs/${id}`)).json()).toEqual(done);
});

test("a result answers for the database that it came from, and for no other", async () => {
  const clip = await server.createClip("SELECT random() AS r");
  await server.request(`/api/clips/${clip.slug}/runs`, { method: "POST", json: { wait: true } });
  const key = { clipId: clip.id, database: "test", version: 1, parametersKey: "[]" };
  expect(await findNewestResult(server.deps.db, key)).toMatchObject({ key });
  expect(await findNewestResult(server.deps.db, { ...key, database: "another" })).toBeUndefined();
});
