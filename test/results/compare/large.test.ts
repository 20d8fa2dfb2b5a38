import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../../support/test-server.ts";
import { FULL } from "../../support/full.ts";

const ROWS = FULL ? 300_000 : 100_000;
/** The newer result begins and ends so many rows later. */
const SHIFT = 1_000;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ maxRows: 2_000_000, maxBytes: 1024 ** 3, timeoutMs: 120_000 });
});
afterAll(() => server.close());

test("large results are compared by a guessed key and by the whole row, while others are served", async () => {
  const { slug } = await server.createClip(
    `SELECT n % 7 AS day, n AS id, md5(n::text) AS hash, n % 1000 = {{changed}}::int AS is_new, n * 1.5 AS amount
       FROM generate_series({{first}}::int, {{last}}::int) AS n ORDER BY n % {{order}}::int, n`,
  );
  const run = async (parameters: Record<string, number>): Promise<void> => {
    const response = await server.request(`/api/clips/${slug}/runs`, {
      method: "POST",
      json: { wait: true, parameters },
    });
    expect(await response.json()).toMatchObject({ state: "done", row_count: ROWS });
  };
  await run({ first: 1, last: ROWS, changed: 1000, order: 1 });
  await run({ first: SHIFT + 1, last: ROWS + SHIFT, changed: 5, order: 2 });

  const ended: string[] = [];
  const comparing = server.request(`/api/clips/${slug}/compare?from=1&to=2`).then(async (response) => {
    ended.push("comparison");
    return (await response.json()) as any;
  });
  for (let n = 0; n < 3; n++) {
    expect((await server.request(`/api/clips/${slug}`)).status).toBe(200);
    ended.push("another request");
  }
  const { counts, key, differences, more } = await comparing;
  expect(ended.slice(0, 3)).toStrictEqual(["another request", "another request", "another request"]);
  expect(key).toStrictEqual({ columns: ["id"], guessed: true });
  // Of the rows in both, one of a thousand is new.
  const changed = (ROWS - SHIFT) / 1000;
  expect(counts).toStrictEqual({ added: SHIFT, removed: SHIFT, changed, same: ROWS - SHIFT - changed });
  expect([differences.length, more]).toStrictEqual([100, 2 * SHIFT + changed - 100]);
  expect(differences[0]).toMatchObject({ change: "removed", from_row: 1, row: expect.arrayContaining(["1", "1.5"]) });

  const csv = await server.request(`/api/clips/${slug}/compare.csv?from=1&to=2&key=*`);
  const lines = (await csv.text()).trimEnd().split("\n");
  const labels = new Map<string, number>();
  for (const line of lines) labels.set(line.split(",")[0]!, (labels.get(line.split(",")[0]!) ?? 0) + 1);
  expect(Object.fromEntries(labels)).toStrictEqual({ change: 1, added: SHIFT + changed, removed: SHIFT + changed });
});
