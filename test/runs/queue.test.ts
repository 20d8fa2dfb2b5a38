import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AppError } from "../../src/errors.ts";
import { createQueue } from "../../src/runs/queue.ts";
import { takeTurn } from "../../src/runs/turn.ts";
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
      void queue.acquire("a", never).then((release) => {
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
    const release = await queue.acquire("a", never);
    const waiting = Array.from({ length: 4 }, () => queue.acquire("a", never));
    await expect(queue.acquire("a", never)).rejects.toMatchObject({
      code: "database_busy",
      status: 503,
      message: "The database shop is busy: 1 run is under way and 4 wait.",
      hint: "Try again in a moment. If this is common, raise max_runs of the database; it is 1.",
      retryAfterSeconds: 5,
    });
    expect(queue).toMatchObject({ running: 1, waiting: 4 });
    release();
    for (const next of waiting) (await next)();
    expect(queue).toMatchObject({ running: 0, waiting: 0 });
  });

  test("a place is given back once, however often that is asked", async () => {
    const queue = createQueue("shop", 1);
    const release = await queue.acquire("a", never);
    release();
    release();
    expect(queue.running).toBe(0);
    await queue.acquire("a", never);
    release();
    expect(queue.running).toBe(1);
  });

  test("who leaves while waiting frees that place, and the order of the others stays", async () => {
    const queue = createQueue("shop", 1);
    const release = await queue.acquire("a", never);
    const leaving = new AbortController();
    const order: string[] = [];
    const first = queue.acquire("a", never).then((place) => (order.push("first"), place));
    const second = queue.acquire("a", leaving.signal);
    const third = queue.acquire("a", never).then((place) => (order.push("third"), place));
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
    const release = await queue.acquire("a", leaving.signal);
    const next = queue.acquire("a", leaving.signal);
    release();
    leaving.abort(new AppError("run_cancelled", "Gone."));
    (await next)();
    expect(queue).toMatchObject({ running: 0, waiting: 0 });
  });

  test("who has left already does not get a place", async () => {
    const queue = createQueue("shop", 1);
    const reason = new AppError("run_cancelled", "Gone.");
    await expect(queue.acquire("a", AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(queue).toMatchObject({ running: 0, waiting: 0 });
  });
});

