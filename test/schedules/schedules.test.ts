import { PgBoss } from "pg-boss";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { createRuns } from "../../src/runs/runs.ts";
import { refreshScheduledClip } from "../../src/schedules/refresh-scheduled-clip.ts";
import { type Schedules, startSchedules } from "../../src/schedules/schedules.ts";
import { DATABASE } from "../support/global-setup.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";

/** One server of the API, and beside it the schedules of two, on one own database. */
let server: TestServer;
let url: string;
/** To put jobs into the queue and to look into it, as the servers' own parts do. */
let boss: PgBoss;
const started: Schedules[] = [];

const FAST = { cronSeconds: 1, pollSeconds: 1 };
/** A time that is neither now nor in the next minutes: what the tests do not send does not come. */
const QUIET = `${(new Date().getUTCMinutes() + 55) % 60} * * * *`;

beforeAll(async () => {
  server = await startTestServer();
  url = inject("cluster").own.replace(DATABASE, server.own.database!);
  const { deps } = server;
  // Both at once: they make their tables by turns.
  started.push(
    ...(await Promise.all([
      startSchedules(url, deps, FAST),
      startSchedules(url, { ...deps, runs: createRuns(deps) }, FAST),
    ])),
  );
  deps.schedules = started[0]!;
  boss = new PgBoss({ connectionString: url, max: 1, schedule: false, supervise: false, migrate: false });
  boss.on("error", () => {});
  await boss.start();
});
afterAll(async () => {
  await boss.stop();
  for (const schedules of started) await schedules.stop();
  await server.close();
});

const scheduled = (sql: string, cron = QUIET): Promise<{ id: number; slug: string }> =>
  server.createClip(sql, { refresh: "schedule", cron, time_zone: "UTC" });

/** What the queue would send when the clip's time has come. */
const sendJob = (clip: number): Promise<string | null> =>
  boss.send("refresh", { clip }, { singletonKey: String(clip) });

const jobs = (clip: number) => boss.findJobs("refresh", { key: String(clip) });

async function outputs(clip: number): Promise<unknown[]> {
  await until(async () => (await jobs(clip)).every(({ state }) => state === "completed"));
  return (await jobs(clip)).map(({ output }) => output);
}

async function runsOf(clip: number): Promise<Record<string, unknown>[]> {
  const { rows } = await server.own.query(
    "SELECT id, state, asker, version, result, error->>'message' AS message FROM runs WHERE clip_id = $1 ORDER BY created_at",
    [clip],
  );
  return rows;
}

const shown = async (slug: string): Promise<any> => (await server.request(`/api/clips/${slug}`)).json();
const page = async (slug: string): Promise<string> => (await server.request(`/clips/${slug}`)).text();
const schedulesOf = async (clip: number): Promise<unknown[]> =>
  (await boss.getSchedules("refresh", String(clip))).map(({ cron, timezone, data }) => [cron, timezone, data]);

test("a time that has come makes one run, of two servers, and a second job for it makes none", async () => {
  const clip = await scheduled("SELECT {{n:7}}::int AS n");
  await sendJob(clip.id);
  const [first] = await outputs(clip.id);
  const [run, ...others] = await runsOf(clip.id);
  expect(others).toStrictEqual([]);
  expect(run).toMatchObject({ state: "done", asker: "schedule", version: 1, result: 1, message: null });
  expect(first).toStrictEqual({ run: run!["id"], state: "done" });
  expect(await (await server.request(`/clips/${clip.slug}.csv?result=1`)).text()).toBe("n\n7\n");

  await sendJob(clip.id);
  expect(await outputs(clip.id)).toStrictEqual([first, { skipped: "done_since" }]);
  expect(await runsOf(clip.id)).toHaveLength(1);

  // The next time: what there is happened an hour ago.
  await server.own.query("UPDATE runs SET created_at = created_at - interval '1 hour' WHERE clip_id = $1", [clip.id]);
  await sendJob(clip.id);
  await until(async () => (await runsOf(clip.id)).filter(({ state }) => state === "done").length === 2);
});

test("a line of every minute begins by itself", async () => {
  const clip = await scheduled("SELECT 1 AS one", "* * * * *");
  await until(async () => (await runsOf(clip.id)).some(({ state }) => state === "done"));
  // A minute may have begun meanwhile.
  const done = (await jobs(clip.id)).filter(({ output }) => output && "run" in output);
  const minutes = new Set(done.map(({ createdOn }) => Math.floor(createdOn.getTime() / 60_000)));
  expect(minutes.size).toBe(done.length);
  await server.request(`/api/clips/${clip.slug}`, { method: "DELETE" });
});

test("many that look at once start one run, and none while it is under way", async () => {
  const clip = await scheduled("SELECT pg_sleep(1)::text AS slept");
  const { deps } = server;
  const other = { ...deps, runs: createRuns(deps) };
  const time = new Date();
  const all = await Promise.all(
    Array.from({ length: 8 }, (_, index) => refreshScheduledClip(index % 2 === 0 ? deps : other, clip.id, time)),
  );
  expect(all.filter((one) => "run" in one)).toHaveLength(1);
  const reasons = new Set<unknown>(["starting", "under_way", "done_since"]);
  expect(all.filter((one) => "skipped" in one && !reasons.has(one.skipped))).toEqual([]);
  expect(await runsOf(clip.id)).toMatchObject([{ state: "done" }]);
});

