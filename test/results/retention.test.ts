import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openOwnDatabase } from "../../src/own-database.ts";
import { applyRetention } from "../../src/results/retention.ts";
import { MOST_KEPT } from "../../src/results/retention-rules.ts";
import { startRetention } from "../../src/results/start-retention.ts";
import { collectLog } from "../support/collect-log.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { addResults } from "./add-results.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
// A rule for the installation is one for the results of every test.
beforeEach(() => server.own.query("TRUNCATE results, shares CASCADE"));
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(() => server.close());

const from1 = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
const apply = (rules: Partial<typeof MOST_KEPT>, db = server.deps.db) => applyRetention(db, { ...MOST_KEPT, ...rules });

async function kept(clipId: number): Promise<number[]> {
  const { rows } = await server.own.query("SELECT number FROM results WHERE clip_id = $1 ORDER BY number", [clipId]);
  return rows.map((row) => row.number);
}

async function keptOf(clips: readonly { id: number }[]): Promise<number[][]> {
  const numbers: number[][] = [];
  for (const { id } of clips) numbers.push(await kept(id));
  return numbers;
}

async function pin(slug: string, result: number): Promise<string> {
  const response = await server.request(`/api/clips/${slug}/shares`, { method: "POST", json: { result } });
  expect(response.status).toBe(201);
  return ((await response.json()) as { id: string }).id;
}

const change = (slug: string, json: object) => server.request(`/api/clips/${slug}`, { method: "PATCH", json });

describe("the rules", () => {
  test("the newest so many of each clip are kept, and nothing is left of the others", async () => {
    const [one, two] = [await server.createClip("SELECT 1"), await server.createClip("SELECT 2")];
    await addResults(
      server.own,
      one.id,
      from1(45).map((number) => ({ number })),
    );
    await addResults(
      server.own,
      two.id,
      from1(3).map((number) => ({ number })),
    );
    expect(await apply({ keepResults: 4 })).toStrictEqual({ removed: 41, bytes: 70 });
    expect(await keptOf([one, two])).toStrictEqual([
      [42, 43, 44, 45],
      [1, 2, 3],
    ]);
    const chunks = await server.own.query("SELECT count(*)::int AS n FROM result_chunks");
    expect(chunks.rows).toStrictEqual([{ n: 7 }]);
    expect(await apply({ keepResults: 4 })).toStrictEqual({ removed: 0, bytes: 70 });
  });

  test("those that finished within so many days are kept", async () => {
    const { id } = await server.createClip("SELECT 1");
    await addResults(server.own, id, [
      { number: 1, daysAgo: 30 },
      { number: 2, daysAgo: 7.001 },
      { number: 3, daysAgo: 6.999 },
      { number: 4, daysAgo: 1 },
    ]);
    await apply({ keepDays: 7 });
    expect(await kept(id)).toStrictEqual([3, 4]);
  });

  test("over the installation's bytes the oldest go, of whatever clip", async () => {
    const [one, two] = [await server.createClip("SELECT 1"), await server.createClip("SELECT 2")];
    await addResults(server.own, one.id, [
      { number: 1, daysAgo: 9, bytes: 100 },
      { number: 2, daysAgo: 4, bytes: 100 },
      { number: 3, daysAgo: 1, bytes: 100 },
    ]);
    await addResults(server.own, two.id, [
      { number: 1, daysAgo: 5, bytes: 100 },
      { number: 2, daysAgo: 3, bytes: 100 },
      { number: 3, daysAgo: 2, bytes: 100 },
    ]);
    // The newest of each: 200. Then, by their age: 2 of two, 2 of one.
    expect(await apply({ keepBytes: 400 })).toStrictEqual({ removed: 2, bytes: 400 });
    expect(await keptOf([one, two])).toStrictEqual([
      [2, 3],
      [2, 3],
    ]);
    expect(await apply({ keepBytes: 399 })).toStrictEqual({ removed: 1, bytes: 300 });
    expect(await keptOf([one, two])).toStrictEqual([[3], [2, 3]]);
  });

  test("what count and age remove takes no bytes from what is kept", async () => {
    const [one, two] = [await server.createClip("SELECT 1"), await server.createClip("SELECT 2")];
    await addResults(server.own, one.id, [
      { number: 1, daysAgo: 1, bytes: 1000 },
      { number: 2, bytes: 100 },
    ]);
    await addResults(server.own, two.id, [
      { number: 1, daysAgo: 2, bytes: 100 },
      { number: 2, bytes: 100 },
    ]);
    await change(one.slug, { keep_results: 1 });
    expect(await apply({ keepBytes: 300 })).toStrictEqual({ removed: 1, bytes: 300 });
    expect(await kept(two.id)).toStrictEqual([1, 2]);
  });

  test("a clip's own rules stand in place of the installation's, narrower or wider", async () => {
    const few = await server.createClip("SELECT 1");
    const many = await server.createClip("SELECT 2");
    const young = await server.createClip("SELECT 3");
    const small = await server.createClip("SELECT 4");
    const clips = [few, many, young, small];
    for (const { id } of clips) {
      await addResults(
        server.own,
        id,
        from1(5).map((number) => ({ number, bytes: 100, daysAgo: (5 - number) * 10 })),
      );
    }
    await change(few.slug, { keep_results: 2 });
    await change(many.slug, { keep_results: 1000, keep_days: 1000 });
    await change(young.slug, { keep_days: 15 });
    await change(small.slug, { keep_bytes: 250 });
    await apply({ keepResults: 4, keepDays: 35 });
    expect(await keptOf(clips)).toStrictEqual([
      [4, 5],
      [1, 2, 3, 4, 5],
      [4, 5],
      [4, 5],
    ]);
    // Taken back, the installation's rule holds again.
    await change(many.slug, { keep_results: null, keep_days: null });
    await apply({ keepResults: 4, keepDays: 35 });
    expect(await kept(many.id)).toStrictEqual([2, 3, 4, 5]);
  });

  test("results of a deleted clip go by the same rules", async () => {
    const { id, slug } = await server.createClip("SELECT 1");
    await addResults(
      server.own,
      id,
      from1(3).map((number) => ({ number })),
    );
    await server.request(`/api/clips/${slug}`, { method: "DELETE" });
    await apply({ keepResults: 1 });
    expect(await kept(id)).toStrictEqual([3]);
  });
});

