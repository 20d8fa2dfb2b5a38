import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readerConnection } from "../../src/databases/reader-sessions.ts";
import type { Column } from "../../src/results/columns.ts";
import { createJsonWriter } from "../../src/results/json.ts";
import { createNdjsonWriter } from "../../src/results/ndjson.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";
import { CORPUS, type CorpusQuery, identifier } from "./corpus.ts";
import { parseJson, parseJsonValues } from "./parse-json.ts";
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

/** The values of a query's rows as PostgreSQL itself writes them in JSON, each as JSON text. */
async function askPostgres(
  toJson: "to_json" | "to_jsonb",
  { sql, textInJson = false }: CorpusQuery,
  columns: readonly Column[],
): Promise<(string | null)[][]> {
  const names = columns.map((_, n) => `c${n}`);
  const values = columns.map(({ type }, n) => {
    const text = type.array === undefined ? "text" : "text[]";
    return `${toJson}(q.c${n}${textInJson ? `::${text}` : ""})::text`;
  });
  const text = `SELECT ${values.join(", ")} FROM (${sql}) AS q (${names.join(", ")})`;
  return (await client.query<(string | null)[]>({ text, rowMode: "array" })).rows;
}

const IN_JSON = CORPUS.filter(({ notInJson }) => notInJson !== true);

test.for(IN_JSON)("values as to_json writes them: $name", async (query) => {
  const { columns, frames } = await read(query.sql);
  const rows = await askPostgres("to_json", query, columns);
  const expected = rows.map((row) => row.map((value) => (value === null ? null : parseJson(value))));
  const { values } = parseJson(write(createJsonWriter(OPTIONS), columns, [frames]).toString()) as { values: unknown };
  expect(values).toStrictEqual(expected);
});

test.for(IN_JSON.filter(({ notInJsonb }) => notInJsonb !== true))(
  "values as to_jsonb has them: $name",
  async (query) => {
    const { columns, frames } = await read(query.sql);
    const rows = await askPostgres("to_jsonb", query, columns);
    const expected = rows.map((row) => row.map((value) => (value === null ? null : parseJsonValues(value))));
    const { values } = parseJsonValues(write(createJsonWriter(OPTIONS), columns, [frames]).toString()) as {
      values: unknown;
    };
    expect(values).toStrictEqual(expected);
  },
);

const OPTIONS = { rows: "arrays", numbers: "number" } as const;
