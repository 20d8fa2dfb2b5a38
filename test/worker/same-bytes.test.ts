import { afterAll, beforeAll, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { type CorpusQuery, WIDE_CORPUS } from "../results/corpus.ts";
import { VALUES_SETUP } from "../results/values.ts";
import { sample } from "../support/full.ts";
import { serveByNode, startTestServer, type TestServer, TOKEN, until } from "../support/test-server.ts";

let server: TestServer;
let node: Awaited<ReturnType<typeof serveByNode>>;
beforeAll(async () => {
  server = await startTestServer({ relations: { mode: "granted", allow: [], refuse: [] }, maxBytes: 1024 ** 3 });
  await server.primary.query(VALUES_SETUP);
  await server.catchUp();
  // The same databases, by Node.
  node = await serveByNode(createApp(server.deps).fetch);
});
afterAll(async () => {
  await until(async () => (await server.busySessions()).length === 0);
  await node.close();
  await server.close();
});

/** A body, and the result that it is of. */
async function get(base: string, path: string): Promise<{ result: string; body: Buffer }> {
  const response = await fetch(base + path, { headers: { Authorization: `Bearer ${TOKEN}` } });
  const body = Buffer.from(await response.arrayBuffer());
  if (response.status !== 200) throw new Error(body.toString());
  return { result: response.headers.get("X-Result")!, body };
}

const FORMATS = ["csv", "json", "ndjson", "xlsx"];
const LARGE: CorpusQuery = {
  name: "more than memory keeps for late readers",
  sql: "SELECT n, numbers.* FROM numbers, generate_series(1, 3) AS n ORDER BY id, n",
};

const QUERIES = [...WIDE_CORPUS, LARGE].map((query, index) => ({ ...query, format: FORMATS[index % FORMATS.length]! }));

test.for(sample(QUERIES, 3))(
  "a run by a Worker and one by Node give the same bytes: $name",
  async ({ sql, format }) => {
    const { slug } = await server.createClip(sql, { max_age_seconds: 0 });
    const [byWorker, byNode] = [
      await get(server.url, `/clips/${slug}.${format}`),
      await get(node.url, `/clips/${slug}.${format}`),
    ];
    await server.settled();
    /** The same again, as it is stored, from either runtime. */
    const bodies = async (of: string, result: string): Promise<[worker: Buffer, node: Buffer]> => {
      const path = `/clips/${slug}.${of}?result=${result}`;
      return [(await get(server.url, path)).body, (await get(node.url, path)).body];
    };
    for (const { result, body } of [byWorker, byNode]) {
      const [worker, other] = await bodies(format, result);
      expect(worker.equals(body), `${format} of result ${result}, live, and stored by the Worker`).toBe(true);
      expect(other.equals(body), `${format} of result ${result}, live, and stored by Node`).toBe(true);
    }
    for (const of of FORMATS) {
      const [worker, other] = await bodies(of, byWorker.result);
      expect(worker.equals(other), `${of} of result ${byWorker.result}`).toBe(true);
    }
    const [, first] = await bodies("csv", byWorker.result);
    const [, second] = await bodies("csv", byNode.result);
    expect(first.equals(second), "the rows").toBe(true);
  },
);
