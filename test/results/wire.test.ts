import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connectAsReader } from "./connect-as-reader.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { copyCsv } from "./copy.ts";
import { type CorpusQuery, WIDE_CORPUS } from "./corpus.ts";
import { VALUES_SETUP } from "./values.ts";

let server: TestServer;
let client: pg.Client;
beforeAll(async () => {
  server = await startTestServer({
    relations: { mode: "granted", allow: [], refuse: [] },
    maxRows: 1_000_000,
    maxBytes: 1024 * 1024 * 1024,
  });
  await server.primary.query(VALUES_SETUP);
  await server.catchUp();
  client = await connectAsReader(server.readerUrl);
});
afterAll(async () => {
  await client.end();
  await until(async () => (await server.busySessions()).length === 0);
  await server.close();
});

/** The body as it came: Response.text() would take a byte order mark away. */
async function get(path: string): Promise<{ result: string; text: string }> {
  const response = await server.request(path);
  const text = Buffer.from(await response.arrayBuffer()).toString();
  if (response.status !== 200) throw new Error(text);
  return { result: response.headers.get("x-result")!, text };
}

const LARGE: CorpusQuery = {
  name: "more than memory keeps for late readers",
  sql: "SELECT n, numbers.* FROM numbers, generate_series(1, 3) AS n ORDER BY id, n",
};

test.for([...WIDE_CORPUS, LARGE])("live and stored: $name", async ({ sql }) => {
  const { slug } = await server.createClip(sql, { max_age_seconds: 0 });
  const formats = ["csv", "json", "ndjson"];
  const live = await Promise.all(formats.map((format) => get(`/clips/${slug}.${format}`)));
  const copied = (await copyCsv(client, sql)).toString();
  expect(live[0]!.text).toBe(copied);
  // A result is served again once it is stored.
  await server.settled();
  for (const [n, { result, text }] of live.entries()) {
    expect(await get(`/clips/${slug}.${formats[n]}?result=${result}`)).toStrictEqual({ result, text });
  }
  // One execution, any format.
  expect((await get(`/clips/${slug}.csv?result=${live[1]!.result}`)).text).toBe(copied);
});

test("a client that stops reading until the run is over gets the same bytes", async () => {
  const sql = "SELECT n, numbers.* FROM numbers, generate_series(1, 20) AS n ORDER BY id, n";
  const { slug } = await server.createClip(sql);
  const response = await server.request(`/clips/${slug}.csv`);
  const reader = response.body!.getReader();
  const pieces: Uint8Array[] = [];
  const read = async (): Promise<boolean> => {
    const { value, done } = await reader.read();
    if (!done) pieces.push(value);
    return !done;
  };
  await read();
  await server.settled();
  while (await read());
  const copied = await copyCsv(client, sql);
  expect(copied.length).toBeGreaterThan(16 * 1024 * 1024);
  expect(Buffer.concat(pieces).equals(copied)).toBe(true);
});
