import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readerConnection } from "../../src/databases/reader-sessions.ts";
import { createCsvWriter } from "../../src/results/csv.ts";
import { createCsvOptionsWriter } from "../../src/results/csv-options.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";
import { copyCsv } from "./copy.ts";
import { CORPUS } from "./corpus.ts";
import { createResultReader, type Result, splitRows, write } from "./read-result.ts";
import { VALUES_SETUP } from "./values.ts";

let server: TestServer;
let client: pg.Client;
let read: (query: string) => Promise<Result>;
beforeAll(async () => {
  server = await startTestServer();
  await server.primary.query(VALUES_SETUP);
  await server.catchUp();
  client = new pg.Client(readerConnection(server.readerUrl));
  await client.connect();
  read = createResultReader(client);
});
afterAll(async () => {
  await client.end();
  await server.close();
});

test.for(CORPUS)("as COPY writes it: $name", async ({ sql }) => {
  const { columns, frames } = await read(sql);
  expect(write(createCsvWriter(), columns, [frames]).toString()).toBe((await copyCsv(client, sql)).toString());
});
