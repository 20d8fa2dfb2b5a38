import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRunRecorder } from "../../src/people/record-run.ts";
import { failLostRuns } from "../../src/runs/run-records.ts";
import { shareOf } from "../routes/make-share.ts";
import { signInBrowser } from "../routes/sign-in-browser.ts";
import { startSchedules } from "../../src/schedules/schedules.ts";
import { makeDue } from "../schedules/make-due.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { type EventJson, listAudit } from "./list-audit.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

/** The events of a clip's runs, when there are as many as are waited for. */
async function runsOf(slug: string, count = 1): Promise<EventJson[]> {
  const list = (): Promise<EventJson[]> => listAudit(server, { clip: slug, action: "clip.run" });
  await until(async () => (await list()).length >= count);
  return list();
}

test("a run says who, from where, what SQL, on which follower, how long and how much", async () => {
  const sql = "SELECT n FROM generate_series(1, {{most:10}}::int) AS n";
  const { slug } = await server.createClip(sql, { title: "Counted" });
  const response = await server.request(`/clips/${slug}.csv?most=3`);
  expect(await response.text()).toBe("n\n1\n2\n3\n");
  const [event] = await runsOf(slug);
  expect(event).toStrictEqual({
    id: expect.any(Number),
    at: expect.any(String),
    action: "clip.run",
    actor: "token",
    actor_name: "the administrator's token",
    address: "127.0.0.1",
    clip: { slug, title: "Counted", deleted: false },
    details: {
      run: expect.stringMatching(/^[0-9a-f-]{36}$/),
      version: 1,
      database: "test",
      follower: "follower",
      state: "done",
      result: 1,
      row_count: 3,
      bytes: expect.any(Number),
      duration_ms: expect.any(Number),
      elapsed_ms: expect.any(Number),
      parameters: { most: "3" },
    },
    sql,
  });
});

test("the SQL is that of the version that ran, whatever the clip is now", async () => {
  const { slug } = await server.createClip("SELECT 'first' AS a");
  await server.request(`/clips/${slug}.csv`);
  await server.request(`/api/clips/${slug}`, { method: "PATCH", json: { sql: "SELECT 'second' AS a" } });
  await server.request(`/clips/${slug}.csv`);
  await server.request(`/api/clips/${slug}`, { method: "DELETE" });
  expect((await runsOf(slug, 2)).map(({ sql, clip }) => [sql, clip?.deleted])).toStrictEqual([
    ["SELECT 'second' AS a", true],
    ["SELECT 'first' AS a", true],
  ]);
});

test("a run is one event, however many wait for it, and a stored result is none", async () => {
  const { slug } = await server.createClip("SELECT pg_sleep(0.3)::text AS a", { max_age_seconds: 3600 });
  const answers = await Promise.all(Array.from({ length: 5 }, () => server.request(`/clips/${slug}.csv`)));
  expect(await Promise.all(answers.map((response) => response.text()))).toStrictEqual(Array(5).fill('a\n""\n'));
  await runsOf(slug);
  await (await server.request(`/clips/${slug}.csv`)).text();
  await (await server.request(`/clips/${slug}.json`)).text();
  await server.deps.runs.drain(0);
  expect(await runsOf(slug)).toHaveLength(1);
});

test("a run that fails, or is cancelled, says its code and how long it was under way, and no message", async () => {
  const { slug } = await server.createClip("SELECT {{secret}}::int / 0 AS a");
  const failed = await server.request(`/clips/${slug}.csv?secret=42`);
  expect(failed.status).toBe(422);
  await failed.text();
  expect((await runsOf(slug))[0]!.details).toMatchObject({
    state: "failed",
    error: "query_failed",
    sqlstate: "22012",
    row_count: 0,
    duration_ms: null,
    result: null,
    elapsed_ms: expect.any(Number),
  });
  const slow = await server.createClip("SELECT pg_sleep(60)::text AS a");
  const started = await server.request(`/api/clips/${slow.slug}/runs`, { method: "POST", json: {} });
  const { id } = (await started.json()) as { id: string };
  expect((await server.request(`/api/runs/${id}`, { method: "DELETE" })).status).toBe(200);
  expect((await runsOf(slow.slug))[0]!.details).toMatchObject({ run: id, state: "cancelled", error: "run_cancelled" });
});

