import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AppError } from "../../src/errors.ts";
import { type Column, type ColumnType, uniqueNames } from "../../src/results/columns.ts";
import { createJsonWriter } from "../../src/results/json.ts";
import { createNdjsonWriter } from "../../src/results/ndjson.ts";
import { createOutput, take } from "../../src/results/output.ts";
import { connectAsReader } from "./connect-as-reader.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";
import { CORPUS, literal } from "./corpus.ts";
import { parseJson, parseJsonValues } from "./parse-json.ts";
import { createResultReader, type Result, splitRows, write } from "./read-result.ts";
import { CONTROLS } from "./texts.ts";
import { VALUES_SETUP } from "./values.ts";

let server: TestServer;
let client: pg.Client;
let read: (query: string) => Promise<Result>;
beforeAll(async () => {
  server = await startTestServer();
  await server.primary.query(VALUES_SETUP);
  await server.catchUp();
  client = await connectAsReader(server.readerUrl);
  read = createResultReader(client);
});
afterAll(async () => {
  await client.end();
  await server.close();
});

const ARRAYS = { rows: "arrays", numbers: "number" } as const;
const OBJECTS = { rows: "objects", numbers: "number" } as const;
const STRINGS = { rows: "arrays", numbers: "string" } as const;

/** int2, int4, int8, float4, float8, numeric. */
const NUMBER_OIDS = new Set([21, 23, 20, 700, 701, 1700]);

function isNumber({ oid, array }: ColumnType): boolean {
  return NUMBER_OIDS.has(array?.elementOid ?? oid);
}

/**
 * The values of a query's rows as PostgreSQL itself writes them in JSON, each as JSON text.
 * @param asText says of which columns the text form is meant
 */
async function askPostgres(
  toJson: "to_json" | "to_jsonb",
  sql: string,
  columns: readonly Column[],
  asText: (type: ColumnType) => boolean,
): Promise<(string | null)[][]> {
  const values = columns.map(({ type }, n) => {
    if (!asText(type)) return `${toJson}(c${n})`;
    if (type.array?.vector === true) return `${toJson}(string_to_array(c${n}::text, ' '))`;
    return `${toJson}(c${n}::${type.array === undefined ? "text" : "text[]"})`;
  });
  const names = columns.map((_, n) => `c${n}`);
  const text = `SELECT ${values.map((value) => `${value}::text`).join(", ")} FROM (${sql}) AS q (${names.join(", ")})`;
  return (await client.query<(string | null)[]>({ text, rowMode: "array" })).rows;
}

function valuesOf(parse: (text: string) => unknown, json: Buffer): unknown {
  return (parse(json.toString()) as { values: unknown }).values;
}

const WITH_JSON = CORPUS.filter(({ notInJson = false }) => !notInJson);
const WITH_JSONB = WITH_JSON.filter(({ notInJsonb = false }) => !notInJsonb);

test.for(WITH_JSON)("as to_json writes it: $name", async ({ sql, textInJson = false }) => {
  const { columns, frames } = await read(sql);
  const rows = await askPostgres("to_json", sql, columns, () => textInJson);
  const expected = rows.map((row) => row.map((value) => (value === null ? null : parseJson(value))));
  const written = write(createJsonWriter(ARRAYS), columns, [frames]);
  expect(valuesOf(parseJson, written)).toStrictEqual(expected);
  expect(write(createJsonWriter(ARRAYS), columns, splitRows(frames)).equals(written), "row by row").toBe(true);
});

test.for(WITH_JSONB)("the values of to_jsonb: $name", async ({ sql, textInJson = false }) => {
  const { columns, frames } = await read(sql);
  const rows = await askPostgres("to_jsonb", sql, columns, () => textInJson);
  const expected = rows.map((row) => row.map((value) => (value === null ? null : parseJsonValues(value))));
  const written = write(createJsonWriter(ARRAYS), columns, [frames]);
  expect(valuesOf(parseJsonValues, written)).toStrictEqual(expected);
});

