import { expect, test } from "vitest";
import type { AppError } from "../../src/errors.ts";
import { encodeWhole } from "../../src/results/body.ts";
import type { Column } from "../../src/results/columns.ts";
import { createOutput, take } from "../../src/results/output.ts";
import type { ResultEnd, ResultHead, ResultSource } from "../../src/results/result.ts";
import { createXlsxWriter } from "../../src/results/xlsx.ts";
import { sheetName } from "../../src/results/xlsx-parts.ts";
import { readZip } from "./read-zip.ts";

const OIDS = {
  ...{ bool: 16, int8: 20, int2: 21, int4: 23, text: 25, oid: 26, json: 114, float4: 700, float8: 701, money: 790 },
  ...{ date: 1082, time: 1083, timestamp: 1114, timestamptz: 1184, timetz: 1266, numeric: 1700, uuid: 2950 },
};
type TypeName = keyof typeof OIDS;

function column(type: TypeName, name: string = type): Column {
  return { name, type: { oid: OIDS[type], name: type } };
}

/** A DataRow. */
function frame(values: readonly (string | null)[]): Buffer {
  const fields = values.flatMap((value) => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(value === null ? -1 : Buffer.byteLength(value));
    return value === null ? [length] : [length, Buffer.from(value)];
  });
  const header = Buffer.from([0x44, 0, 0, 0, 0, 0, 0]);
  header.writeInt32BE(Buffer.concat(fields).length + 6, 1);
  header.writeInt16BE(values.length, 5);
  return Buffer.concat([header, ...fields]);
}

const HEAD: ResultHead = {
  title: 'Orders: "May" & June',
  version: 2,
  number: 7,
  database: "shop",
  follower: { name: "one", lagSeconds: 0, lagBytes: 0, walLsn: "0/1" },
  columns: [column("int4", "n"), column("text", "t")],
  startedAt: new Date("2026-11-22T10:00:00.123Z"),
  startedMs: 0,
};
const END: ResultEnd = {
  finishedAt: new Date("2026-11-22T10:00:01Z"),
  durationMs: 877,
  rowCount: 2,
  bytes: 5,
  sha256: "abc",
  truncated: false,
};
const ROWS = [frame(["1", "one"]), frame([null, "two"])];

/** The sheet's XML between two tags. */
function sheet(columns: readonly Column[], rows: readonly (readonly (string | null)[])[]): string {
  const writer = createXlsxWriter();
  const out = createOutput();
  writer.head({ ...HEAD, columns }, out);
  for (const row of rows) writer.rows(frame(row), out);
  writer.tail(END, HEAD, out);
  return take(out).toString();
}

/** The cell that a value becomes, without its place; null for one that is not there. */
function cell(type: TypeName, value: string | null): string | null {
  return /<row r="2">(?:<c r="A2"(.*)<\/c>)?<\/row>/s.exec(sheet([column(type)], [[value]]))![1] ?? null;
}

const text = (xml: string): string => ` s="2" t="inlineStr"><is><t xml:space="preserve">${xml}</t></is>`;

