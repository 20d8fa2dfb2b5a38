import { expect, test } from "vitest";
import { processStage } from "../process-stage.ts";
import { until } from "../support/test-server.ts";
import { makeDue, plannedLine } from "./make-due.ts";

/** Two real processes on one own database; the one that has a scheduled run is killed. */
const stage = processStage("schedules");
const { start, send } = stage;

const runs = async (): Promise<Record<string, unknown>[]> =>
  (await stage.own.query("SELECT id, state, error->>'message' AS message FROM runs ORDER BY created_at")).rows;

test("kill -9 during a scheduled run leaves none stuck, and the schedule goes on", async () => {
  // Both at once on an empty database: they make its tables by turns.
  const servers = [start(), start()] as const;
  const [{ url }, { url: otherUrl }] = await Promise.all([servers[0].ready(), servers[1].ready()]);
  // A time that the test does not wait for: what it sends stands for the clock.
  const { id, slug } = await send(url, "POST", "/api/clips", {
    database: "test",
    title: "Slow",
    sql: "SELECT pg_sleep({{s:600}}::float)::text AS slept",
    refresh: "schedule",
    cron: `${(new Date().getUTCMinutes() + 55) % 60} * * * *`,
  });
  await makeDue(stage.own, id);
  await until(async () => (await runs()).length === 1);
  const run = (await runs())[0]!["id"] as string;
  // Only the server that has it knows the follower before it has ended.
  let killed: 0 | 1 | undefined;
  await until(async () => {
    const [here, there] = await Promise.all([url, otherUrl].map((at) => send(at, "GET", `/api/runs/${run}`)));
    if (here.follower !== null) killed = 0;
    if (there.follower !== null) killed = 1;
    return killed !== undefined;
  });
  servers[killed!].kill("SIGKILL");
  await servers[killed!].exited;
  const [survivor, at] = killed === 0 ? [servers[1], otherUrl] : [servers[0], url];

  await until(async () => (await runs())[0]!["state"] === "failed");
  const lost = "The server that ran this stopped before it had finished.";
  expect(await runs()).toStrictEqual([{ id: run, state: "failed", message: lost }]);
  const { schedule } = await send(at, "GET", `/api/clips/${slug}`);
  expect(schedule.last).toMatchObject({ run, state: "failed", error: { message: lost } });

  // An hour later.
  await send(at, "PATCH", `/api/clips/${slug}`, { sql: "SELECT 1 AS one" });
  await stage.own.query("UPDATE runs SET created_at = created_at - interval '1 hour'");
  await makeDue(stage.own, id);
  await until(async () => (await runs())[1]?.["state"] === "done");
  expect(await runs()).toHaveLength(2);
  expect(await plannedLine(stage.own, id)).toMatch(/^\d+ \* \* \* \* UTC$/);

  survivor.kill("SIGTERM");
  expect([await survivor.exited, survivor.err()]).toStrictEqual([0, ""]);
}, 120_000);
