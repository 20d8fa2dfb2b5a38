import { afterAll, beforeAll, expect, test } from "vitest";
import { startHeartbeat } from "../../src/runs/heartbeat.ts";
import { createRuns } from "../../src/runs/runs.ts";
import { findDue, type DueSchedule } from "../../src/schedules/plans.ts";
import { runScheduledClip } from "../../src/schedules/run-scheduled-clip.ts";
import { startSchedules } from "../../src/schedules/schedules.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { makeDue, plannedLine } from "./make-due.ts";

/** One server of the API, and beside it the schedules of two, on one own database. */
let server: TestServer;
const started: { stop(): Promise<void> }[] = [];

const FAST = { everyMs: 100 };
/** A time that is neither now nor in the next minutes: what the tests do not bring forward does not come. */
const QUIET = `${(new Date().getUTCMinutes() + 55) % 60} * * * *`;

beforeAll(async () => {
  server = await startTestServer();
  const { deps } = server;
  const runs = createRuns(deps);
  started.push({ stop: startHeartbeat({ ...deps, runs }) });
  started.push(startSchedules(deps, FAST), startSchedules({ ...deps, runs }, FAST));
});
afterAll(async () => {
  for (const schedules of started) await schedules.stop();
  await server.close();
});

const scheduled = (sql: string, cron = QUIET): Promise<{ id: number; slug: string }> =>
  server.createClip(sql, { refresh: "schedule", cron, time_zone: "UTC" });

async function runsOf(clip: number): Promise<Record<string, unknown>[]> {
  const { rows } = await server.own.query(
    "SELECT id, state, asker, version, result, error->>'message' AS message FROM runs WHERE clip_id = $1 ORDER BY created_at",
    [clip],
  );
  return rows;
}

/** A schedule that is due, as one who looks sees it; nobody else looks at a clip of `apart`. */
async function dueOf({ own, deps }: TestServer, clip: number, secondsAgo = 1): Promise<DueSchedule> {
  await findDue(deps.db, "run", 0, () => {});
  await makeDue(own, clip, "run", secondsAgo);
  const due = await findDue(deps.db, "run", 100, () => {});
  return due.find(({ clipId }) => clipId === clip)!;
}

const linesOf = (event: string, slug: string): string[] =>
  server.logged.filter((line) => line.includes(`event=${event} `) && line.includes(`clip=${slug} `));
const shown = async (slug: string): Promise<any> => (await server.request(`/api/clips/${slug}`)).json();
const page = async (slug: string): Promise<string> => (await server.request(`/clips/${slug}`)).text();

test("a time that has come makes one run, of two servers, and the next time another one", async () => {
  const clip = await scheduled("SELECT {{n:7}}::int AS n");
  await makeDue(server.own, clip.id);
  await until(async () => (await runsOf(clip.id)).some(({ state }) => state === "done"));
  const [run, ...others] = await runsOf(clip.id);
  expect(others).toStrictEqual([]);
  expect(run).toMatchObject({ state: "done", asker: "schedule", version: 1, result: 1, message: null });
  expect(await (await server.request(`/clips/${clip.slug}.csv?result=1`)).text()).toBe("n\n7\n");

  // The same time once more, as a server of an earlier release would see it: a run has begun since.
  await makeDue(server.own, clip.id, "run", 30);
  await until(() => linesOf("schedule_skipped", clip.slug).length > 0);
  expect(linesOf("schedule_skipped", clip.slug)).toStrictEqual([
    expect.stringMatching(/^level=info event=schedule_skipped clip=\w+ job=run due=\S+Z reason=done_since$/),
  ]);
  expect(await runsOf(clip.id)).toHaveLength(1);

  // The next time: what there is happened an hour ago.
  await server.own.query("UPDATE runs SET created_at = created_at - interval '1 hour' WHERE clip_id = $1", [clip.id]);
  await makeDue(server.own, clip.id);
  await until(async () => (await runsOf(clip.id)).filter(({ state }) => state === "done").length === 2);
  expect(linesOf("schedule_missed", clip.slug)).toStrictEqual([]);
});

test("a line of every minute begins by itself", async () => {
  const clip = await scheduled("SELECT 1 AS one", "* * * * *");
  await until(async () => (await runsOf(clip.id)).some(({ state }) => state === "done"));
  const { rows } = await server.own.query(
    "SELECT extract(second FROM created_at)::float8 AS second FROM runs WHERE clip_id = $1",
    [clip.id],
  );
  expect(rows[0].second).toBeLessThan(30);
  await server.request(`/api/clips/${clip.slug}`, { method: "DELETE" });
});

