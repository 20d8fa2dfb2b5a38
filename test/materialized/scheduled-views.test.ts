import { PgBoss } from "pg-boss";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { createRuns } from "../../src/runs/runs.ts";
import { type Schedules, startSchedules } from "../../src/schedules/schedules.ts";
import { DATABASE } from "../support/global-setup.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";

/** One server of the API, and beside it the schedules of two, on one own database. */
let server: TestServer;
/** To put jobs into the queue and to look into it, as the servers' own parts do. */
let boss: PgBoss;
const started: Schedules[] = [];

const FAST = { cronSeconds: 1, pollSeconds: 1 };
/** A time that is neither now nor in the next minutes: what the tests do not send does not come. */
const QUIET = `${(new Date().getUTCMinutes() + 55) % 60} * * * *`;

beforeAll(async () => {
  server = await startTestServer(({ primaryUrl }) => ({ primary: primaryUrl }));
  await server.primary.query("CREATE TABLE ticks AS SELECT 1 AS n; GRANT SELECT ON ticks TO dataclips_reader");
  await server.catchUp();
  const url = inject("cluster").own.replace(DATABASE, server.own.database!);
  const { deps } = server;
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

async function ask(method: string, path: string, json?: unknown): Promise<any> {
  const response = await server.request(path, { method, json });
  const text = await response.text();
  return text === "" ? null : JSON.parse(text);
}

async function scheduled(sql: string, name: string, cron = QUIET): Promise<{ id: number; slug: string; path: string }> {
  const { id, slug } = await server.createClip(sql);
  const path = `/api/clips/${slug}/materialized`;
  const { error } = await ask("PUT", path, { name, cron });
  expect(error).toBeNull();
  // Before the time that a job comes for.
  await server.own.query(
    "UPDATE materialized_clips SET refreshed_at = refreshed_at - interval '2 hours' WHERE clip_id = $1",
    [id],
  );
  return { id, slug, path };
}

/** What the queue would send when the view's time has come. */
const sendJob = (clip: number): Promise<string | null> =>
  boss.send("materialize", { clip }, { singletonKey: String(clip) });
const jobs = (clip: number) => boss.findJobs("materialize", { key: String(clip) });

async function outputs(clip: number): Promise<unknown[]> {
  await until(async () => (await jobs(clip)).every(({ state }) => state === "completed"));
  return (await jobs(clip)).map(({ output }) => output);
}

const linesOf = async (clip: number): Promise<unknown[]> =>
  (await boss.getSchedules("materialize", String(clip))).map(({ cron, timezone }) => [cron, timezone]);

test("a time that has come brings new content once, of two servers", async () => {
  const { id, path } = await scheduled("SELECT n FROM ticks", "scheduled");
  const before = await ask("GET", path);
  expect(before).toMatchObject({ cron: QUIET, time_zone: "UTC", row_count: 1 });
  expect(before.next).toHaveLength(3);
  await server.primary.query("INSERT INTO ticks VALUES (2)");
  await sendJob(id);
  expect(await outputs(id)).toStrictEqual([{ rows: 2 }]);
  const after = await ask("GET", path);
  expect(after).toMatchObject({ row_count: 2, error: null, index_columns: ["n"] });
  expect(Date.parse(after.refreshed_at)).toBeGreaterThan(Date.parse(before.refreshed_at));
  await sendJob(id);
  expect(await outputs(id)).toStrictEqual([{ rows: 2 }, { skipped: "done_since" }]);
});

test("a refresh by the schedule that fails keeps the content, and says why", async () => {
  const { id, path } = await scheduled("SELECT n, 1 / n AS part FROM ticks", "failing");
  await server.primary.query("INSERT INTO ticks VALUES (0)");
  await sendJob(id);
  expect(await outputs(id)).toStrictEqual([{ failed: "query_failed" }]);
  expect(await ask("GET", path)).toMatchObject({ row_count: 2, error: { message: "division by zero" } });
  await server.primary.query("DELETE FROM ticks WHERE n = 0");
});

test("a time that comes while the view is refreshed is left out", async () => {
  const { id, slug, path } = await scheduled("SELECT n FROM ticks", "busy");
  await server.primary.query("BEGIN");
  await server.primary.query("SELECT pg_advisory_xact_lock(hashtextextended('dataclips materialized ' || $1, 0))", [
    slug,
  ]);
  await sendJob(id);
  expect(await outputs(id)).toStrictEqual([{ skipped: "under_way" }]);
  await server.primary.query("COMMIT");
  expect(await ask("GET", path)).toMatchObject({ error: null });
});

test("the queue follows: a change, the materialization's end, the clip's deletion", async () => {
  const { id, path } = await scheduled("SELECT n FROM ticks", "followed");
  expect(await linesOf(id)).toStrictEqual([[QUIET, "UTC"]]);
  await ask("PUT", path, { cron: "5  7 * * *", time_zone: "Asia/Tokyo" });
  expect(await linesOf(id)).toStrictEqual([["5 7 * * *", "Asia/Tokyo"]]);
  await boss.unschedule("materialize", String(id));
  await boss.schedule("materialize", "* * 1 1 *", { clip: 1e9 }, { key: "1000000000" });
  await started[1]!.reconcile();
  expect(await linesOf(id)).toStrictEqual([["5 7 * * *", "Asia/Tokyo"]]);
  expect(await linesOf(1e9)).toStrictEqual([]);
  await ask("PUT", path);
  expect(await linesOf(id)).toStrictEqual([]);
  await ask("PUT", path, { cron: QUIET });
  await ask("DELETE", path);
  expect(await linesOf(id)).toStrictEqual([]);
  expect(await sendJob(id)).not.toBeNull();
  expect(await outputs(id)).toStrictEqual([{ skipped: "not_materialized" }]);

  const other = await scheduled("SELECT n FROM ticks", "deleted");
  expect(await linesOf(other.id)).toStrictEqual([[QUIET, "UTC"]]);
  await ask("DELETE", other.path.replace("/materialized", ""));
  expect(await linesOf(other.id)).toStrictEqual([]);
});

test("a schedule that is none is refused", async () => {
  const { slug } = await server.createClip("SELECT n FROM ticks");
  for (const json of [{ cron: "never" }, { cron: QUIET, time_zone: "Mars/Base" }, { time_zone: "UTC" }, { cron: 5 }]) {
    const { error } = await ask("PUT", `/api/clips/${slug}/materialized`, json);
    expect([json, error.code]).toStrictEqual([json, "invalid_request"]);
  }
});

test("nothing went wrong unseen", () => {
  expect(server.logged).toStrictEqual([]);
});
