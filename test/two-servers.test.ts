import { expect, test } from "vitest";
import { processStage } from "./process-stage.ts";
import { until } from "./support/test-server.ts";

/** Two real processes on one own database, of which one is killed. */
const stage = processStage("two");
const { start } = stage;

const request = (url: string, path: string, json?: unknown): Promise<Response> =>
  stage.ask(url, json === undefined ? "GET" : "POST", path, json);

async function createClip(url: string, sql: string): Promise<string> {
  const response = await request(url, "/api/clips", { database: "test", title: "A clip", sql, max_age_seconds: 0 });
  return ((await response.json()) as { slug: string }).slug;
}

test("kill -9 of one leaves nothing half done, and the other one goes on for both", async () => {
  // Both at once: their migrations take turns.
  const [first, second] = [start(), start()];
  const [{ url }, { url: otherUrl }] = await Promise.all([first.ready(), second.ready()]);

  const slow = await createClip(url, "SELECT pg_sleep({{s:600}}::float)::text AS slept");
  const large = await createClip(
    url,
    "SELECT n, repeat('x', 50) AS x, pg_sleep(0.00001)::text FROM generate_series(1, 1500000) AS n",
  );
  // One waits for rows, one has the first of them and is being stored.
  const { id } = (await (await request(url, `/api/clips/${slow}/runs`, {})).json()) as { id: string };
  const waiting = request(url, `/clips/${slow}.csv?s=30`).catch((error: Error) => error.name);
  const streaming = request(url, `/clips/${large}.csv`).then(
    (response) => response.text().catch(() => "broken"),
    () => "broken",
  );
  await until(async () => {
    const { rows } = await stage.own.query(
      "SELECT count(*)::int AS runs, (SELECT count(*)::int FROM results) AS results FROM runs",
    );
    return rows[0].runs === 3 && rows[0].results === 1;
  });
  // What the other one is asked for is under way already: it waits for that.
  const takenOver = request(otherUrl, `/clips/${slow}.csv?s=0.1`);
  first.kill("SIGKILL");
  await first.exited;
  expect(await waiting).toBe("TypeError");
  expect(await streaming).toBe("broken");
  expect(await (await takenOver).text()).toBe('slept\n""\n');

  await until(async () => {
    const { rows } = await stage.own.query(
      "SELECT state, count(*)::int AS count FROM runs GROUP BY state ORDER BY state",
    );
    return rows.every(({ state }) => state === "done" || state === "failed");
  });
  const run = (await (await request(otherUrl, `/api/runs/${id}`)).json()) as unknown;
  expect(run).toMatchObject({
    state: "failed",
    error: { message: "The server that ran this stopped before it had finished." },
  });
  const unsealed = await stage.own.query("SELECT number FROM results WHERE sealed_at IS NULL");
  const leaked = await stage.own.query("SELECT FROM result_chunks WHERE result_id NOT IN (SELECT id FROM results)");
  expect([unsealed.rows, leaked.rows]).toEqual([[], []]);
  // Nothing goes on where nobody waits.
  await until(async () => {
    const { rows } = await stage.admin.query(
      "SELECT FROM pg_stat_activity WHERE datname = $1 AND usename = 'dataclips_reader' AND state = 'active'",
      [stage.name],
    );
    return rows.length === 0;
  });
  expect(second.err()).toBe("");
}, 120_000);