describe("createQueue, with several askers", () => {
  /** A queue's askers by what they do: `come` asks for a place, `go` gives one back; `order` is who got one when. */
  function watch(maxRuns: number) {
    const queue = createQueue("shop", maxRuns);
    const order: string[] = [];
    const refused: string[] = [];
    const held: { asker: string; release: () => void }[] = [];
    return {
      queue,
      order,
      refused,
      async come(askers: string): Promise<void> {
        for (const asker of askers) {
          void queue.acquire(asker, never).then(
            (release) => {
              order.push(asker);
              return held.push({ asker, release });
            },
            (error: AppError) => refused.push(`${asker}: ${error.code}`),
          );
          await turn();
        }
      },
      /** The one who has run longest is done; with a name, the one of theirs. */
      async go(asker = held[0]!.asker): Promise<void> {
        const index = held.findIndex((place) => place.asker === asker);
        held.splice(index, 1)[0]!.release();
        await turn();
      },
    };
  }

  test("takes turns, however many one has waiting", async () => {
    const { come, go, order, queue } = watch(1);
    await come("aaabc");
    expect(queue).toMatchObject({ running: 1, waiting: 4 });
    while (queue.running > 0) await go();
    expect(order.join("")).toBe("aabca");
  });

  test("prefers whoever has the fewest under way", async () => {
    const { come, go, order } = watch(3);
    await come("aaabcaab");
    await go();
    expect(order.join("")).toBe("aaab");
    await go();
    expect(order.join("")).toBe("aaabc");
    // One each for a and b, who wait: a waits for longer.
    await go("c");
    expect(order.join("")).toBe("aaabca");
    await go("a");
    expect(order.join("")).toBe("aaabcab");
  });

  test("does not put off who has much waiting for those who come again and again", async () => {
    const { come, go, order } = watch(1);
    await come("aaabc");
    for (let n = 0; n < 7; n++) {
      const done = order.at(-1)!;
      await go();
      if (done !== "a") await come(done);
    }
    expect(order.join("")).toBe("aabcabcb");
  });

  test("who fills the queue loses the last that they had waiting to who has fewer, until it is even", async () => {
    const { come, go, order, queue, refused } = watch(1);
    await come("aaaaa");
    await come("bbb");
    await come("a");
    await come("c");
    expect(refused).toEqual(["a", "a", "b", "a", "a"].map((asker) => `${asker}: database_busy`));
    expect(queue).toMatchObject({ running: 1, waiting: 4 });
    while (queue.running > 0) await go();
    expect(order.join("")).toBe("aabcb");
    expect(queue).toMatchObject({ running: 0, waiting: 0 });
  });

  test("says which place each has, as they are let in when the runs end in the order in which they began", async () => {
    const queue = createQueue("shop", 2);
    const releases: (() => void)[] = [];
    const served: string[] = [];
    const waiting = new Map<string, AbortSignal>();
    for (const [index, asker] of [..."aabacbaacb"].entries()) {
      const { signal } = new AbortController();
      const name = `${asker}${index}`;
      waiting.set(name, signal);
      void queue.acquire(asker, signal).then((release) => {
        served.push(name);
        waiting.delete(name);
        return releases.push(release);
      });
      await turn();
    }
    const places = (): [string, number | null][] =>
      [...waiting].map(([name, signal]) => [name, queue.position(signal)]);
    const promised = places()
      .toSorted(([, a], [, b]) => a! - b!)
      .map(([name]) => name);
    expect(served).toEqual(["a0", "a1"]);
    for (let left = promised.length; left > 0; left--) {
      // Nobody is passed, and everybody moves up by one.
      expect(
        places()
          .map(([, place]) => place!)
          .toSorted(),
      ).toEqual(Array.from({ length: left }, (_, n) => n + 1));
      releases.shift()!();
      await turn();
      expect(served.at(-1)).toBe(promised[promised.length - left]);
    }
    expect(promised).toEqual(["b2", "a3", "c4", "b5", "a6", "c8", "b9", "a7"]);
    expect(queue.position(new AbortController().signal)).toBeNull();
  });

  test("the one who is refused for another is told how it stands, and what to raise", async () => {
    const queue = createQueue("shop", 2);
    for (let n = 0; n < 9; n++) void queue.acquire("greedy", never).catch(() => {});
    const last = queue.acquire("greedy", never);
    void queue.acquire("modest", never);
    await expect(last).rejects.toMatchObject({
      code: "database_busy",
      message: "The database shop is busy: 2 runs are under way and 8 wait.",
      hint: "Try again in a moment. If this is common, raise max_runs of the database; it is 2.",
      retryAfterSeconds: 5,
    });
    expect(queue).toMatchObject({ running: 2, waiting: 8 });
  });

  test("who leaves at the moment of getting a place takes nobody else's", async () => {
    const queue = createQueue("shop", 1);
    const leaving = new AbortController();
    const release = await queue.acquire("a", never);
    const first = queue.acquire("a", leaving.signal);
    const second = queue.acquire("a", never);
    release();
    leaving.abort(new AppError("run_cancelled", "Gone."));
    expect(queue).toMatchObject({ running: 1, waiting: 1 });
    (await first)();
    (await second)();
    expect(queue).toMatchObject({ running: 0, waiting: 0 });
  });
});