test.for<[TypeName, string | null, string | null]>([
  ["text", null, null],
  ["int4", null, null],
  ["text", "", text("")],
  ["text", "007", text("007")],
  ["text", "=1+1", text("=1+1")],
  ["text", " é 😀\n\t", text(" é 😀\n\t")],
  ["text", `<a b="c">&'</a>`, text(`&lt;a b="c"&gt;&amp;'&lt;/a&gt;`)],
  ["text", "\r\n", text("&#13;\n")],
  ["text", "\u0001\u001f\ufffe\uffff\ufffd\uff1d\u007f", text("_x0001__x001F__xFFFE__xFFFF_\ufffd\uff1d\u007f")],
  [
    "text",
    "_x0041_ _x00e9_x0001_ _x41_ _y0041_ _x004g_ _x0041",
    text("_x005F_x0041_ _x005F_x00e9_x005F_x0001_ _x41_ _y0041_ _x004g_ _x0041"),
  ],
  ["json", '{"a": 1}', text('{"a": 1}')],
  ["uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", text("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")],
  ["oid", "7", text("7")],
  ["money", "$1.00", text("$1.00")],
  ["bool", "t", ' t="b"><v>1</v>'],
  ["bool", "f", ' t="b"><v>0</v>'],
  ["int2", "-32768", ' s="3"><v>-32768</v>'],
  ["int4", "0", ' s="3"><v>0</v>'],
  ["int8", "999999999999999", ' s="3"><v>999999999999999</v>'],
  ["int8", "-123456789012345000", ' s="3"><v>-123456789012345000</v>'],
  ["int8", "1234567890123456", text("1234567890123456")],
  ["int8", "9223372036854775807", text("9223372036854775807")],
  ["numeric", "1.5", ' s="11"><v>1.5</v>'],
  ["numeric", "-0.10", ' s="12"><v>-0.10</v>'],
  ["numeric", "1234567890.12345", ' s="15"><v>1234567890.12345</v>'],
  ["numeric", "1234567890.123456", text("1234567890.123456")],
  ["numeric", "100.000000000000000000", "><v>100.000000000000000000</v>"],
  ["numeric", "0.000000000000001", ' s="25"><v>0.000000000000001</v>'],
  ["numeric", "0.0000000000000001", "><v>0.0000000000000001</v>"],
  ["numeric", `1${"0".repeat(299)}`, ` s="3"><v>1${"0".repeat(299)}</v>`],
  ["numeric", `1${"0".repeat(300)}`, text(`1${"0".repeat(300)}`)],
  ["numeric", "NaN", text("NaN")],
  ["numeric", "-Infinity", text("-Infinity")],
  ["float4", "0.1", "><v>0.1</v>"],
  ["float8", "0.30000000000000004", "><v>0.30000000000000004</v>"],
  ["float8", "-1e+300", "><v>-1e+300</v>"],
  ["float8", "1e-306", "><v>1e-306</v>"],
  ["float8", "1.7976931348623157e+308", text("1.7976931348623157e+308")],
  ["float8", "-5e-324", text("-5e-324")],
  ["float8", "-Infinity", text("-Infinity")],
  ["float8", "NaN", text("NaN")],
  ["date", "2024-02-29", ' s="4"><v>45351</v>'],
  ["date", "1900-03-01", ' s="4"><v>61</v>'],
  ["date", "1900-02-28", text("1900-02-28")],
  ["date", "0044-03-15 BC", text("0044-03-15 BC")],
  ["date", "0001-01-01", text("0001-01-01")],
  ["date", "9999-12-31", ' s="4"><v>2958465</v>'],
  ["date", "10000-01-01", text("10000-01-01")],
  ["date", "-infinity", text("-infinity")],
  ["time", "00:00:00", ' s="5"><v>0</v>'],
  ["time", "18:00:00", ' s="5"><v>0.75</v>'],
  ["time", "12:00:00.5", ' s="6"><v>0.500005787037037</v>'],
  ["time", "24:00:00", text("24:00:00")],
  ["timetz", "18:00:00+00", text("18:00:00+00")],
  ["timestamp", "2024-02-29 12:00:00", ' s="7"><v>45351.5</v>'],
  ["timestamp", "2024-02-29 12:00:00.123456", ' s="8"><v>45351.50000142889</v>'],
  ["timestamp", "1900-02-28 23:59:59", text("1900-02-28 23:59:59")],
  ["timestamp", "infinity", text("infinity")],
  ["timestamp", "0044-03-15 12:00:00 BC", text("0044-03-15 12:00:00 BC")],
  ["timestamptz", "2024-02-29 00:00:00+00", ' s="9"><v>45351</v>'],
  ["timestamptz", "2024-02-29 00:00:00.5+00", ' s="10"><v>45351.000005787035</v>'],
  ["timestamptz", "2024-02-29 00:00:00+02", text("2024-02-29 00:00:00+02")],
  ["timestamptz", "10000-01-01 00:00:00+00", text("10000-01-01 00:00:00+00")],
  ["timestamptz", "infinity", text("infinity")],
])("%s %j", ([type, value, expected]) => {
  expect(cell(type, value)).toBe(expected);
});