describe("what stays in any case", () => {
  const NOTHING = { keepResults: 1, keepDays: 1, keepBytes: 1 };

  test("the newest of the current version for each set of values", async () => {
    const { id, slug } = await server.createClip("SELECT {{n:1}}::int AS n");
    await addResults(server.own, id, [
      { number: 1, parameters: { n: "1" }, daysAgo: 50 },
      { number: 2, parameters: { n: "2" }, daysAgo: 49 },
      { number: 3, parameters: { n: "1" }, daysAgo: 48 },
      { number: 4, parameters: { n: "3" }, daysAgo: 47 },
      { number: 5, parameters: { n: "3" }, daysAgo: 46 },
      { number: 6, parameters: { n: "3" }, daysAgo: 45, database: "another" },
    ]);
    await apply(NOTHING);
    expect(await kept(id)).toStrictEqual([2, 3, 5, 6]);
    // Of an old version nothing has to stay.
    await change(slug, { sql: "SELECT {{n:1}}::int + 1 AS n" });
    await addResults(server.own, id, [{ number: 7, version: 2, parameters: { n: "1" }, daysAgo: 40 }]);
    await apply(NOTHING);
    expect(await kept(id)).toStrictEqual([7]);
  });

  test("but not of more than 1000 sets: anyone with a link can make one more", async () => {
    const { id } = await server.createClip("SELECT {{n:1}}::int AS n");
    await addResults(
      server.own,
      id,
      from1(1005).map((number) => ({ number, parameters: { n: String(number) } })),
    );
    expect(await apply(NOTHING)).toMatchObject({ removed: 5 });
    expect((await kept(id)).slice(0, 2)).toStrictEqual([6, 7]);
  });

  test("one that a share is pinned to, until the last such share is revoked", async () => {
    const { id, slug } = await server.createClip("SELECT 1");
    await addResults(server.own, id, [
      { number: 1, daysAgo: 50 },
      { number: 2, daysAgo: 49 },
      { number: 3, daysAgo: 48 },
    ]);
    const shares = [await pin(slug, 1), await pin(slug, 1)];
    await apply(NOTHING);
    expect(await kept(id)).toStrictEqual([1, 3]);
    for (const [share, left] of [
      [shares[0], [1, 3]],
      [shares[1], [3]],
    ] as const) {
      expect((await server.request(`/api/shares/${share}`, { method: "DELETE" })).status).toBe(204);
      await apply(NOTHING);
      expect(await kept(id)).toStrictEqual(left);
    }
  });

  test("nothing else can remove a pinned result either: PostgreSQL refuses", async () => {
    const { id, slug } = await server.createClip("SELECT 1");
    await addResults(server.own, id, [{ number: 1 }, { number: 2 }]);
    await pin(slug, 1);
    // 23001, restrict_violation; 23503 before PostgreSQL 18.
    await expect(server.own.query("DELETE FROM results WHERE clip_id = $1", [id])).rejects.toMatchObject({
      code: expect.stringMatching(/^23(001|503)$/),
    });
    expect(await kept(id)).toStrictEqual([1, 2]);
  });

  test("one that is being stored is not looked at", async () => {
    const { id } = await server.createClip("SELECT 1");
    await addResults(server.own, id, [
      { number: 1, daysAgo: 50, sealed: false },
      { number: 2, daysAgo: 49 },
      { number: 3, daysAgo: 48 },
    ]);
    await apply(NOTHING);
    expect(await kept(id)).toStrictEqual([1, 3]);
  });
});