test.for(WITH_JSON)("numbers=string: $name", async ({ sql, textInJson = false }) => {
  const { columns, frames } = await read(sql);
  const rows = await askPostgres("to_json", sql, columns, (type) => textInJson || isNumber(type));
  const expected = rows.map((row) => row.map((value) => (value === null ? null : parseJson(value))));
  const written = write(createJsonWriter(STRINGS), columns, splitRows(frames));
  expect(valuesOf(parseJson, written)).toStrictEqual(expected);
});

test.for(CORPUS)("NDJSON has the rows of JSON, a line each: $name", async ({ sql }) => {
  const { columns, frames } = await read(sql);
  const rows = valuesOf(parseJson, write(createJsonWriter(ARRAYS), columns, [frames])) as unknown[][];
  const written = write(createNdjsonWriter(ARRAYS), columns, [frames]);
  const lines = written.toString().split("\n");
  expect(lines.at(-1)).toBe("");
  expect(lines.slice(0, -1).every((line) => !line.includes("\r"))).toBe(true);
  const [head, ...body] = lines.slice(0, -1).map(parseJson) as Record<string, unknown>[];
  expect(Object.keys(head!)).toStrictEqual(["title", "columns"]);
  expect(Object.keys(body.pop()!)).toStrictEqual(["done"]);
  expect(body).toStrictEqual(rows);
  expect(write(createNdjsonWriter(ARRAYS), columns, splitRows(frames)).equals(written), "row by row").toBe(true);
});

test.for(CORPUS)("rows=objects has the same values under the columns' unique names: $name", async ({ sql }) => {
  const { columns, frames } = await read(sql);
  const rows = valuesOf(parseJson, write(createJsonWriter(ARRAYS), columns, [frames])) as unknown[][];
  const names = uniqueNames(columns.map((column) => column.name));
  expect(new Set(names).size).toBe(columns.length);
  const written = write(createJsonWriter(OBJECTS), columns, [frames]);
  const objects = valuesOf(parseJson, written) as Record<string, unknown>[];
  expect(objects.map((object) => Object.keys(object).length)).toStrictEqual(rows.map(() => columns.length));
  expect(objects.map((object) => names.map((name) => object[name]))).toStrictEqual(rows);
  expect(write(createJsonWriter(OBJECTS), columns, splitRows(frames)).equals(written), "row by row").toBe(true);

  const lines = write(createNdjsonWriter(OBJECTS), columns, splitRows(frames)).toString().split("\n");
  expect(written.toString()).toContain(`"values":[${lines.slice(1, -2).join(",")}],"started_at"`);
});

test("a document has Heroku's keys, then Dataclips' own, in this order", async () => {
  const { columns, frames } = await read(
    "SELECT n AS id, n::text AS name, n = 1 AS one FROM generate_series(1, 2) AS n",
  );
  const text = write(createJsonWriter(ARRAYS), columns, [frames]).toString();
  expect(text).toBe(
    '{"title":"A title","fields":["id","name","one"],"types":[23,25,16],"type_names":["integer","text","boolean"],' +
      '"values":[[1,"1",true],[2,"2",false]],"started_at":"2026-11-22T10:00:00.123Z",' +
      '"finished_at":"2026-11-22T10:00:01.000Z","checksum":"sha256:abc","version":2,"result":3,"row_count":4,' +
      '"truncated":false,"database":"test","follower":{"name":"follower","lag_seconds":0.5,"lag_bytes":128,"wal_lsn":"0/3000148"},"duration_ms":877}',
  );
  expect(write(createJsonWriter(OBJECTS), columns, [frames]).toString()).toContain(
    '"values":[{"id":1,"name":"1","one":true},{"id":2,"name":"2","one":false}],"started_at"',
  );
});

