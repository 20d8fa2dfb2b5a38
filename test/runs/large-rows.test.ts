import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../support/test-server.ts";
import { sample } from "../support/full.ts";

const MIB = 1024 * 1024;
/** Less than the timeout of a run would be, were one to hang. */
const TIMEOUT_MS = 600_000;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ timeoutMs: TIMEOUT_MS });
});
afterAll(() => server.close());

/** Rows are limited to 16 MiB, with what the message has around its one column. */
const LARGEST = 16 * MIB - 11;

const CASES: [string, string, number[]][] = [
  ["three of 7 MiB", `SELECT repeat('a', ${7 * MIB}) AS x FROM generate_series(1, 3)`, Array(3).fill(7 * MIB)],
  ["three of 10 MiB", `SELECT repeat('a', ${10 * MIB}) AS x FROM generate_series(1, 3)`, Array(3).fill(10 * MIB)],
  ["one of 13 MiB", `SELECT repeat('a', ${13 * MIB}) AS x`, [13 * MIB]],
  ["one of 15 MiB", `SELECT repeat('a', ${15 * MIB}) AS x`, [15 * MIB]],
  ["four of the largest", `SELECT repeat('a', ${LARGEST}) AS x FROM generate_series(1, 4)`, Array(4).fill(LARGEST)],
  [
    "large ones among small ones",
    `SELECT repeat('a', CASE WHEN n % 40 = 0 THEN ${12 * MIB} ELSE n END) AS x FROM generate_series(1, 100) AS n`,
    Array.from({ length: 100 }, (_, n) => ((n + 1) % 40 === 0 ? 12 * MIB : n + 1)),
  ],
];

test.each(sample(CASES, 2))(
  "rows within the limit come through, live and from the store: %s",
  async (_, sql, lengths: number[]) => {
    const clip = await server.createClip(sql);
    for (const address of [`/clips/${clip.slug}.csv`, `/clips/${clip.slug}.csv?result=1`]) {
      const response = await server.request(address);
      expect(response.status).toBe(200);
      const [head, ...rows] = (await response.text()).trimEnd().split("\n");
      expect([head, rows.map(({ length }) => length)]).toStrictEqual(["x", lengths]);
      await server.settled();
    }
    const { rows } = await server.own.query("SELECT state, error FROM runs WHERE clip_id = $1", [clip.id]);
    expect(rows).toStrictEqual([{ state: "done", error: null }]);
  },
);

test("one over the limit is refused with its size, at once", async () => {
  const clip = await server.createClip(`SELECT repeat('a', ${LARGEST + 1}) AS x`);
  const response = await server.request(`/clips/${clip.slug}.csv`);
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({
    error: { code: "query_failed", message: expect.stringContaining("a single row may have at most 16.0 MiB") },
  });
});
