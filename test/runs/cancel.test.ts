import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ON_WORKERS, startTestServer, type TestServer, TOKEN, until } from "../support/test-server.ts";
import { openGet } from "./http-get.ts";

/** Runs until it is stopped, without a row. */
const ENDLESS = "SELECT pg_sleep(600)";
/** Gives rows at once, and goes on for minutes. */
const TRICKLE = "SELECT n, repeat('x', 9000) AS x, pg_sleep(0.01) FROM generate_series(1, 20000) AS n";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
afterEach(async () => {
  await until(async () => (await server.busySessions()).length === 0);
  expect(server.deps.runs.queue(server.deps.databases.get("test"))).toMatchObject({ running: 0, waiting: 0 });
});

/** The run of a clip that is under way. */
async function runOf(clip: { id: number }): Promise<{ id: string; row_count: number; state: string }> {
  let found: { id: string } | undefined;
  await until(async () => {
    const { rows } = await server.own.query("SELECT id FROM runs WHERE clip_id = $1", [clip.id]);
    expect(rows.length).toBeLessThan(2);
    [found] = rows;
    return found !== undefined;
  });
  return (await (await server.request(`/api/runs/${found!.id}`)).json()) as never;
}

/** What has become of the run of a clip, once it is over. */
async function endOf(clip: { id: number }): Promise<unknown> {
  const { id } = await runOf(clip);
  let run: { state: string } | undefined;
  await until(async () => {
    run = (await (await server.request(`/api/runs/${id}`)).json()) as { state: string };
    return !["queued", "running"].includes(run.state);
  });
  return run;
}

/** Until the follower is busy with so many of the queries below. */
async function untilBusy(count = 1): Promise<void> {
  await until(async () => (await server.sleepingQueries()).length === count);
}

async function startRun(slug: string, body: object = {}, signal?: AbortSignal): Promise<Response> {
  return server.request(`/api/clips/${slug}/runs`, { method: "POST", json: body, ...(signal && { signal }) });
}

async function recorded(id: string): Promise<unknown> {
  const { rows } = await server.own.query("SELECT state, error->>'code' AS code FROM runs WHERE id = $1", [id]);
  return rows;
}

describe("DELETE /api/runs/<id>", () => {
  test("cancels the query on the server, and says so to everyone", async () => {
    const clip = await server.createClip(ENDLESS, { max_age_seconds: 0 });
    const started = await startRun(clip.slug);
    expect(started.status).toBe(202);
    const { id } = (await started.json()) as { id: string };
    expect(started.headers.get("Location")).toBe(`/api/runs/${id}`);
    await untilBusy();

    const response = await server.request(`/api/runs/${id}`, { method: "DELETE" });
    expect(response.status).toBe(200);
    await until(async () => (await server.busySessions()).length === 0);
    const run = await response.json();
    expect(run).toMatchObject({
      id,
      state: "cancelled",
      follower: "follower",
      row_count: 0,
      result: null,
      error: { code: "run_cancelled", message: "The run was cancelled.", hint: "Run it again." },
    });
    expect(run).toEqual(await (await server.request(`/api/runs/${id}`)).json());
    expect(await recorded(id)).toEqual([{ state: "cancelled", code: "run_cancelled" }]);
  });

  test("breaks the transfer of a result that is under way, and keeps nothing of it", async () => {
    const clip = await server.createClip(TRICKLE, { max_age_seconds: 0 });
    const opened = openGet(server, `/clips/${clip.slug}.csv`);
    const response = await opened.response;
    expect(response.statusCode).toBe(200);
    const { id } = await runOf(clip);
    response.resume();
    expect((await server.request(`/api/runs/${id}`, { method: "DELETE" })).status).toBe(200);
    await until(() => response.closed);
    expect(response.complete).toBe(false);
    expect((await server.own.query("SELECT FROM results WHERE clip_id = $1", [clip.id])).rowCount).toBe(0);
    expect((await server.own.query("SELECT FROM result_chunks")).rowCount).toBe(0);
  });

  test("tells a client that waits for the first row that the run was cancelled: 409", async () => {
    const clip = await server.createClip(ENDLESS, { max_age_seconds: 0 });
    const waiting = server.request(`/clips/${clip.slug}.json`);
    await untilBusy();
    await server.request(`/api/runs/${(await runOf(clip)).id}`, { method: "DELETE" });
    const response = await waiting;
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ error: { code: "run_cancelled" } });
  });

  test("is too late for a run that has ended: 409", async () => {
    const clip = await server.createClip("SELECT 1 AS one");
    const { id, state } = (await (await startRun(clip.slug, { wait: true })).json()) as { id: string; state: string };
    expect(state).toBe("done");
    const response = await server.request(`/api/runs/${id}`, { method: "DELETE" });
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ error: { code: "conflict" } });
    expect(await recorded(id)).toEqual([{ state: "done", code: null }]);
  });

  test.each(["0b6e5a1e-0000-4000-8000-000000000000", "nonsense", "%00"])("knows no run %s: 404", async (id) => {
    for (const method of ["DELETE", "GET"]) {
      const response = await server.request(`/api/runs/${id}`, { method });
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ error: { code: "not_found" } });
    }
  });
});