test("NDJSON begins with the columns and ends with what is known of the whole", async () => {
  const { columns, frames } = await read('SELECT 1 AS id, NULL::text[] AS "a ""list"""');
  expect(write(createNdjsonWriter(ARRAYS), columns, [frames]).toString()).toBe(
    '{"title":"A title","columns":[{"name":"id","type":23,"type_name":"integer"},' +
      '{"name":"a \\"list\\"","type":1009,"type_name":"text[]"}]}\n[1,null]\n' +
      '{"done":{"started_at":"2026-11-22T10:00:00.123Z","finished_at":"2026-11-22T10:00:01.000Z",' +
      '"checksum":"sha256:abc","version":2,"result":3,"row_count":4,"truncated":false,"database":"test",' +
      '"follower":{"name":"follower","lag_seconds":0.5,"lag_bytes":128,"wal_lsn":"0/3000148"},"duration_ms":877}}\n',
  );
});

test("NDJSON says in its last line what it failed with", () => {
  const out = createOutput();
  const error = new AppError("query_timeout", "It took too long.", { hint: "Ask for less." });
  createNdjsonWriter(ARRAYS).failure!(error, out);
  expect(take(out).toString()).toBe(
    '{"error":{"code":"query_timeout","message":"It took too long.","hint":"Ask for less."}}\n',
  );
  expect(createJsonWriter(ARRAYS).failure).toBeUndefined();
});

test("a result without rows is whole", async () => {
  const { columns, frames } = await read("SELECT 1 AS a WHERE false");
  expect(frames.length).toBe(0);
  expect(write(createJsonWriter(ARRAYS), columns, []).toString()).toContain('"values":[],"started_at"');
  expect(write(createNdjsonWriter(OBJECTS), columns, []).toString().split("\n")).toHaveLength(3);
});

test("types are PostgreSQL's; a domain is its base type", async () => {
  const { columns, frames } = await read(
    `SELECT 1::positive, 1::very_positive, 'A'::shout, '{}'::ints, now()::moment, '{}'::document, '(1,x)'::a_pair,
            ARRAY['A'::shout], 1.5::numeric(10, 3), 'a'::varchar(3), 'a'::char(2), '1'::"char", 'sad'::mood, 'x'::name,
            '[1,2)'::int4range, now() - now(), '12:00+00'::timetz, now()::timestamp`,
  );
  const json = write(createJsonWriter(ARRAYS), columns, [frames]).toString();
  const { types, type_names: names } = JSON.parse(json) as { types: number[]; type_names: string[] };
  const made = async (name: string): Promise<number> => {
    const { rows } = await client.query<{ oid: number }>("SELECT $1::regtype::oid AS oid", [name]);
    return rows[0]!.oid;
  };
  expect(types).toStrictEqual([
    ...[23, 23, 25, 1007, 1184, 3802, await made("pair"), await made("shout[]"), 1700, 1043, 1042, 18],
    ...[await made("mood"), 19, 3904, 1186, 1266, 1114],
  ]);
  expect(names).toStrictEqual([
    ...["integer", "integer", "text", "integer[]", "timestamp with time zone", "jsonb", "pair", "shout[]", "numeric"],
    ...["character varying", "character", '"char"', "mood", "name", "int4range", "interval", "time with time zone"],
    "timestamp without time zone",
  ]);
});

test("control characters, quotes and backslashes are escaped as RFC 8259 asks, and nothing else is", async () => {
  const { columns, frames } = await read(
    `SELECT ${literal(`${CONTROLS.join("")} "\\/\u007F\u0080\u2028\u2029\uFEFF😀`)} AS t`,
  );
  const text = write(createNdjsonWriter(ARRAYS), columns, [frames]).toString().split("\n")[1];
  expect(text).toBe(
    String.raw`["\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015` +
      String.raw`\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f \"\\/` +
      '\u007F\u0080\u2028\u2029\uFEFF😀"]',
  );
});