describe("takeTurn", () => {
  test("gets in when the first of its askers does, and holds one place", async () => {
    const queue = createQueue("shop", 1);
    const release = await queue.acquire("a", never);
    const before = queue.acquire("a", never);
    const shared = takeTurn(queue, "a", never);
    shared.waitAs("b");
    shared.waitAs("b");
    expect(queue).toMatchObject({ running: 1, waiting: 3 });
    release();
    (await before)();
    // It is b's turn: a has just had one.
    const place = await shared.place;
    expect(queue).toMatchObject({ running: 1, waiting: 0 });
    shared.waitAs("c");
    expect(queue).toMatchObject({ running: 1, waiting: 0 });
    place();
    expect(queue).toMatchObject({ running: 0, waiting: 0 });
  });

  test("has one place in the line, the best of its askers', and takes none of the others' behind it", async () => {
    const queue = createQueue("shop", 2);
    const [release, releaseLast] = [await queue.acquire("z", never), await queue.acquire("z", never)];
    const shared = takeTurn(queue, "a", never);
    const later = takeTurn(queue, "a", never);
    const other = takeTurn(queue, "b", never);
    const last = takeTurn(queue, "b", never);
    const places = (): (number | null)[] => [shared, later, other, last].map((one) => one.position());
    expect(places()).toEqual([1, 3, 2, 4]);
    other.waitAs("c");
    shared.waitAs("d");
    expect(queue.waiting).toBe(6);
    expect(places()).toEqual([1, 3, 2, 4]);
    release();
    (await shared.place)();
    (await other.place)();
    (await later.place)();
    (await last.place)();
    expect(places()).toEqual([null, null, null, null]);
    releaseLast();
    expect(queue).toMatchObject({ running: 0, waiting: 0 });
  });

  test("goes on as the others when one of its askers is refused, and fails with the last", async () => {
    const queue = createQueue("shop", 1);
    const leaving = new AbortController();
    await queue.acquire("a", never);
    for (const asker of ["c", "c", "d", "d"]) queue.acquire(asker, never).catch(() => {});
    const shared = takeTurn(queue, "c", leaving.signal);
    await expect(shared.place).rejects.toMatchObject({ code: "database_busy" });
    const other = takeTurn(queue, "b", leaving.signal);
    other.waitAs("d");
    await turn();
    expect(queue.waiting).toBe(4);
    const reason = new AppError("run_cancelled", "Gone.");
    leaving.abort(reason);
    await expect(other.place).rejects.toBe(reason);
    expect(queue.waiting).toBe(3);
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
    for (const [index, id] of ids.entries()) {
      expect(await (await server.request(`/api/runs/${id}`)).json()).toMatchObject({
        state: "queued",
        queue_position: index + 1,
        queue_running: 1,
        follower: null,
      });
    }
    expect(await (await server.request(`/api/runs/${blocker}`)).json()).toMatchObject({ queue_position: null });
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
        message: "The database test is busy: 1 run is under way and 4 wait.",
        hint: "Try again in a moment. If this is common, raise max_runs of the database; it is 1.",
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

  describe("and two shares of a clip", () => {
    let blocker: string;
    /** Asks by a share for the clip's result of a number. */
    let ask: (share: "first" | "second", n: number) => Promise<Response>;
    beforeEach(async () => {
      const clip = await server.createClip("SELECT {{n}}::int AS n", { max_age_seconds: 0 });
      const make = async (): Promise<string> => {
        const response = await server.request(`/api/clips/${clip.slug}/shares`, { method: "POST" });
        return ((await response.json()) as { url: string }).url;
      };
      const urls = { first: await make(), second: await make() };
      ask = (share, n) => fetch(`${urls[share]}.csv?n=${n}`);
      blocker = await start((await server.createClip(BLOCKER)).slug);
    });

    /** Fills the queue by the first share, one after the other. */
    async function fill(): Promise<Promise<Response>[]> {
      const asked: Promise<Response>[] = [];
      for (let n = 1; n <= 4; n++) {
        asked.push(ask("first", n));
        await until(() => queue().waiting === n);
      }
      return asked;
    }

    /** The numbers that were run, in the order in which they were. */
    async function ran(): Promise<string[]> {
      await cancel(blocker);
      await until(() => queue().running === 0);
      await server.deps.runs.drain(30_000);
      const { rows } = await server.own.query(
        `SELECT parameters->>'n' AS n FROM results
          WHERE clip_id = (SELECT max(clip_id) FROM results) ORDER BY started_at`,
      );
      return rows.map(({ n }) => n);
    }

    test("the one does not wait behind all that the other has asked for", async () => {
      const asked = await fill();
      const other = ask("second", 9);
      const refused = (await asked.pop())!;
      expect(refused.status).toBe(503);
      expect(refused.headers.get("Retry-After")).toBe("5");
      expect(await refused.json()).toMatchObject({
        error: {
          code: "database_busy",
          message: "The database test is busy: 1 run is under way and 4 wait.",
          hint: "Try again in a moment. If this is common, raise max_runs of the database; it is 1.",
        },
      });
      expect(queue()).toMatchObject({ running: 1, waiting: 4 });
      expect(await ran()).toEqual(["1", "9", "2", "3"]);
      expect(await (await other).text()).toBe("n\n9\n");
      expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 200, 200]);
    });

    test("the one does not wait so either when it joins a run that the other has asked for", async () => {
      const asked = await fill();
      const other = ask("second", 3);
      expect((await asked.pop())!.status).toBe(503);
      expect(await ran()).toEqual(["1", "3", "2"]);
      expect(await (await other).text()).toBe("n\n3\n");
      expect(await (await asked[2]!).text()).toBe("n\n3\n");
    });
  });

  test("gives a place back after whatever a run ended with", async () => {
    for (const sql of ["SELECT 1 / 0 AS q", "SELECT 1 AS one", "SELECT repeat('x', 20000000) AS x"]) {
      const clip = await server.createClip(sql, { max_age_seconds: 0 });
      await server.request(`/clips/${clip.slug}.csv`).then((response) => response.text());
      await until(() => queue().running === 0);
    }
  });
});