describe("a client that leaves", () => {
  test("before the first byte, cancels the run", async () => {
    const clip = await server.createClip(ENDLESS, { max_age_seconds: 0 });
    const opened = openGet(server, `/clips/${clip.slug}.csv`);
    await untilBusy();
    opened.leave();
    expect(await endOf(clip)).toMatchObject({
      state: "cancelled",
      error: { message: "The run was cancelled: nobody was waiting for it any more." },
    });
    await until(async () => (await server.busySessions()).length === 0);
  });

  test.each(["csv", "json", "ndjson"])("in the middle of %s, cancels the run", async (format) => {
    const clip = await server.createClip(TRICKLE, { max_age_seconds: 0 });
    const opened = openGet(server, `/clips/${clip.slug}.${format}`);
    const response = await opened.response;
    await new Promise<void>((resolve) => void response.once("readable", resolve));
    opened.leave();
    expect(await endOf(clip)).toMatchObject({ state: "cancelled", error: { code: "run_cancelled" } });
    await until(async () => (await server.busySessions()).length === 0);
    expect((await server.own.query("SELECT FROM results WHERE clip_id = $1", [clip.id])).rowCount).toBe(0);
  });

  // Nobody gets rows of a run of another request before it is over.
  test.skipIf(ON_WORKERS)("does not cancel while another one waits; the last one does", async () => {
    const clip = await server.createClip(TRICKLE, { max_age_seconds: 0 });
    const first = openGet(server, `/clips/${clip.slug}.csv`);
    const second = openGet(server, `/clips/${clip.slug}.json`);
    const [, response] = await Promise.all([first.response, second.response]);
    // One run: runOf() looks for that.
    const run = await runOf(clip);

    first.leave();
    // Rows go on coming to the one who stayed.
    let bytes = 0;
    response.on("data", (piece: Buffer) => (bytes += piece.length));
    await until(async () => (await runOf(clip)).row_count > run.row_count + 50 && bytes > 0);
    expect(await runOf(clip)).toMatchObject({ id: run.id, state: "running" });

    second.leave();
    expect(await endOf(clip)).toMatchObject({ state: "cancelled" });
    await until(async () => (await server.busySessions()).length === 0);
  });

  test("who asked to wait for the run (wait: true), cancels it", async () => {
    const clip = await server.createClip(ENDLESS);
    const leaving = new AbortController();
    const waiting = startRun(clip.slug, { wait: true }, leaving.signal);
    waiting.catch(() => {});
    await untilBusy();
    leaving.abort();
    await expect(waiting).rejects.toThrow("aborted");
    await until(async () => {
      const { rows } = await server.own.query("SELECT state FROM runs WHERE clip_id = $1", [clip.id]);
      return rows.length === 1 && rows[0].state === "cancelled";
    });
  });

  test("who did not ask to wait, leaves the run going on", async () => {
    const clip = await server.createClip("SELECT 7 AS seven, pg_sleep(0.3)");
    // A connection of its own that is closed as soon as the answer is there.
    const response = await fetch(`${server.url}/api/clips/${clip.slug}/runs`, {
      method: "POST",
      headers: { Authorization: `Bearer ${TOKEN}`, Connection: "close" },
    });
    const { id, state } = (await response.json()) as { id: string; state: string };
    expect(["queued", "running"]).toContain(state);
    let run: { state: string; row_count: number; result: number } | undefined;
    await until(async () => {
      run = (await (await server.request(`/api/runs/${id}`)).json()) as typeof run;
      return !["queued", "running"].includes(run!.state);
    });
    expect(run).toMatchObject({ state: "done", row_count: 1, result: 1 });
    const result = await server.request(`/clips/${clip.slug}.csv?result=1`);
    expect(await result.text()).toBe('seven,pg_sleep\n7,""\n');
  });
});

// On Workers each request has a queue of its own.
test.skipIf(ON_WORKERS)(
  "a run that waits in the queue is cancelled there, and never reaches the follower",
  async () => {
    const clip = await server.createClip(ENDLESS);
    const ids: string[] = [];
    for (let n = 0; n < 6; n++) ids.push(((await (await startRun(clip.slug)).json()) as { id: string }).id);
    await untilBusy(5);
    const queue = server.deps.runs.queue(server.deps.databases.get("test"));
    expect(queue).toMatchObject({ running: 5, waiting: 1 });
    const queued = ids.pop()!;
    expect(await (await server.request(`/api/runs/${queued}`)).json()).toMatchObject({ state: "queued" });
    const response = await server.request(`/api/runs/${queued}`, { method: "DELETE" });
    expect(await response.json()).toMatchObject({ state: "cancelled", follower: null });
    expect(queue).toMatchObject({ running: 5, waiting: 0 });
    await Promise.all(ids.map((id) => server.request(`/api/runs/${id}`, { method: "DELETE" })));
  },
);