test("many that look at once start one run", async () => {
  const apart = await startTestServer();
  try {
    const { id } = await apart.createClip("SELECT pg_sleep(1)::text AS slept", { refresh: "schedule", cron: QUIET });
    const due = await dueOf(apart, id);
    const other = { ...apart.deps, runs: createRuns(apart.deps) };
    const all = await Promise.all(
      Array.from({ length: 8 }, (_, index) => runScheduledClip(index % 2 === 0 ? apart.deps : other, due)),
    );
    expect(all.filter((one) => "run" in one)).toHaveLength(1);
    expect(all.filter((one) => "skipped" in one && one.skipped !== "claimed")).toEqual([]);
    expect((await apart.own.query("SELECT state FROM runs")).rows).toStrictEqual([{ state: "done" }]);
  } finally {
    await apart.close();
  }
});

test("a time that comes while the last run is still under way is left out", async () => {
  const clip = await scheduled("SELECT pg_sleep(600)::text AS slept");
  await makeDue(server.own, clip.id);
  await until(async () => (await runsOf(clip.id)).length === 1);
  await makeDue(server.own, clip.id);
  await until(() => linesOf("schedule_skipped", clip.slug).length > 0);
  expect(linesOf("schedule_skipped", clip.slug)[0]).toMatch(/reason=under_way$/);
  expect((await shown(clip.slug)).schedule.last).toMatchObject({ state: "running", finished_at: null });
  expect((await runsOf(clip.id)).map(({ state }) => state)).toStrictEqual(["running"]);
  await server.request(`/api/runs/${String((await runsOf(clip.id))[0]!["id"])}`, { method: "DELETE" });
  await until(async () => (await runsOf(clip.id))[0]!["state"] === "cancelled");
});

test("why a scheduled run failed is on the clip's page", async () => {
  const clip = await scheduled("SELECT 1 / (1 - {{n:1}}::int) AS never");
  expect(await page(clip.slug)).toContain("It has not run by its schedule yet.");
  await makeDue(server.own, clip.id);
  await until(async () =>
    (await runsOf(clip.id)).some(({ asker, state }) => asker === "schedule" && state === "failed"),
  );
  const { last } = (await shown(clip.slug)).schedule;
  expect(last).toMatchObject({ state: "failed", result: null, error: { code: "query_failed" } });
  expect(await page(clip.slug)).toContain(`The last scheduled run failed: ${last.error.message}`);
  expect(last.error.message).toContain("division by zero");
});

test("what keeps a run from beginning is shown as well", async () => {
  const clip = await scheduled("SELECT 1 AS one");
  await server.own.query("UPDATE clips SET database = 'gone' WHERE id = $1", [clip.id]);
  await makeDue(server.own, clip.id);
  await until(async () => (await runsOf(clip.id)).length > 0);
  expect(await runsOf(clip.id)).toMatchObject([{ state: "failed", asker: "schedule" }]);
  expect((await shown(clip.slug)).schedule.last.error.message).toContain("gone");
});

test("plans follow the clips: change, deletion, restoring", async () => {
  const clip = await scheduled("SELECT 1 AS one");
  const path = `/api/clips/${clip.slug}`;
  const change = (json: unknown): Promise<Response> => server.request(path, { method: "PATCH", json });
  await until(async () => (await plannedLine(server.own, clip.id)) === `${QUIET} UTC`);
  await change({ cron: "5 7 * * *", time_zone: "Asia/Tokyo" });
  await until(async () => (await plannedLine(server.own, clip.id)) === "5 7 * * * Asia/Tokyo");
  const { rows } = await server.own.query("SELECT next_at::text FROM schedule_plans WHERE clip_id = $1", [clip.id]);
  expect(rows[0].next_at).toMatch(/ 22:05:00\+00$/);
  await server.request(path, { method: "DELETE" });
  await until(async () => (await plannedLine(server.own, clip.id)) === null);
  await server.request(`${path}/undelete`, { method: "POST" });
  await until(async () => (await plannedLine(server.own, clip.id)) === "5 7 * * * Asia/Tokyo");
  await change({ refresh: "manual" });
  await until(async () => (await plannedLine(server.own, clip.id)) === null);
  expect(await runsOf(clip.id)).toStrictEqual([]);
});

