import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readerConnection } from "../../src/databases/reader-sessions.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { copyCsv } from "./copy.ts";
import { CORPUS, type CorpusQuery } from "./corpus.ts";
import { VALUES_SETUP } from "./values.ts";

let server: TestServer;
let client: pg.Client;
beforeAll(async () => {
  server = await startTestServer({ maxRows: 1_000_000, maxBytes: 1024 * 1024 * 1024 });
  await server.primary.query(VALUES_SETUP);
  await server.catchUp();
  client = new pg.Client(readerConnection(server.readerUrl));
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await server.close();
});

interface Received {
  result: string;
  text: string;
}

async function get(path: string): Promise<Received> {
  const response = await server.request(path);
  const text = await response.text();
  expect(response.status, text.slice(0, 1000)).toBe(200);
  return { result: response.headers.get("x-result")!, text };
}

const LARGE: CorpusQuery = {
  name: "more than memory keeps for late readers",
  sql: "SELECT n, numbers.* FROM numbers, generate_series(1, 3) AS n ORDER BY id, n",
};

test.for([...CORPUS, LARGE])("live and stored: $name", async ({ sql }) => {
  const { slug } = await server.createClip(sql, { max_age_seconds: 0 });
  const formats = ["csv", "json", "ndjson"];
  const live = await Promise.all(formats.map((format) => get(`/clips/${slug}.${format}`)));
  const copied = (await copyCsv(client, sql)).toString();
  expect(live[0]!.text).toBe(copied);
  for (const [n, { result, text }] of live.entries()) {
    await until(async () => (await server.request(`/clips/${slug}.csv?result=${result}`, { method: "HEAD" })).ok);
    expect(await get(`/clips/${slug}.${formats[n]}?result=${result}`)).toStrictEqual({ result, text });
    if (n > 0) expect((await get(`/clips/${slug}.csv?result=${result}`)).text).toBe(copied);
  }
});
