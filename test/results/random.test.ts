import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCsvWriter } from "../../src/results/csv.ts";
import { createCsvOptionsWriter } from "../../src/results/csv-options.ts";
import { createJsonWriter } from "../../src/results/json.ts";
import { createNdjsonWriter } from "../../src/results/ndjson.ts";
import { connectAsReader } from "./connect-as-reader.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";
import { copyCsv } from "./copy.ts";
import { createRandom, randomText, randomTextArray } from "./random.ts";
import { createResultReader, type Result, splitRows, write } from "./read-result.ts";

const ROWS = 400;
const SEEDS = [1, 20_131_127, 0x7fffffff];
const ARRAYS = { rows: "arrays", numbers: "number" } as const;

let server: TestServer;
let client: pg.Client;
let read: (query: string) => Promise<Result>;
beforeAll(async () => {
  server = await startTestServer();
  await server.primary.query(
    "CREATE TABLE random_rows (seed int, id int, a text, b text, list text[]); GRANT SELECT ON random_rows TO PUBLIC",
  );
  for (const seed of SEEDS) {
    const random = createRandom(seed);
    const rows = Array.from({ length: ROWS }, (_, id) => [
      ...[seed, id, random() < 0.1 ? null : randomText(random), randomText(random)],
      randomTextArray(random),
    ]);
    // One statement for each would be as many round trips.
    const columns = [0, 1, 2, 3].map((column) => rows.map((row) => row[column]));
    const lists = rows.map((row) => toArrayText(row[4]));
    await server.primary.query(
      "INSERT INTO random_rows SELECT s, i, a, b, l::text[] FROM unnest($1::int[], $2::int[], $3::text[], $4::text[], $5::text[]) AS t (s, i, a, b, l)",
      [...columns, lists],
    );
  }
  await server.catchUp();
  client = await connectAsReader(server.readerUrl);
  read = createResultReader(client);
});
afterAll(async () => {
  await client.end();
  await server.close();
});

/** An array as PostgreSQL reads it, with every text quoted. */
function toArrayText(value: unknown): string {
  if (Array.isArray(value)) return `{${value.map(toArrayText).join(",")}}`;
  return value === null ? "NULL" : `"${String(value).replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

test.for(SEEDS)("random texts and arrays are as COPY and to_jsonb write them, seed %i", async (seed) => {
  const sql = `SELECT a, b, list FROM random_rows WHERE seed = ${seed} ORDER BY id`;
  const { columns, frames } = await read(sql);
  const copied = (await copyCsv(client, sql)).toString();
  expect(write(createCsvWriter(), columns, [frames]).toString()).toBe(copied);
  const options = { delimiter: ",", bom: false, escapeFormulas: false } as const;
  expect(write(createCsvOptionsWriter(options), columns, [frames]).toString()).toBe(copied);

  const { rows } = await client.query<{ json: string }>(
    `SELECT jsonb_build_array(a, b, list)::text AS json FROM (${sql}) AS q`,
  );
  const json = write(createJsonWriter(ARRAYS), columns, [frames]).toString();
  expect((JSON.parse(json) as { values: unknown }).values).toStrictEqual(rows.map((row) => JSON.parse(row.json)));
  expect(rows).toHaveLength(ROWS);
  const lines = write(createNdjsonWriter(ARRAYS), columns, splitRows(frames)).toString().split("\n").slice(1, -2);
  expect(json).toContain(`"values":[${lines.join(",")}],"started_at"`);

  // A single column has a rule of its own.
  const alone = `SELECT a FROM random_rows WHERE seed = ${seed} ORDER BY id`;
  const single = await read(alone);
  expect(write(createCsvWriter(), single.columns, [single.frames]).toString()).toBe(
    (await copyCsv(client, alone)).toString(),
  );
});