test("a clock that was ahead stops no schedule, whatever it has left behind", async () => {
  const clip = await scheduled("SELECT 1 AS one", "* * * * *");
  await until(async () => (await plannedLine(server.own, clip.id)) !== null);
  // What a server and its database write two hours ahead: the plan, a run that is over, and one that was lost.
  await server.own.query(
    `UPDATE schedule_plans SET next_at = now() + interval '2 hours 1 minute', planned_at = now() + interval '2 hours'
      WHERE clip_id = $1`,
    [clip.id],
  );
  await server.own.query(
    `INSERT INTO runs (id, clip_id, version, parameters, state, asker, heartbeat_at, created_at, finished_at)
     SELECT gen_random_uuid(), $1, 1, '{}', 'done', 'schedule', at, at, at FROM (SELECT now() + interval '2 hours' AS at)`,
    [clip.id],
  );
  // Planned anew: the next time is the next minute.
  await until(async () => {
    const { rowCount } = await server.own.query(
      "SELECT FROM schedule_plans WHERE clip_id = $1 AND next_at <= now() + interval '1 minute'",
      [clip.id],
    );
    return rowCount === 1;
  });
  await makeDue(server.own, clip.id);
  await until(async () => (await runsOf(clip.id)).length === 2);
  await server.request(`/api/clips/${clip.slug}`, { method: "DELETE" });
});

test("times that passed while no server was up make one run, and the log says that they were missed", async () => {
  const apart = await startTestServer();
  const states = async (): Promise<unknown[]> => (await apart.own.query("SELECT state FROM runs")).rows;
  try {
    // Every twenty minutes, the last time some minutes ago.
    const minutes = [15, 35, 55].map((late) => (new Date().getUTCMinutes() + late) % 60);
    const clip = await apart.createClip("SELECT 1 AS one", {
      refresh: "schedule",
      cron: `${minutes.join(",")} * * * *`,
    });
    const before = startSchedules(apart.deps, FAST);
    await until(async () => (await plannedLine(apart.own, clip.id)) !== null);
    await before.stop();
    expect(await states()).toStrictEqual([]);

    await makeDue(apart.own, clip.id, "run", 36_000);
    const servers = [startSchedules(apart.deps, FAST), startSchedules(apart.deps, FAST)];
    await until(async () => (await states()).length > 0);
    for (const each of servers) await each.stop();
    await apart.settled();
    expect(await states()).toStrictEqual([{ state: "done" }]);
    expect(apart.logged).toStrictEqual([
      expect.stringMatching(
        `^level=warn event=schedule_missed clip=${clip.slug} job=run due=\\S+Z late_seconds=3600\\d$`,
      ),
    ]);
  } finally {
    await apart.close();
  }
});

test("more than there is room for are done one after the other, and what waits for long is said once", async () => {
  const apart = await startTestServer({ maxRuns: 10 });
  try {
    const slow = await Promise.all(
      [1, 2, 3, 4].map((n) =>
        apart.createClip(`SELECT pg_sleep(600)::text AS slept, ${n}`, { refresh: "schedule", cron: QUIET }),
      ),
    );
    const schedules = startSchedules(apart.deps, FAST);
    for (const [index, { id }] of slow.entries()) await makeDue(apart.own, id, "run", index === 3 ? 90 : 100);
    const late = (): string[] => apart.logged.filter((line) => line.includes("event=schedule_late"));
    await until(() => late().length > 0);
    await new Promise((resolve) => void setTimeout(resolve, 500));
    expect(late()).toStrictEqual([
      expect.stringMatching(new RegExp(`clip=${slow[3]!.slug} job=run due=\\S+Z reason="all 3 places are taken"$`)),
    ]);
    const { rows } = await apart.own.query("SELECT id FROM runs WHERE state = 'running'");
    expect(rows).toHaveLength(3);
    await apart.request(`/api/runs/${rows[0].id}`, { method: "DELETE" });
    await until(async () => (await apart.own.query("SELECT FROM runs")).rowCount === 4);
    await schedules.stop();
    await apart.deps.runs.drain(0);
  } finally {
    await apart.close();
  }
});

test("nothing went wrong unseen", () => {
  expect(server.logged.filter((line) => !line.startsWith("level=info event=schedule_skipped "))).toStrictEqual([]);
});