test("people, shares and schedules are named as they were", async () => {
  const { id, slug } = await server.createClip("SELECT 1 AS a", {
    refresh: "schedule",
    cron: "0 5 * * *",
  });
  const browser = await signInBrowser(server, "viewer");
  expect((await browser.post(`/clips/${slug}/run`)).status).toBe(303);
  expect((await runsOf(slug))[0]).toMatchObject({
    actor: expect.stringMatching(/^person:/),
    actor_name: expect.stringMatching(/^An viewer <viewer-.*@example\.com>$/),
    address: "127.0.0.1",
  });
  const schedules = startSchedules(server.deps, { everyMs: 100 });
  await makeDue(server.own, id);
  expect((await runsOf(slug, 2))[0]).toMatchObject({ actor: "schedule", actor_name: "", address: null });
  await schedules.stop();

  const live = await server.createClip("SELECT 1 AS a", { max_age_seconds: 0 });
  const share = await shareOf(server, live.slug, { name: "For the press" });
  expect(await (await fetch(`${share.url}.csv`)).text()).toBe("a\n1\n");
  expect((await runsOf(live.slug))[0]).toMatchObject({
    actor: `share:${share.id}`,
    actor_name: "the link For the press",
    address: "127.0.0.1",
  });
});

test("a run whose server has died is an event of the server that finds it, once", async () => {
  const { id, slug } = await server.createClip("SELECT {{word:x}}::text AS a", { masked_parameters: ["word"] });
  const run = randomUUID();
  await server.own.query(
    `INSERT INTO runs (id, clip_id, version, parameters, state, asker, heartbeat_at, created_at)
     VALUES ($1, $2, 1, '{"word": "hidden"}', 'running', 'share:gone', now() - interval '16 seconds', now() - interval '20 seconds')`,
    [run, id],
  );
  const onFinished = createRunRecorder(server.deps);
  await Promise.all([1, 2].map(() => failLostRuns(server.deps.db, false, onFinished)));
  const events = await runsOf(slug);
  expect(events).toMatchObject([
    { actor: "share:gone", address: null, details: { run, state: "failed", error: "internal_error" } },
  ]);
  expect(events[0]!.details["elapsed_ms"]).toBeGreaterThan(19_000);
  expect(events[0]!.details["parameters"]).toStrictEqual({ word: "•••" });
});

test("an audit that cannot be written fails no run, and the log says so", async () => {
  const { slug } = await server.createClip("SELECT 'x' AS a");
  await server.own.query("ALTER TABLE audit_events RENAME TO moved");
  const before = server.logged.length;
  try {
    expect(await (await server.request(`/clips/${slug}.csv`)).text()).toBe("a\nx\n");
    await until(() => server.logged.length > before);
    // A change that cannot be recorded is not made.
    const edited = await server.request(`/api/clips/${slug}`, { method: "PATCH", json: { title: "Not in the audit" } });
    expect(edited.status).toBe(500);
    const clip = (await (await server.request(`/api/clips/${slug}`)).json()) as Record<string, unknown>;
    expect(clip["title"]).not.toBe("Not in the audit");
  } finally {
    await server.own.query("ALTER TABLE moved RENAME TO audit_events");
  }
  expect(server.logged.slice(before)).toStrictEqual([
    expect.stringMatching(/^level=error event=run_not_in_audit run=[0-9a-f-]{36} error=.* sqlstate=42P01$/),
    expect.stringMatching(
      new RegExp(`^level=error event=request_failed method=PATCH path=/api/clips/${slug} error=.* sqlstate=42P01$`),
    ),
  ]);
});
