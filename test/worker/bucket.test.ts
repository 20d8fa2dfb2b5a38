import { afterAll, beforeAll, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { startTestServer, TOKEN, type TestServer, until } from "../support/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({}, undefined, { bindings: { buckets: ["RESULTS"] } });
});
afterAll(async () => {
  await until(async () => (await server.busySessions()).length === 0);
  await server.close();
});

const LARGE = "SELECT n, repeat(md5(n::text), 8) AS x FROM generate_series(1, 40000) AS n";

async function chunks(): Promise<{ count: number; elsewhere: number }> {
  const { rows } = await server.own.query(
    "SELECT count(*)::int AS count, count(*) FILTER (WHERE data IS NULL)::int AS elsewhere FROM result_chunks",
  );
  return rows[0];
}

test("the bytes of a large result are in R2, go out again as they were, and are removed with it", async () => {
  const { slug } = await server.createClip(LARGE);
  const live = await server.request(`/clips/${slug}.csv`);
  const body = await live.text();
  expect(body.split("\n")).toHaveLength(40_002);
  await server.settled();
  const { count, elsewhere } = await chunks();
  expect(count).toBeGreaterThan(10);
  expect(elsewhere).toBe(count);
  expect(await server.worker!.keysInBucket()).toHaveLength(count);
  const stored = await server.request(`/clips/${slug}.csv?result=1`);
  expect(stored.headers.get("ETag")).toMatch(/^"/);
  expect(await stored.text()).toBe(body);
  // Json has to be encoded from them.
  const json = (await (await server.request(`/clips/${slug}.json?result=1`)).json()) as { values: unknown[] };
  expect(json.values).toHaveLength(40_000);

  await server.own.query("DELETE FROM results");
  await server.worker!.minute(new Date("2026-03-01T10:00:00Z"));
  expect(await server.worker!.keysInBucket()).toStrictEqual([]);
});

test("a small one is in the database", async () => {
  const { slug } = await server.createClip("SELECT 1 AS one");
  await (await server.request(`/clips/${slug}.csv`)).text();
  await server.settled();
  expect(await chunks()).toStrictEqual({ count: 1, elsewhere: 0 });
  expect(await server.worker!.keysInBucket()).toStrictEqual([]);
});

test("a server on Node says that it does not have the bucket", async () => {
  const { slug } = await server.createClip(LARGE);
  await (await server.request(`/clips/${slug}.csv`)).text();
  await server.settled();
  const node = createApp(server.deps);
  for (const format of ["csv", "json", "xlsx"]) {
    const response = await node.request(`/clips/${slug}.${format}?result=1`, {
      headers: { Authorization: `Bearer ${TOKEN}` },
    });
    expect([response.status, await response.json()]).toMatchObject([
      503,
      { error: { code: "store_failed", message: expect.stringContaining("in a bucket (R2)") } },
    ]);
  }
});

test("what is not in the bucket any more is said to be missing", async () => {
  const { slug } = await server.createClip(LARGE);
  await (await server.request(`/clips/${slug}.csv`)).text();
  await server.settled();
  const { rows } = await server.own.query("SELECT max(id) AS id FROM results");
  // Another key: the chunks of a result that was never put there.
  await server.own.query("UPDATE result_chunks SET number = number + 1000 WHERE result_id = $1", [rows[0].id]);
  const response = await server.request(`/clips/${slug}.json?result=1`);
  await expect(response.text()).rejects.toThrow("terminated");
});
