import { afterAll, beforeAll, expect, test } from "vitest";
import { createRuns } from "../../src/runs/runs.ts";
import { startSchedules } from "../../src/schedules/schedules.ts";
import { makeDue, plannedLine } from "../schedules/make-due.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";

/** One server of the API, and beside it the schedules of two, on one own database. */
let server: TestServer;
const started: { stop(): Promise<void> }[] = [];

const FAST = { everyMs: 100 };
/** A time that is neither now nor in the next minutes: what the tests do not bring forward does not come. */
const QUIET = `${(new Date().getUTCMinutes() + 55) % 60} * * * *`;

beforeAll(async () => {
  server = await startTestServer(({ primaryUrl }) => ({ primary: primaryUrl }));
  await server.primary.query("CREATE TABLE ticks AS SELECT 1 AS n; GRANT SELECT ON ticks TO dataclips_reader");
  await server.catchUp();
  const { deps } = server;
  started.push(startSchedules(deps, FAST), startSchedules({ ...deps, runs: createRuns(deps) }, FAST));
});
afterAll(async () => {
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
  return { id, slug, path };
}

const due = (clip: number): Promise<void> => makeDue(server.own, clip, "refresh");
const lineOf = (clip: number): Promise<string | null> => plannedLine(server.own, clip, "refresh");
/** How often the schedule has refreshed a view, as the audit says. */
async function refreshes(clip: number): Promise<number> {
  const { rows } = await server.own.query(
    "SELECT count(*)::int AS n FROM audit_events WHERE action = 'materialized.refresh' AND actor = 'schedule' AND clip_id = $1",
    [clip],
  );
  return rows[0].n;
}

test("a time that has come brings new content once, of two servers", async () => {
  const { id, path } = await scheduled("SELECT n FROM ticks", "scheduled");
  const before = await ask("GET", path);
  expect(before).toMatchObject({ cron: QUIET, time_zone: "UTC", row_count: 1 });
  expect(before.next).toHaveLength(3);
  await server.primary.query("INSERT INTO ticks VALUES (2)");
  await due(id);
  await until(async () => (await refreshes(id)) === 1);
  const after = await ask("GET", path);
  expect(after).toMatchObject({ row_count: 2, error: null, index_columns: ["n"] });
  expect(Date.parse(after.refreshed_at)).toBeGreaterThan(Date.parse(before.refreshed_at));
  // Both have looked again.
  await new Promise((resolve) => void setTimeout(resolve, 500));
  expect(await refreshes(id)).toBe(1);
});

test("a refresh by the schedule that fails keeps the content, and says why", async () => {
  const { id, path } = await scheduled("SELECT n, 1 / n AS part FROM ticks", "failing");
  await server.primary.query("INSERT INTO ticks VALUES (0)");
  await due(id);
  await until(async () => (await ask("GET", path)).error !== null);
  expect(await ask("GET", path)).toMatchObject({ row_count: 2, error: { message: "division by zero" } });
  await server.primary.query("DELETE FROM ticks WHERE n = 0");
});

test("a time that comes while the view is refreshed is left out", async () => {
  const { id, slug, path } = await scheduled("SELECT n FROM ticks", "busy");
  await server.primary.query("BEGIN");
  await server.primary.query("SELECT pg_advisory_xact_lock(hashtextextended('dataclips materialized ' || $1, 0))", [
    slug,
  ]);
  await due(id);
  await until(() => server.logged.some((line) => line.includes(`clip=${slug} `) && line.includes("reason=under_way")));
  await server.primary.query("COMMIT");
  expect(await ask("GET", path)).toMatchObject({ error: null });
});

test("plans follow: a change, the materialization's end, the clip's deletion", async () => {
  const { id, path } = await scheduled("SELECT n FROM ticks", "followed");
  await until(async () => (await lineOf(id)) === `${QUIET} UTC`);
  await ask("PUT", path, { cron: "5  7 * * *", time_zone: "Asia/Tokyo" });
  await until(async () => (await lineOf(id)) === "5 7 * * * Asia/Tokyo");
  await ask("PUT", path);
  await until(async () => (await lineOf(id)) === null);
  await ask("PUT", path, { cron: QUIET });
  await until(async () => (await lineOf(id)) === `${QUIET} UTC`);
  await ask("DELETE", path);
  await until(async () => (await lineOf(id)) === null);

  const other = await scheduled("SELECT n FROM ticks", "deleted");
  await until(async () => (await lineOf(other.id)) === `${QUIET} UTC`);
  await ask("DELETE", other.path.replace("/materialized", ""));
  await until(async () => (await lineOf(other.id)) === null);
  expect([await refreshes(id), await refreshes(other.id)]).toStrictEqual([0, 0]);
});

test("a schedule that is none is refused", async () => {
  const { slug } = await server.createClip("SELECT n FROM ticks");
  for (const json of [{ cron: "never" }, { cron: QUIET, time_zone: "Mars/Base" }, { time_zone: "UTC" }, { cron: 5 }]) {
    const { error } = await ask("PUT", `/api/clips/${slug}/materialized`, json);
    expect([json, error.code]).toStrictEqual([json, "invalid_request"]);
  }
});

test("nothing went wrong unseen", () => {
  expect(server.logged.filter((line) => !line.startsWith("level=info event=schedule_skipped "))).toStrictEqual([]);
});