test("a time that comes while the last run is still under way is left out", async () => {
  const clip = await scheduled("SELECT pg_sleep(600)::text AS slept");
  const running = refreshScheduledClip(server.deps, clip.id, new Date());
  await until(async () => (await runsOf(clip.id)).length === 1);
  // While the first one is being recorded, nobody else looks.
  await until(async () => {
    const next = await refreshScheduledClip(server.deps, clip.id, new Date());
    expect(next).toHaveProperty("skipped");
    return "skipped" in next && next.skipped === "under_way";
  });
  expect((await shown(clip.slug)).schedule.last).toMatchObject({ state: "running", finished_at: null });
  await server.request(`/api/runs/${String((await runsOf(clip.id))[0]!["id"])}`, { method: "DELETE" });
  expect(await running).toMatchObject({ state: "cancelled" });
});

test("why a scheduled run failed is on the clip's page", async () => {
  const clip = await scheduled("SELECT 1 / (1 - {{n:1}}::int) AS never");
  expect(await page(clip.slug)).toContain("It has not run by its schedule yet.");
  expect(await refreshScheduledClip(server.deps, clip.id, new Date())).toMatchObject({ state: "failed" });
  const { last } = (await shown(clip.slug)).schedule;
  expect(last).toMatchObject({ state: "failed", result: null, error: { code: "query_failed" } });
  expect(await page(clip.slug)).toContain(`The last scheduled run failed: ${last.error.message}`);
  expect(last.error.message).toContain("division by zero");
});

test("what keeps a run from beginning is shown as well", async () => {
  const clip = await scheduled("SELECT 1 AS one");
  await server.own.query("UPDATE clips SET database = 'gone' WHERE id = $1", [clip.id]);
  const { run } = (await refreshScheduledClip(server.deps, clip.id, new Date())) as { run: string };
  expect(await runsOf(clip.id)).toMatchObject([{ id: run, state: "failed", asker: "schedule" }]);
  expect((await shown(clip.slug)).schedule.last.error.message).toContain("gone");
});

test("the queue follows the clips: change, deletion, restoring", async () => {
  const clip = await scheduled("SELECT 1 AS one");
  const path = `/api/clips/${clip.slug}`;
  const change = (json: unknown): Promise<Response> => server.request(path, { method: "PATCH", json });
  expect(await schedulesOf(clip.id)).toStrictEqual([[QUIET, "UTC", { clip: clip.id }]]);
  await change({ cron: "5 7 * * *", time_zone: "Asia/Tokyo" });
  expect(await schedulesOf(clip.id)).toStrictEqual([["5 7 * * *", "Asia/Tokyo", { clip: clip.id }]]);
  await server.request(path, { method: "DELETE" });
  expect(await schedulesOf(clip.id)).toStrictEqual([]);
  expect(await refreshScheduledClip(server.deps, clip.id, new Date())).toStrictEqual({ skipped: "not_scheduled" });
  await server.request(`${path}/undelete`, { method: "POST" });
  expect(await schedulesOf(clip.id)).toStrictEqual([["5 7 * * *", "Asia/Tokyo", { clip: clip.id }]]);
  await change({ refresh: "manual" });
  expect(await schedulesOf(clip.id)).toStrictEqual([]);
  expect(await refreshScheduledClip(server.deps, clip.id, new Date())).toStrictEqual({ skipped: "not_scheduled" });
});

test("what the queue and the clips disagree on is as the clips say", async () => {
  const [lost, changed, gone] = [await scheduled("SELECT 1"), await scheduled("SELECT 2"), await scheduled("SELECT 3")];
  await boss.unschedule("refresh", String(lost.id));
  await server.own.query("UPDATE clips SET cron = '1 2 * * *' WHERE id = $1", [changed.id]);
  await server.own.query("UPDATE clips SET refresh = 'live', cron = NULL WHERE id = $1", [gone.id]);
  await boss.schedule("refresh", "* * 1 1 *", { clip: 1e9 }, { key: "1000000000" });
  await started[1]!.reconcile();
  expect(await schedulesOf(lost.id)).toStrictEqual([[QUIET, "UTC", { clip: lost.id }]]);
  expect(await schedulesOf(changed.id)).toStrictEqual([["1 2 * * *", "UTC", { clip: changed.id }]]);
  expect(await schedulesOf(gone.id)).toStrictEqual([]);
  expect(await schedulesOf(1e9)).toStrictEqual([]);
});

test("times that passed while no server was up make one run", async () => {
  const apart = await startTestServer();
  const own = inject("cluster").own.replace(DATABASE, apart.own.database!);
  const states = async (): Promise<unknown[]> => (await apart.own.query("SELECT state FROM runs")).rows;
  try {
    const before = await startSchedules(own, apart.deps, FAST);
    apart.deps.schedules = before;
    // Every twenty minutes, the last time some minutes ago.
    const minutes = [15, 35, 55].map((late) => (new Date().getUTCMinutes() + late) % 60);
    await apart.createClip("SELECT 1 AS one", { refresh: "schedule", cron: `${minutes.join(",")} * * * *` });
    await before.stop();
    expect(await states()).toStrictEqual([]);

    // For the queue, the last look was ten hours ago.
    const moved = await apart.own.query("UPDATE pgboss.version SET cron_on = cron_on - interval '10 hours'");
    expect(moved.rowCount).toBe(1);
    await apart.own.query("UPDATE pgboss.schedule SET created_on = created_on - interval '1 day'");
    const [first, second] = await Promise.all([
      startSchedules(own, apart.deps, FAST),
      startSchedules(own, apart.deps, FAST),
    ]);
    await until(async () => (await states()).length > 0);
    const { rows } = await apart.own.query("SELECT state FROM pgboss.job WHERE name = 'refresh'");
    expect(rows).toHaveLength(1);
    await Promise.all([first.stop(), second.stop()]);
    expect(await states()).toStrictEqual([{ state: "done" }]);
    expect(apart.logged).toStrictEqual([]);
  } finally {
    await apart.close();
  }
});

test("nothing went wrong unseen", () => {
  expect(server.logged).toStrictEqual([]);
});
