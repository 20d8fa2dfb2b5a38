import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { startHeartbeat } from "../../src/runs/heartbeat.ts";
import { getClip } from "../../src/clips/clips.ts";
import { openOwnDatabase } from "../../src/own-database.ts";
import { openResult, prepareRun } from "../../src/runs/open-result.ts";
import { createRuns, type Runs } from "../../src/runs/runs.ts";
import { startTestServer, TOKEN, type TestServer, until } from "../support/test-server.ts";

/** Two servers of Dataclips, in one process but with nothing in common except their own database and the follower. */
let server: TestServer;
let otherRuns: Runs;
let otherApp: ReturnType<typeof createApp>;
const stops: (() => Promise<void>)[] = [];
beforeAll(async () => {
  server = await startTestServer();
  const { db, log } = server.deps;
  otherRuns = createRuns({ db, log });
  otherApp = createApp({ ...server.deps, runs: otherRuns });
  for (const runs of [server.deps.runs, otherRuns]) stops.push(startHeartbeat({ db, runs, log }));
});
afterAll(async () => {
  for (const stop of stops) await stop();
  await otherRuns.drain(0);
  await server.close();
});

const here = (path: string, options?: RequestInit): Promise<Response> => server.request(path, options);
const there = async (path: string, options: RequestInit = {}): Promise<Response> =>
  otherApp.request(`http://other.test${path}`, { ...options, headers: { Authorization: `Bearer ${TOKEN}` } });

async function runsOf(clipId: number): Promise<{ id: string; state: string; error: { code: string } | null }[]> {
  const { rows } = await server.own.query(
    "SELECT id, state, error FROM runs WHERE clip_id = $1 ORDER BY created_at, id",
    [clipId],
  );
  return rows;
}

describe("two servers", () => {
  test("make one run of what both are asked for, and both have its rows", async () => {
    const clip = await server.createClip("SELECT n, pg_sleep(0.01)::text FROM generate_series(1, 40) AS n", {
      max_age_seconds: 0,
    });
    const path = `/clips/${clip.slug}.csv`;
    const answers = await Promise.all([here(path), there(path), here(path), there(path)]);
    const bodies = await Promise.all(answers.map((answer) => answer.text()));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(new Set(bodies).size).toBe(1);
    expect(bodies[0]!.split("\n")).toHaveLength(42);
    await until(async () => (await runsOf(clip.id)).every(({ state }) => state === "done"));
    expect(await runsOf(clip.id)).toHaveLength(1);
  });

  test("say the same error", async () => {
    const clip = await server.createClip("SELECT pg_sleep(0.3), 1 / {{x:0}}::int");
    const path = `/clips/${clip.slug}.json`;
    const answers = await Promise.all([here(path), there(path)]);
    for (const answer of answers) {
      expect([answer.status, await answer.json()]).toMatchObject([
        422,
        { error: { code: "query_failed", message: "division by zero", sqlstate: "22012" } },
      ]);
    }
    expect(await runsOf(clip.id)).toMatchObject([{ state: "failed" }]);
  });

  test("go on by themselves where the other one's reader leaves", async () => {
    const clip = await server.createClip("SELECT pg_sleep(1.5)::text AS slept");
    const path = `/clips/${clip.slug}.csv`;
    const leaving = new AbortController();
    const left = here(path, { signal: leaving.signal }).catch((error: Error) => error.name);
    await until(async () => (await runsOf(clip.id)).length === 1);
    const staying = there(path);
    await until(async () => (await server.sleepingQueries()).some((sql) => sql.includes("slept")));
    leaving.abort();
    expect(await left).toBe("AbortError");
    expect(await (await staying).text()).toBe('slept\n""\n');
    await until(async () => (await runsOf(clip.id)).every(({ state }) => state !== "running"));
    expect((await runsOf(clip.id)).map(({ state }) => state)).toEqual(["cancelled", "done"]);
  });

  test("cancel each other's runs", async () => {
    const clip = await server.createClip("SELECT pg_sleep(60)");
    const started = (await (await here(`/api/clips/${clip.slug}/runs`, { method: "POST" })).json()) as { id: string };
    await until(async () => (await server.sleepingQueries()).some((sql) => sql.includes("pg_sleep(60)")));
    const cancelled = await there(`/api/runs/${started.id}`, { method: "DELETE" });
    expect([cancelled.status, await cancelled.json()]).toMatchObject([200, { id: started.id, state: "cancelled" }]);
    await until(async () => (await server.busySessions()).length === 0);
  });
});