test("an array is a text, whatever its elements are", () => {
  const type = { oid: 1007, name: "integer[]", array: { delimiter: ",", elementOid: 23, vector: false } };
  expect(sheet([{ name: "a", type }], [["{1,NULL}"]])).toContain(`<c r="A2"${text("{1,NULL}")}</c>`);
});

test("a text that is too long for a cell is cut, and says so and how long it was", () => {
  expect(cell("text", "x".repeat(32_767))).toBe(text("x".repeat(32_767)));
  expect(cell("text", "x".repeat(32_768))).toBe(text(`${"x".repeat(32_700)}… [cut: 32768 characters]`));
  // A character outside the basic plane counts twice, and is not cut in two.
  expect(cell("text", `${"😀".repeat(16_383)}x`)).toBe(text(`${"😀".repeat(16_383)}x`));
  expect(cell("text", `x${"😀".repeat(16_384)}`)).toBe(text(`x${"😀".repeat(16_349)}… [cut: 16385 characters]`));
  // Many bytes, and yet it fits.
  expect(cell("text", "語".repeat(32_767))).toBe(text("語".repeat(32_767)));
  // What the markup adds does not count.
  expect(cell("text", "&\u0001".repeat(16_383))).toBe(text("&amp;_x0001_".repeat(16_383)));
  expect(cell("json", `"${"y".repeat(40_000)}"`)).toContain("… [cut: 40002 characters]</t>");
});

test("the header is frozen, and columns are as wide as their type and name ask for", () => {
  const columns = [column("bool", "b<"), column("text", "_x0041_"), column("date", "x".repeat(63))];
  expect(sheet(columns, [])).toBe(
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' +
      '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews>' +
      '<sheetView tabSelected="1" workbookViewId="0">' +
      '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' +
      '<selection pane="bottomLeft" activeCell="A2" sqref="A2"/></sheetView></sheetViews>' +
      '<cols><col min="1" max="1" width="8" customWidth="1"/><col min="2" max="2" width="24" customWidth="1"/>' +
      '<col min="3" max="3" width="60" customWidth="1"/></cols><sheetData><row r="1">' +
      '<c r="A1" s="1" t="inlineStr"><is><t xml:space="preserve">b&lt;</t></is></c>' +
      '<c r="B1" s="1" t="inlineStr"><is><t xml:space="preserve">_x005F_x0041_</t></is></c>' +
      `<c r="C1" s="1" t="inlineStr"><is><t xml:space="preserve">${"x".repeat(63)}</t></is></c>` +
      "</row></sheetData></worksheet>",
  );
});

test("columns are named as spreadsheets name them; none at all will do", () => {
  const columns = Array.from({ length: 1664 }, () => column("int4"));
  const places = [...sheet(columns, [columns.map(() => "1")]).matchAll(/<c r="([A-Z]+)2"/g)].map(([, name]) => name!);
  expect([0, 25, 26, 51, 52, 701, 702, 1663].map((n) => places[n])).toStrictEqual([
    ...["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA", "BKZ"],
  ]);
  expect(sheet([], [[], []])).toMatch(
    /<\/sheetViews><sheetData><row r="1"><\/row><row r="2"><\/row><row r="3"><\/row>/,
  );
});

