import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCsvWriter } from "../../src/results/csv.ts";
import { createCsvOptionsWriter } from "../../src/results/csv-options.ts";
import { connectAsReader } from "./connect-as-reader.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";
import { copyCsv } from "./copy.ts";
import { CORPUS, literal, WIDE_CORPUS } from "./corpus.ts";
import { createResultReader, type Result, splitRows, write } from "./read-result.ts";
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

const DEFAULTS = { delimiter: ",", bom: false, escapeFormulas: false } as const;

test.for(CORPUS)("as COPY writes it: $name", async ({ sql }) => {
  const { columns, frames } = await read(sql);
  const copied = await copyCsv(client, sql);
  const written = write(createCsvWriter(), columns, [frames]);
  expect(written.toString()).toBe(copied.toString());
  expect(written.equals(copied)).toBe(true);
  expect(write(createCsvWriter(), columns, splitRows(frames)).equals(copied), "row by row").toBe(true);

  expect(write(createCsvOptionsWriter(DEFAULTS), columns, [frames]).toString(), "csv-stringify").toBe(
    copied.toString(),
  );
  expect(write(createCsvOptionsWriter(DEFAULTS), columns, splitRows(frames)).equals(copied), "its rows").toBe(true);
});

test.for(WIDE_CORPUS)("with options: $name", async ({ sql }) => {
  const { columns, frames } = await read(sql);
  for (const delimiter of [";", "\t"] as const) {
    const copied = await copyCsv(client, sql, delimiter);
    const written = write(createCsvOptionsWriter({ ...DEFAULTS, delimiter }), columns, [frames]);
    expect(written.toString()).toBe(copied.toString());
  }
  const marked = write(createCsvOptionsWriter({ ...DEFAULTS, bom: true }), columns, splitRows(frames));
  expect(marked.toString()).toBe(`\uFEFF${(await copyCsv(client, sql)).toString()}`);
});

test("a byte order mark and a delimiter go together", async () => {
  const { columns, frames } = await read("SELECT 'a;b' AS x, NULL AS y, '' AS z");
  const written = write(createCsvOptionsWriter({ delimiter: ";", bom: true, escapeFormulas: false }), columns, [
    frames,
  ]);
  expect(written.toString()).toBe('\uFEFFx;y;z\n"a;b";;""\n');
});

describe("escape_formulas", () => {
  const escape = async (sql: string): Promise<string> => {
    const { columns, frames } = await read(sql);
    return write(createCsvOptionsWriter({ ...DEFAULTS, escapeFormulas: true }), columns, splitRows(frames)).toString();
  };

  test.for([
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-1", "'-1"],
    ["-", "'-"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\tx", "'\tx"],
    ["\rx", '"\'\rx"'],
    ['=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'],
    ["=a,b", '"\'=a,b"'],
    ["'=1", "'=1"],
    [" =1", " =1"],
    ["a=1", "a=1"],
    ["", '""'],
    ["1", "1"],
    ["\\.", '"\\."'],
  ])("the text %j is written %j", async ([text, field]) => {
    expect(await escape(`SELECT ${literal(text!)} AS t`)).toBe(`t\n${field}\n`);
  });

  test("numbers stay as they are, also below zero; whatever else begins with a sign is text", async () => {
    const sql = `SELECT -1::int2 AS a, -2::int4 AS b, -3::int8 AS c, -4.50 AS d, -0.5::float4 AS e, '-Infinity'::float8 AS f,
                        '-1.5'::"odd ""domain"", yes" AS g, '-1 day'::interval AS h, '-infinity'::date AS i, '-1'::text AS j,
                        NULL::int AS k, '-1.00'::money AS l, '{-1}'::int[] AS m`;
    const [names, row] = (await escape(sql)).split("\n");
    expect(names).toBe("a,b,c,d,e,f,g,h,i,j,k,l,m");
    expect(row).toBe("-1,-2,-3,-4.50,-0.5,-Infinity,-1.50,'-1 days,'-infinity,'-1,,'-$1.00,{-1}");
  });

  test("column names are text, whatever is below them", async () => {
    expect(await escape('SELECT 1 AS "=1+1", -2 AS "-x", 3 AS "a"')).toBe("'=1+1,'-x,a\n1,-2,3\n");
  });
});