describe("at the same time", () => {
  const both = async (): Promise<{ id: number; slug: string }> => {
    const clip = await server.createClip("SELECT 1");
    await addResults(server.own, clip.id, [{ number: 1 }, { number: 2 }]);
    return clip;
  };

  test("a result that is being pinned is left alone", async () => {
    const { id } = await both();
    await server.own.query("BEGIN");
    await server.own.query(
      "INSERT INTO shares (clip_id, secret_hash, pinned_result_id) SELECT clip_id, 'h', id FROM results WHERE number = 1",
    );
    expect(await apply({ keepResults: 1 })).toMatchObject({ removed: 0 });
    await server.own.query("COMMIT");
    expect(await apply({ keepResults: 1 })).toMatchObject({ removed: 0 });
    expect(await kept(id)).toStrictEqual([1, 2]);
  });

  test("a pin that comes too late is told that there is no such result", async () => {
    const { slug } = await both();
    await server.own.query("BEGIN");
    await server.own.query("DELETE FROM results WHERE number = 1");
    const pinning = server.request(`/api/clips/${slug}/shares`, { method: "POST", json: { result: 1 } });
    await until(async () => {
      const { rows } = await server.own.query(
        "SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
      );
      return rows[0].n === 1;
    });
    await server.own.query("COMMIT");
    const response = await pinning;
    expect([response.status, await response.json()]).toStrictEqual([
      404,
      {
        error: {
          code: "not_found",
          message: "This clip has no result 1.",
          hint: "It may have been removed since, by the rule for how long results are kept.",
        },
      },
    ]);
    expect((await server.own.query("SELECT FROM shares")).rowCount).toBe(0);
  });

  test("two servers remove each result once", async () => {
    const { id } = await server.createClip("SELECT 1");
    await addResults(
      server.own,
      id,
      from1(401).map((number) => ({ number })),
    );
    const other = openOwnDatabase((server.deps.db.$client.options as { connectionString: string }).connectionString);
    const done = await Promise.all([apply({ keepResults: 1 }), apply({ keepResults: 1 }, other.db)]);
    await other.close();
    // Either may have left to the other one what that had locked at the moment.
    expect(done[0].removed + done[1].removed).toBe(400);
    expect(await kept(id)).toStrictEqual([401]);
  });
});

test("a removed result is not there any more on any server, whatever that has in memory", async () => {
  const { id, slug } = await server.createClip("SELECT random() AS r", { max_age_seconds: 0 });
  const run = async (): Promise<void> => {
    await server.request(`/api/clips/${slug}/runs`, { method: "POST", json: { wait: true } });
  };
  await run();
  const first = await server.request(`/clips/${slug}.csv?result=1`);
  const etag = first.headers.get("ETag")!;
  await first.text();
  expect(server.deps.cache.get(id, 1)).toBeDefined();
  await run();
  await apply({ keepResults: 1 });
  expect(await kept(id)).toStrictEqual([2]);
  for (const path of [`/clips/${slug}.csv?result=1`, `/clips/${slug}.json?result=1`, `/clips/${slug}?result=1`]) {
    const gone = await server.request(path, { headers: { "If-None-Match": etag, Accept: "application/json" } });
    expect(gone.status).toBe(404);
    expect(await gone.text()).toContain("This clip has no result 1.");
  }
});

test("the rules are applied at the start, and what dead servers left unsealed goes too", async () => {
  const { id } = await server.createClip("SELECT 1");
  await addResults(server.own, id, [
    { number: 1, daysAgo: 2 },
    { number: 2, daysAgo: 1, sealed: false },
    { number: 3, sealed: false },
    { number: 4, bytes: 77 },
  ]);
  // Of the two that are not sealed, one has a run that goes on.
  await server.own.query(
    `WITH run AS (
       INSERT INTO runs (id, clip_id, version, parameters, state)
       VALUES (gen_random_uuid(), $1, 1, '{}', 'running') RETURNING id)
     UPDATE results SET run_id = run.id FROM run WHERE clip_id = $1 AND number = 3`,
    [id],
  );
  const lines: string[] = [];
  const rules = { keepResults: 1, keepDays: 90, keepBytes: 70 };
  const stop = startRetention({ db: server.deps.db, rules, log: collectLog(lines) });
  // What is left is said once all is removed; a stop before that says nothing.
  await until(() => lines.length > 0);
  await stop();
  expect(await kept(id)).toStrictEqual([3, 4]);
  expect(lines).toStrictEqual(["level=warn event=results_over_keep_bytes bytes=77 keep_bytes=70"]);
});

test("a server that stops waits for what is being removed, and begins nothing more", async () => {
  const { id } = await server.createClip("SELECT 1");
  await addResults(
    server.own,
    id,
    from1(101).map((number) => ({ number })),
  );
  const aborted = new AbortController();
  aborted.abort();
  expect(await applyRetention(server.deps.db, { ...MOST_KEPT, keepResults: 1 }, aborted.signal)).toMatchObject({
    removed: 0,
  });
  const logged: string[] = [];
  const rules = { ...MOST_KEPT, keepResults: 1 };
  const stop = startRetention({ db: server.deps.db, rules, log: collectLog(logged) });
  await stop();
  expect(logged).toStrictEqual([]);
  expect(await kept(id)).toStrictEqual(from1(101));
});
