import { afterAll, beforeAll, expect, test } from "vitest";
import { makeDue } from "../schedules/make-due.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  await until(async () => (await server.busySessions()).length === 0);
  await server.close();
});

const MINUTE_MS = 60_000;

async function runsOf(clipId: number): Promise<unknown[]> {
  const { rows } = await server.own.query(
    "SELECT asker, state, result FROM runs WHERE clip_id = $1 ORDER BY created_at",
    [clipId],
  );
  return rows;
}

test("a minute of the Cron Trigger runs what is due, once, and nothing else", async () => {
  const minute = new Date(Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS);
  const due = await server.createClip("SELECT 1 AS one", { refresh: "schedule", cron: "* * * * *" });
  const notDue = await server.createClip("SELECT 2 AS two", {
    refresh: "schedule",
    cron: `${(minute.getUTCMinutes() + 30) % 60} * * * *`,
  });
  const failing = await server.createClip("SELECT 1 / (n - 1) FROM generate_series(1, 2) AS n", {
    refresh: "schedule",
    cron: "* * * * *",
  });
  // More than there are connections.
  const others = await Promise.all(
    [1, 2, 3, 4].map((n) => server.createClip(`SELECT ${n} AS n`, { refresh: "schedule", cron: "*/1 * * * *" })),
  );
  // The first one plans them: a line that was just written has its first time in the next minute.
  await server.worker!.minute(minute);
  expect(await runsOf(due.id)).toStrictEqual([]);
  for (const { id } of [due, failing, ...others]) await makeDue(server.own, id);
  await server.worker!.minute(minute);
  const done = { asker: "schedule", state: "done", result: 1 };
  expect(await runsOf(due.id)).toStrictEqual([done]);
  for (const other of others) expect(await runsOf(other.id)).toStrictEqual([done]);
  expect(await runsOf(notDue.id)).toStrictEqual([]);
  expect(await runsOf(failing.id)).toStrictEqual([{ asker: "schedule", state: "failed", result: null }]);

  // Told of it a second time, or after a server on Node has done it.
  await server.worker!.minute(minute);
  expect(await runsOf(due.id)).toStrictEqual([done]);

  await server.own.query("UPDATE runs SET created_at = created_at - interval '1 hour'");
  await makeDue(server.own, due.id);
  await server.worker!.minute(minute);
  expect(await runsOf(due.id)).toStrictEqual([done, { ...done, result: 2 }]);
});

test("it fails the runs that were lost, and once an hour removes what is old", async () => {
  const { id, slug } = await server.createClip("SELECT 3 AS three", { max_age_seconds: 0 });
  for (let n = 0; n < 2; n++) await (await server.request(`/clips/${slug}.csv`)).text();
  await server.settled();
  await server.own.query(
    "UPDATE runs SET state = 'running', finished_at = NULL, heartbeat_at = now() - interval '1 hour' WHERE clip_id = $1 AND result = 2",
    [id],
  );
  await server.own.query("UPDATE results SET finished_at = now() - interval '1 year' WHERE clip_id = $1", [id]);
  const count = async (): Promise<number | null> =>
    (await server.own.query("SELECT FROM results WHERE clip_id = $1", [id])).rowCount;

  await server.worker!.minute(new Date("2026-03-01T10:01:00Z"));
  expect(await runsOf(id)).toMatchObject([{ state: "done" }, { state: "failed" }]);
  expect(await count()).toBe(2);
  await server.worker!.minute(new Date("2026-03-01T11:00:00Z"));
  // The newest one is kept, whatever its age.
  expect(await count()).toBe(1);
});
