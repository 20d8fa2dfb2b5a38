import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type ServeProcess, startProcess } from "../serve-process.ts";
import { DATABASE } from "../support/global-setup.ts";
import { until } from "../support/test-server.ts";
import { makeDue, plannedLine } from "./make-due.ts";

/** Two real processes on one own database; the one that has a scheduled run is killed. */
const TOKEN = "a-token-for-both-of-them";
const name = `schedules_${process.pid}_${Date.now().toString(36)}`;
const urlOf = (role: "own" | "reader", database: string): string => inject("cluster")[role].replace(DATABASE, database);

let admin: pg.Client;
let own: pg.Client;
const processes: ServeProcess[] = [];
beforeAll(async () => {
  admin = new pg.Client(inject("cluster").admin);
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}_own OWNER dataclips`);
  await admin.query("SELECT pg_advisory_lock(4711)");
  await admin.query(`CREATE DATABASE ${name} TEMPLATE ${inject("cluster").queryTemplate}`);
  await admin.query("SELECT pg_advisory_unlock(4711)");
  await admin.query(`GRANT CONNECT ON DATABASE ${name} TO dataclips_reader`);
  own = new pg.Client(urlOf("own", `${name}_own`));
  await own.connect();
});
afterAll(async () => {
  for (const started of processes) {
    started.kill("SIGKILL");
    await started.exited;
  }
  await own.end();
  await admin.query(`DROP DATABASE ${name}_own WITH (FORCE)`);
  await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
  await admin.end();
});

function start(): ServeProcess {
  const started = startProcess({
    HOST: "127.0.0.1",
    PORT: "0",
    DATABASE_URL: urlOf("own", `${name}_own`),
    DATACLIPS_TOKEN: TOKEN,
    DATACLIPS_SECRET: "a-secret-for-this-process-of-40-characters",
    DATACLIPS_DATABASES: JSON.stringify({
      test: { followers: [urlOf("reader", name)], allow_functions: ["pg_catalog.pg_sleep"] },
    }),
  });
  processes.push(started);
  return started;
}

async function send(url: string, method: string, path: string, json?: unknown): Promise<any> {
  const response = await fetch(url + path, {
    method,
    headers: { Authorization: `Bearer ${TOKEN}` },
    body: json === undefined ? null : JSON.stringify(json),
  });
  return response.json();
}

const runs = async (): Promise<Record<string, unknown>[]> =>
  (await own.query("SELECT id, state, error->>'message' AS message FROM runs ORDER BY created_at")).rows;

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
  await makeDue(own, id);
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
  await own.query("UPDATE runs SET created_at = created_at - interval '1 hour'");
  await makeDue(own, id);
  await until(async () => (await runs())[1]?.["state"] === "done");
  expect(await runs()).toHaveLength(2);
  expect(await plannedLine(own, id)).toMatch(/^\d+ \* \* \* \* UTC$/);

  survivor.kill("SIGTERM");
  expect([await survivor.exited, survivor.err()]).toStrictEqual([0, ""]);
}, 120_000);