test("a run whose server has died is failed, and whoever waits for it has it run anew", async () => {
  const clip = await server.createClip("SELECT 7 AS seven");
  const flight = JSON.stringify({ clipId: clip.id, database: "test", version: 1, parametersKey: "[]" });
  await server.own.query(
    `INSERT INTO runs (id, clip_id, version, parameters, state, flight, heartbeat_at)
     VALUES (gen_random_uuid(), $1, 1, '{}', 'running', $2, now() - interval '14 seconds')`,
    [clip.id, flight],
  );
  const answer = await there(`/clips/${clip.slug}.csv`);
  expect(await answer.text()).toBe("seven\n7\n");
  await until(async () => (await runsOf(clip.id)).every(({ state }) => state !== "running"));
  expect((await runsOf(clip.id)).map(({ state }) => state).toSorted()).toEqual(["done", "failed"]);
});

test("a run that was over a moment ago is joined by who looked for its result too early", async () => {
  const clip = await getClip(server.deps.db, (await server.createClip("SELECT clock_timestamp()")).slug);
  const request = await prepareRun(server.deps, clip, { parameters: {}, asker: "token" });
  const before = performance.now();
  const { runs } = server.deps;
  const first = await runs.joinOrStart(request, before);
  if (!("run" in first)) throw new Error("there was no run to join");
  const { result } = await first.run.finished;
  expect(await runs.joinOrStart(request, before)).toStrictEqual({ result });
  expect(await runsOf(clip.id)).toHaveLength(1);
  // Who wants one that began later has another one.
  const second = await runs.joinOrStart(request, performance.now());
  expect(second).toHaveProperty("run");
  if ("run" in second) await second.run.finished;
  // And so has who would be given one that is gone by now.
  await server.own.query("DELETE FROM results WHERE clip_id = $1", [clip.id]);
  expect((await here(`/clips/${clip.slug}.csv`)).status).toBe(200);
  await until(async () => (await runsOf(clip.id)).every(({ state }) => state === "done"));
  expect(await runsOf(clip.id)).toHaveLength(3);
});

test("a run that began too early, and is over while its flight is asked for, is not taken for another server's", async () => {
  const clip = await getClip(server.deps.db, (await server.createClip("SELECT clock_timestamp() AS at")).slug);
  const request = await prepareRun(server.deps, clip, { parameters: {}, asker: "token" });
  const { db, close } = openOwnDatabase(server.ownUrl);
  const runs = createRuns({ db, log: server.deps.log });
  // Only the order is arranged: the first run's end is written after the second has met its flight, and that answer
  // arrives after the first is forgotten.
  const query = db.$client.query.bind(db.$client) as (...args: unknown[]) => Promise<unknown>;
  const met = Promise.withResolvers<void>();
  let forgotten: Promise<unknown> = Promise.resolve();
  db.$client.query = (async (...args: unknown[]) => {
    const { text } = args[0] as { text: string };
    if (text.startsWith('update "runs"')) await met.promise;
    const answer = await query(...args);
    if (text.startsWith("select") && text.includes('"runs"."flight" = ')) {
      met.resolve();
      await forgotten;
      await delay(20);
    }
    return answer;
  }) as never;
  const first = await runs.joinOrStart(request, performance.now());
  if (!("run" in first)) throw new Error("there was no run to join");
  forgotten = first.run.finished;
  await (
    await first.run.open()
  ).end;
  const second = await runs.joinOrStart(request, performance.now());
  expect(second).toHaveProperty("run");
  expect(second).not.toMatchObject({ run: first.run });
  if ("run" in second) await second.run.finished;
  await runs.drain(0);
  await close();
});

test("a result that is made between two looks for one is not made again", async () => {
  const clip = await getClip(server.deps.db, (await server.createClip("SELECT clock_timestamp() AS at")).slug);
  const { db, close } = openOwnDatabase(server.ownUrl);
  const asked = { parameters: {}, asker: "token", maxAgeSeconds: 60, signal: new AbortController().signal };
  // The first look's answer, that there is none, arrives after another request has had one made.
  const query = db.$client.query.bind(db.$client) as (...args: unknown[]) => Promise<unknown>;
  let looks = 0;
  db.$client.query = (async (...args: unknown[]) => {
    const answer = await query(...args);
    if ((args[0] as { text: string }).text.includes('from "results"') && ++looks === 1) {
      const { source, leave } = await openResult(server.deps, clip, asked);
      await source.end;
      leave();
      await until(async () => (await runsOf(clip.id)).every(({ state }) => state === "done"));
    }
    return answer;
  }) as never;
  const opened = await openResult({ ...server.deps, db }, clip, { ...asked, staleWhileRevalidate: true });
  opened.leave();
  expect(looks).toBe(2);
  await server.deps.runs.drain(60_000);
  expect(await runsOf(clip.id)).toHaveLength(1);
  await close();
});
