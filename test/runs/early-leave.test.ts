import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { openGet } from "./http-get.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server?.close());

async function unsealed(): Promise<number> {
  const { rowCount } = await server.own.query("SELECT FROM results WHERE sealed_at IS NULL");
  return rowCount!;
}

const TRICKLE = "SELECT n, repeat('x', 9000) AS x, pg_sleep(0.002) FROM generate_series(1, 2000) AS n";

test("a run that is cancelled while its result is being created leaves no part of it", async () => {
  const clip = await server.createClip(TRICKLE);
  const lock = new pg.Client(server.ownUrl);
  await lock.connect();
  try {
    await lock.query("BEGIN; LOCK TABLE results IN SHARE MODE");
    const get = openGet(server, `/clips/${clip.slug}.csv`);
    await until(async () => {
      const { rowCount } = await server.own.query(
        `SELECT FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock' AND query ILIKE 'insert into "results"%'`,
      );
      return rowCount === 1;
    });
    get.leave();
    // The server has noticed once it has cancelled the query.
    await until(async () => (await server.busySessions()).length === 0);
  } finally {
    await lock.end();
  }
  await server.deps.runs.drain(10_000);
  const { rows } = await server.own.query("SELECT state FROM runs WHERE clip_id = $1", [clip.id]);
  expect(rows).toEqual([{ state: "cancelled" }]);
  expect(await unsealed()).toBe(0);
  expect((await server.own.query("SELECT FROM results WHERE clip_id = $1", [clip.id])).rowCount).toBe(0);
});

test("clients that leave just after the first rows leave no part of a result", async () => {
  const TRIES = 40;
  const clip = await server.createClip(
    "SELECT n, {{salt:1}}::int AS salt, repeat('x', 900) AS x FROM generate_series(1, 20000) AS n",
  );
  let salt = 0;
  const leave = async (): Promise<void> => {
    for (let n = 0; n < TRIES / 4; n++) {
      const get = openGet(server, `/clips/${clip.slug}.csv?salt=${salt++}`);
      get.response.then(
        (response) => response.resume(),
        () => {},
      );
      await sleep(10 + ((salt * 37) % 200));
      get.leave();
    }
  };
  await Promise.all([leave(), leave(), leave(), leave()]);
  await server.deps.runs.drain(10_000);
  expect(await unsealed()).toBe(0);
  const { rows } = await server.own.query(
    "SELECT DISTINCT state FROM runs WHERE clip_id = $1 AND state IN ('queued', 'running')",
    [clip.id],
  );
  expect(rows).toEqual([]);
});