test("what JSON cannot say of numbers is a string; the digits are PostgreSQL's own", async () => {
  const { columns, frames } = await read(
    `SELECT 'NaN'::float8, 'Infinity'::float4, '-Infinity'::numeric, '-0'::float8, 1e300::float8, 5e-324::float8, 1.50,
            9223372036854775807, 0.1::float4, '{NaN,1.50,NULL,-Infinity}'::numeric[], 1e21::numeric`,
  );
  const line = (options: typeof ARRAYS | typeof STRINGS): string | undefined =>
    write(createNdjsonWriter(options), columns, [frames]).toString().split("\n")[1];
  expect(line(ARRAYS)).toBe(
    '["NaN","Infinity","-Infinity",-0,1e+300,5e-324,1.50,9223372036854775807,0.1,["NaN",1.50,null,"-Infinity"],' +
      "1000000000000000000000]",
  );
  expect(line(STRINGS)).toBe(
    '["NaN","Infinity","-Infinity","-0","1e+300","5e-324","1.50","9223372036854775807","0.1",' +
      '["NaN","1.50",null,"-Infinity"],"1000000000000000000000"]',
  );
});

test("dates and times are ISO 8601 as to_jsonb writes them", async () => {
  const { columns, frames } = await read(
    `SELECT timestamptz '2013-11-27 09:30+00', timestamp '2013-11-27 09:30:00.5', date '2013-11-27',
            timestamptz '0044-03-15 12:00+00 BC', timestamptz '-infinity', timestamp '10000-01-01',
            ARRAY[timestamptz '2013-11-27 09:30+02', NULL], time '09:30', timetz '09:30+05:30', interval '1 day'`,
  );
  expect(write(createNdjsonWriter(ARRAYS), columns, [frames]).toString().split("\n")[1]).toBe(
    '["2013-11-27T09:30:00+00:00","2013-11-27T09:30:00.5","2013-11-27","0044-03-15T12:00:00+00:00 BC","-infinity",' +
      '"10000-01-01T00:00:00",["2013-11-27T07:30:00+00:00",null],"09:30:00","09:30:00+05:30","1 day"]',
  );
});

test.for(["Asia/Kolkata", "America/New_York", "Europe/Amsterdam"])(
  "the offset of %s is written as to_jsonb writes it, should a session be in that time zone",
  async (zone) => {
    const sql = `SELECT timestamptz '2013-11-27 09:30+00' AS a, timestamptz '1800-01-01 00:00:00.5+00' AS b,
                        timestamptz '0044-03-15 12:00+00 BC' AS c, ARRAY[timestamptz '2013-07-01 09:30+00'] AS d`;
    await client.query(`SET TimeZone = '${zone}'`);
    try {
      const { columns, frames } = await read(sql);
      const [row] = await askPostgres("to_jsonb", sql, columns, () => false);
      const line = write(createNdjsonWriter(ARRAYS), columns, [frames]).toString().split("\n")[1];
      expect(line).toBe(`[${row!.join(",")}]`);
      expect(line).not.toContain("09:30:00+00:00");
    } finally {
      await client.query("RESET TimeZone");
    }
  },
);

test("json is embedded as it is, but in one line", async () => {
  const { columns, frames } = await read(
    `SELECT E'{\\n  "b": 1.10,\\r\\n\\t"a": [1E5, "x\\\\ny"],\\r"a": null\\n}'::json, '{"b": 1.10, "a": 2}'::jsonb,
            ARRAY[E'[1,\\n2]'::json, 'null', NULL], ARRAY['"a \\"b\\""'::jsonb]`,
  );
  expect(write(createNdjsonWriter(ARRAYS), columns, [frames]).toString().split("\n")[1]).toBe(
    '[{   "b": 1.10,  \t"a": [1E5, "x\\ny"], "a": null },{"a": 2, "b": 1.10},[[1, 2],null,null],["a \\"b\\""]]',
  );
});

test("an array in an element of an array stays in PostgreSQL's text form", async () => {
  const { columns, frames } = await read(`SELECT '{"{1,2}",NULL}'::ints[] AS a, '{"1 2","3"}'::int2vector[] AS b`);
  expect(write(createNdjsonWriter(ARRAYS), columns, [frames]).toString().split("\n")[1]).toBe(
    '[["{1,2}",null],["1 2","3"]]',
  );
});