test.for<[title: string, ending: string, name: string]>([
  ["Orders by status", "", "Orders by status"],
  ["a\\b/c?d*e[f]g:h", "", "a b c d e f g h"],
  ["'it's'", "", "it's"],
  [" \t\u0001two\n lines ", "", "two lines"],
  ["", "", "Result"],
  ["'?'", "", "Result"],
  ["HISTORY", "", "HISTORY_"],
  ["x".repeat(40), "", "x".repeat(31)],
  [`${"x".repeat(30)}' more`, "", "x".repeat(30)],
  [`${"x".repeat(30)}😀`, "", "x".repeat(30)],
  [`${"x".repeat(29)}😀`, "", `${"x".repeat(29)}😀`],
  ["x".repeat(40), " (truncated)", `${"x".repeat(19)} (truncated)`],
  ["", " (truncated)", "Result (truncated)"],
])("a sheet of %j%s is named %j", ([title, ending, name]) => {
  expect(sheetName(title, ending)).toBe(name);
});

async function* each<Item>(items: Iterable<Item>): AsyncGenerator<Item, void, void> {
  yield* items;
}

function source(end: ResultEnd, pieces: () => AsyncGenerator<Buffer, void, void>): ResultSource {
  return { head: HEAD, end: Promise.resolve(end), frames: pieces };
}

test("a workbook has all its parts, in the order in which they are known", async () => {
  const whole = await encodeWhole(
    source(END, () => each(ROWS)),
    createXlsxWriter(),
  );
  const files = readZip(whole);
  expect(Object.keys(files)).toStrictEqual([
    "[Content_Types].xml",
    "_rels/.rels",
    "xl/_rels/workbook.xml.rels",
    "xl/styles.xml",
    "xl/worksheets/sheet1.xml",
    "xl/workbook.xml",
    "docProps/core.xml",
  ]);
  expect(files["xl/worksheets/sheet1.xml"]!.toString()).toContain(
    `<row r="2"><c r="A2" s="3"><v>1</v></c><c r="B2"${text("one")}</c></row><row r="3"><c r="B3"${text("two")}</c></row>`,
  );
  expect(files["xl/workbook.xml"]!.toString()).toContain('<sheet name="Orders &quot;May&quot; &amp; June"');
  const about = files["docProps/core.xml"]!.toString();
  expect(about).toContain("<dc:title>Orders: &quot;May&quot; &amp; June</dc:title>");
  expect(about).toContain("Result 7 of version 2; database shop, follower one; 2 rows</dc:description>");
  expect(about).toContain(">2026-11-22T10:00:00Z</dcterms:created>");
  const again = await encodeWhole(
    source(END, () => each([Buffer.concat(ROWS)])),
    createXlsxWriter(),
  );
  expect(again.equals(whole)).toBe(true);
});

test("a result that is cut short says so in the sheet's name and in the properties", async () => {
  const files = readZip(
    await encodeWhole(
      source({ ...END, truncated: true }, () => each(ROWS)),
      createXlsxWriter(),
    ),
  );
  expect(files["xl/workbook.xml"]!.toString()).toContain('name="Orders &quot;May&quot; &amp; June (truncated)"');
  expect(files["docProps/core.xml"]!.toString()).toContain("2 rows, cut short by a limit: there are more</dc:");
});

test("a complete result with more rows than a sheet is refused before its first byte", () => {
  const writer = createXlsxWriter();
  expect(() => writer.check!({ ...END, rowCount: 1_048_575 })).not.toThrow();
  expect(() => writer.check!({ ...END, rowCount: 1_048_576 })).toThrowError(
    expect.objectContaining({
      code: "invalid_request",
      message: "This result has 1,048,576 rows; a sheet of XLSX holds 1,048,575 and the header.",
      hint: "Ask for CSV, JSON or NDJSON: they have no limit. Or ask for fewer rows.",
    } satisfies Partial<AppError>),
  );
});

test("a live result that turns out longer breaks", async () => {
  const fits = await encodeWhole(
    source(END, () => each(ROWS)),
    createXlsxWriter(3),
  );
  expect(Object.keys(readZip(fits))).toHaveLength(7);
  await expect(
    encodeWhole(
      source(END, () => each([...ROWS, ROWS[0]!])),
      createXlsxWriter(3),
    ),
  ).rejects.toThrow("This result has more rows than a sheet can; a sheet of XLSX holds 2 and the header.");
});
