import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { AppError } from "../../src/errors.ts";
import { createQueue } from "../../src/runs/queue.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { openGet } from "./http-get.ts";

const never = new AbortController().signal;
/** Lets whatever can go on go on. */
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe("createQueue", () => {
  test("lets so many through at once, and the others in the order they came", async () => {
    const queue = createQueue("shop", 2);
    const order: number[] = [];
    const places: (() => void)[] = [];
    for (let n = 0; n < 5; n++) {
      void queue.acquire(never).then((release) => {
        order.push(n);
        return places.push(release);
      });
    }
    await turn();
    expect(order).toEqual([0, 1]);
    expect(queue).toMatchObject({ running: 2, waiting: 3 });
    for (const expected of [
      [0, 1, 2],
      [0, 1, 2, 3],
      [0, 1, 2, 3, 4],
    ]) {
      places.shift()!();
      await turn();
      expect(order).toEqual(expected);
    }
    expect(queue).toMatchObject({ running: 2, waiting: 0 });
    for (const release of places) release();
    expect(queue).toMatchObject({ running: 0, waiting: 0 });
  });

  test("refuses more than four waiting for each place, and says when to come again", async () => {
    const queue = createQueue("shop", 1);
    const release = await queue.acquire(never);
    const waiting = Array.from({ length: 4 }, () => queue.acquire(never));
    await expect(queue.acquire(never)).rejects.toMatchObject({
      code: "database_busy",
      status: 503,
      message: "The database shop is busy: 1 runs are under way and 4 wait.",
      retryAfterSeconds: 5,
    });
    expect(queue).toMatchObject({ running: 1, waiting: 4 });
    release();
    for (const next of waiting) (await next)();
    expect(queue).toMatchObject({ running: 0, waiting: 0 });
  });

  test("a place is given back once, however often that is asked", async () => {
    const queue = createQueue("shop", 1);
    const release = await queue.acquire(never);
    release();
    release();
    expect(queue.running).toBe(0);
    await queue.acquire(never);
    release();
    expect(queue.running).toBe(1);
  });

  test("who leaves while waiting frees that place, and the order of the others stays", async () => {
    const queue = createQueue("shop", 1);
    const release = await queue.acquire(never);
    const leaving = new AbortController();
    const order: string[] = [];
    const first = queue.acquire(never).then((place) => (order.push("first"), place));
    const second = queue.acquire(leaving.signal);
    const third = queue.acquire(never).then((place) => (order.push("third"), place));
    const reason = new AppError("run_cancelled", "Gone.");
    leaving.abort(reason);
    await expect(second).rejects.toBe(reason);
    expect(queue).toMatchObject({ running: 1, waiting: 2 });
    release();
    (await first)();
    (await third)();
    expect(order).toEqual(["first", "third"]);
    expect(queue).toMatchObject({ running: 0, waiting: 0 });
  });

  test("who leaves after having a place, or at the moment of getting it, loses no place for others", async () => {
    const queue = createQueue("shop", 1);
    const leaving = new AbortController();
    const release = await queue.acquire(leaving.signal);
    const next = queue.acquire(leaving.signal);
    release();
    leaving.abort(new AppError("run_cancelled", "Gone."));
    (await next)();
    expect(queue).toMatchObject({ running: 0, waiting: 0 });
  });

  test("who has left already does not get a place", async () => {
    const queue = createQueue("shop", 1);
    const reason = new AppError("run_cancelled", "Gone.");
    await expect(queue.acquire(AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(queue).toMatchObject({ running: 0, waiting: 0 });
  });
});

describe("a database with one run at once", () => {
  const BLOCKER = "SELECT pg_sleep(600)";
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ maxRuns: 1 });
  });
  afterAll(() => server.close());
  afterEach(async () => {
    await server.deps.runs.drain(0);
    await until(async () => (await server.busySessions()).length === 0);
    expect(queue()).toMatchObject({ running: 0, waiting: 0 });
  });

  const queue = () => server.deps.runs.queue(server.deps.databases.get("test"));

  async function start(slug: string, parameters: object = {}): Promise<string> {
    const response = await server.request(`/api/clips/${slug}/runs`, { method: "POST", json: { parameters } });
    expect(response.status).toBe(202);
    return ((await response.json()) as { id: string }).id;
  }

  const cancel = (id: string): Promise<Response> => server.request(`/api/runs/${id}`, { method: "DELETE" });

  test("makes the others wait, and runs them one by one in the order they came", async () => {
    const blocker = await start((await server.createClip(BLOCKER)).slug);
    const clip = await server.createClip("SELECT {{n}}::int AS n, clock_timestamp() AS at, pg_sleep(0.02)");
    const ids: string[] = [];
    for (let n = 0; n < 4; n++) ids.push(await start(clip.slug, { n }));
    expect(queue()).toMatchObject({ running: 1, waiting: 4 });
    for (const id of ids) {
      expect(await (await server.request(`/api/runs/${id}`)).json()).toMatchObject({ state: "queued", follower: null });
    }
    const [database] = (await (await server.request("/api/databases")).json()) as unknown[];
    expect(database).toMatchObject({ name: "test", max_runs: 1, running: 1, waiting: 4 });
    await cancel(blocker);
    await until(() => queue().running === 0);
    await server.deps.runs.drain(30_000);

    const { rows } = await server.own.query(
      `SELECT parameters->>'n' AS n, lag(finished_at) OVER ordered <= started_at AS apart
         FROM results WHERE clip_id = $1 WINDOW ordered AS (ORDER BY started_at) ORDER BY started_at`,
      [clip.id],
    );
    expect(rows).toEqual([
      { n: "0", apart: null },
      { n: "1", apart: true },
      { n: "2", apart: true },
      { n: "3", apart: true },
    ]);
  });

  test("refuses who comes when too many wait: 503 with Retry-After", async () => {
    const clip = await server.createClip(BLOCKER);
    for (let n = 0; n < 5; n++) await start(clip.slug);
    const other = await server.createClip("SELECT 1 AS one");
    const response = await server.request(`/clips/${other.slug}.csv`);
    expect(response.status).toBe(503);
    expect(response.headers.get("Retry-After")).toBe("5");
    expect(await response.json()).toEqual({
      error: {
        code: "database_busy",
        message: "The database test is busy: 1 runs are under way and 4 wait.",
        hint: "Try again in a moment. If this is common, raise max_runs of the database.",
      },
    });
    const waited = await server.request(`/api/clips/${other.slug}/runs`, { method: "POST", json: { wait: true } });
    expect(waited.status).toBe(503);
    expect(waited.headers.get("Retry-After")).toBe("5");
    expect(await waited.json()).toMatchObject({ state: "failed", error: { code: "database_busy" } });
  });

  test("gives the place of a client that leaves to the next one", async () => {
    const blocker = await start((await server.createClip(BLOCKER)).slug);
    const clip = await server.createClip("SELECT {{n}}::int AS n", { max_age_seconds: 0 });
    const leaving = openGet(server, `/clips/${clip.slug}.csv?n=1`);
    await until(() => queue().waiting === 1);
    const staying = server.request(`/clips/${clip.slug}.csv?n=2`);
    await until(() => queue().waiting === 2);
    leaving.leave();
    await until(() => queue().waiting === 1);
    await cancel(blocker);
    expect(await (await staying).text()).toBe("n\n2\n");
    await server.deps.runs.drain(30_000);
    const { rows } = await server.own.query(
      "SELECT parameters->>'n' AS n, state, follower FROM runs WHERE clip_id = $1 ORDER BY created_at",
      [clip.id],
    );
    expect(rows).toEqual([
      { n: "1", state: "cancelled", follower: null },
      { n: "2", state: "done", follower: "follower" },
    ]);
  });

  test("gives a place back after whatever a run ended with", async () => {
    for (const sql of ["SELECT 1 / 0 AS q", "SELECT 1 AS one", "SELECT repeat('x', 20000000) AS x"]) {
      const clip = await server.createClip(sql, { max_age_seconds: 0 });
      await server.request(`/clips/${clip.slug}.csv`).then((response) => response.text());
      await until(() => queue().running === 0);
    }
  });
});
