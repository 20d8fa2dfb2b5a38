import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../support/test-server.ts";

const PYTHON = process.env["PYTHON"] ?? "/usr/bin/python3";
const SOFFICE = process.env["SOFFICE"] ?? "/usr/bin/soffice";
/** Without a reader its tests are skipped, but in CI they fail. */
const hasPython = existsSync(PYTHON) || process.env["CI"] !== undefined;
const hasSoffice = hasPython && (existsSync(SOFFICE) || process.env["CI"] !== undefined);

const run = promisify(execFile);
const script = fileURLToPath(new URL("./read-with-python.py", import.meta.url));

/** Texts that readers like to take for something else; the same in two columns. */
const TEXTS = [
  ...["plain", "007", "+49 30 123", "1e5", "2026-01-31", "TRUE", "NULL", "=1+1", "+1+1", "-1+1", "@SUM(A1)"],
  ...[
    "",
    " two  spaces ",
    'say "hi"',
    "a,b;c\td",
    "line\nbreak",
    "é 日本語 👩‍👩‍👧",
    "<b>&amp;</b>",
    "_x0041_",
    "'quoted",
    "\\N",
  ],
];

/** A row for each text, and in the other columns values of their types, NULL where there are no more. */
const COLUMNS: readonly [name: string, type: string, values: readonly string[]][] = [
  ["text", "text", TEXTS],
  ["again", "text", TEXTS],
  ["int4", "int4", ["1", "-2147483648"]],
  ["int8", "int8", ["123456789012345", "9223372036854775807"]],
  ["numeric", "numeric", ["19.90", "-0.5", "1234567890123456.789", "NaN", "100.000000000000000000"]],
  ["float8", "float8", ["0.1", "-1e300", "Infinity", "5e-324"]],
  ["bool", "bool", ["true", "false"]],
  ["date", "date", ["2024-02-29", "9999-12-31", "1900-03-01", "1899-12-31", "infinity", "0044-03-15 BC"]],
  ["time", "time", ["09:30:00", "23:59:59.5", "24:00:00"]],
  ["timestamp", "timestamp", ["2024-02-29 23:59:59", "2026-11-27 09:30:00.123456", "1850-01-01 12:00:00"]],
  ["timestamptz", "timestamptz", ["2024-07-01 12:00:00+02", "2026-11-27 09:30:00.25+00", "-infinity"]],
  ["json", "jsonb", ['{"a": [1, null, "x"]}', "1"]],
  ["array", "int[]", ["{1,NULL,3}"]],
  ["uuid", "uuid", ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"]],
  ["bytea", "bytea", ["\\x00ff"]],
  ["interval", "interval", ["10 mons 3 days"]],
  ["zoned", "timetz", ["09:30:00+02"]],
  ["range", "int4range", ["[1,5)"]],
  ["label", "mood", ["ok"]],
];

function literal(value: string | undefined): string {
  return value === undefined ? "NULL" : `'${value.replaceAll("'", "''")}'`;
}

const SQL = `SELECT * FROM (VALUES ${[...TEXTS, undefined]
  .map((_, row) => `(${COLUMNS.map(([, type, values]) => `${literal(values[row])}::${type}`).join(",")})`)
  .join(",")}) AS v(${COLUMNS.map(([name]) => `"${name}"`).join(",")})`;

let server: TestServer;
let path: string;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "dataclips-readers-"));
  server = await startTestServer();
  const { slug } = await server.createClip(SQL, { title: "Every type: [all]", max_age_seconds: 3600 });
  path = `/clips/${slug}`;
});
afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});

/** Saves what the server sends for an ending and options. */
async function save(name: string, address: string): Promise<string> {
  const response = await server.request(path + address);
  expect(response.status).toBe(200);
  const file = join(directory, name);
  await writeFile(file, Buffer.from(await response.arrayBuffer()));
  return file;
}

async function readWithPython(...args: string[]): Promise<any> {
  const { stdout } = await run(PYTHON, [script, ...args], { maxBuffer: 16 * 1024 * 1024 });
  return JSON.parse(stdout);
}

/** What LibreOffice makes of files: opened by itself, without a window, and read back in its own flat format. */
async function openWithLibreOffice(files: string[], options: string[] = []): Promise<any[]> {
  const profile = `-env:UserInstallation=file://${join(directory, "profile")}`;
  const out = join(directory, "opened");
  await run(SOFFICE, [profile, "--headless", ...options, "--convert-to", "fods", "--outdir", out, ...files]);
  return Promise.all(
    files.map((file) =>
      readWithPython("fods", join(out, file.slice(file.lastIndexOf("/") + 1).replace(/\w+$/, "fods"))),
    ),
  );
}

/** The cells of a column under its header, without those that are empty at the end. */
function columnOf<Cell>(rows: (Cell | null)[][], name: string): (Cell | null)[] {
  const at = COLUMNS.findIndex(([column]) => column === name);
  const cells = rows.slice(1).map((row) => row[at] ?? null);
  return cells.slice(0, cells.findLastIndex((cell) => cell !== null) + 1);
}

describe.runIf(hasPython)("python3", () => {
  /** Texts as PostgreSQL writes them: what a reader of CSV gets, except that NULL is an empty text. */
  const asCsv = async () => {
    const { rows } = await server.primary.query({
      text: SQL.replace(/^SELECT \*/, `SELECT ${COLUMNS.map(([name]) => `"${name}"::text`).join(",")}`),
      rowMode: "array",
    });
    return [COLUMNS.map(([name]) => name), ...rows.map((row: (string | null)[]) => row.map((value) => value ?? ""))];
  };

  test.for<[query: string, delimiter: string]>([
    ["", ","],
    ["?bom=1&delimiter=;", ";"],
    ["?delimiter=tab", "tab"],
  ])("reads CSV%s", async ([query, delimiter]) => {
    await server.primary.query("SET TimeZone = 'UTC'; SET DateStyle = 'ISO'");
    const expected = await asCsv();
    // A boolean's cast to text says more than its output does.
    const bool = COLUMNS.findIndex(([name]) => name === "bool");
    for (const row of expected.slice(1)) row[bool] = row[bool]!.slice(0, 1);
    expect(await readWithPython("csv", await save("plain.csv", `.csv${query}`), delimiter)).toStrictEqual(expected);
  });

  test("reads CSV whose formulas are escaped", async () => {
    const rows = await readWithPython("csv", await save("escaped.csv", ".csv?escape_formulas=1"), ",");
    expect(columnOf(rows, "text").slice(0, TEXTS.length)).toStrictEqual(
      TEXTS.map((text) => (/^[=+\-@]/.test(text) ? `'${text}` : text)),
    );
    expect(columnOf(rows, "int4").slice(0, 2)).toStrictEqual(["1", "-2147483648"]);
  });

  test("reads JSON and NDJSON", async () => {
    const first = [
      ...["plain", "plain", 1, 123456789012345, "19.90", "0.1", true, "2024-02-29", "09:30:00", "2024-02-29T23:59:59"],
      ...["2024-07-01T10:00:00+00:00", { a: [1, null, "x"] }, [1, null, 3], "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"],
      ...["\\x00ff", "10 mons 3 days", "09:30:00+02", "[1,5)", "ok"],
    ];
    const names = COLUMNS.map(([name]) => name);
    const json = await readWithPython("json", await save("a.json", ".json"));
    expect([json.title, json.fields, json.row_count]).toStrictEqual(["Every type: [all]", names, TEXTS.length + 1]);
    expect(json.values[0]).toStrictEqual(first);
    expect(json.values.map((row: unknown[]) => row[0])).toStrictEqual([...TEXTS, null]);
    // JSON.parse of what Python prints rounds this one; as a string it is whole.
    const strings = await readWithPython("json", await save("s.json", ".json?rows=objects&numbers=string"));
    expect([strings.values[1].int8, strings.values[2].numeric]).toStrictEqual([
      ...["9223372036854775807", "1234567890123456.789"],
    ]);
    expect(Object.keys(strings.values[0])).toStrictEqual(names);
    const lines = await readWithPython("ndjson", await save("a.ndjson", ".ndjson"));
    expect(lines.slice(1, -1)).toStrictEqual(json.values);
    expect(lines.at(-1).done.row_count).toBe(TEXTS.length + 1);
    const objects = await readWithPython("ndjson", await save("o.ndjson", ".ndjson?rows=objects&numbers=string"));
    expect(objects.slice(1, -1)).toStrictEqual(strings.values);
  });

  test("reads XLSX", async () => {
    const { name, frozen, rows } = await readWithPython("xlsx", await save("a.xlsx", ".xlsx"));
    expect([name, frozen]).toStrictEqual(["Every type all", ["frozen", "1"]]);
    expect(Object.values(rows[0])).toStrictEqual(COLUMNS.map(([column]) => ["bold", column]));
    expect(rows).toHaveLength(TEXTS.length + 2);
    expect(rows.at(-1)).toStrictEqual({});
    for (const [row, text] of TEXTS.entries()) expect(rows[row + 1][`A${row + 2}`]).toStrictEqual(["text", text]);
    expect(rows[1]).toStrictEqual({
      A2: ["text", "plain"],
      B2: ["text", "plain"],
      C2: ["number", 1, "0"],
      D2: ["number", 123456789012345, "0"],
      E2: ["number", 19.9, "0.00"],
      F2: ["number", 0.1, ""],
      G2: ["boolean", true],
      H2: ["date", "2024-02-29T00:00:00.000", "yyyy\\-mm\\-dd"],
      I2: ["date", "1899-12-30T09:30:00.000", "hh:mm:ss"],
      J2: ["date", "2024-02-29T23:59:59.000", "yyyy\\-mm\\-dd hh:mm:ss"],
      K2: ["date", "2024-07-01T10:00:00.000", 'yyyy\\-mm\\-dd hh:mm:ss"+00"'],
      L2: ["text", '{"a": [1, null, "x"]}'],
      M2: ["text", "{1,NULL,3}"],
      N2: ["text", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"],
      O2: ["text", "\\x00ff"],
      P2: ["text", "10 mons 3 days"],
      Q2: ["text", "09:30:00+02"],
      R2: ["text", "[1,5)"],
      S2: ["text", "ok"],
    });
    expect(rows[2]).toMatchObject({ D3: ["text", "9223372036854775807"], F3: ["number", -1e300, ""] });
    expect(rows[3]).toMatchObject({ E4: ["text", "1234567890123456.789"], I4: ["text", "24:00:00"] });
  });
});

describe.runIf(hasSoffice)("LibreOffice", () => {
  /** A text's cell; LibreOffice has no cell for the empty one. */
  const filled = (text: string) => (text === "" ? null : ["string", text, text]);

  test("opens XLSX with the right values and types", { timeout: 120_000 }, async () => {
    const [{ name, rows }] = await openWithLibreOffice([await save("b.xlsx", ".xlsx")]);
    expect(name).toBe("Every type all");
    expect(rows[0].map(([, value]: string[]) => value)).toStrictEqual(COLUMNS.map(([column]) => column));
    for (const column of ["text", "again"]) {
      expect(columnOf(rows, column)).toStrictEqual(TEXTS.map(filled));
    }
    const values = (column: string) => columnOf<string[]>(rows, column).map((cell) => cell!.join(" | "));
    expect(values("int4")).toStrictEqual(["float | 1 | 1", "float | -2147483648 | -2147483648"]);
    expect(values("int8")).toStrictEqual([
      "float | 123456789012345 | 123456789012345",
      "string | 9223372036854775807 | 9223372036854775807",
    ]);
    expect(values("numeric")).toStrictEqual([
      "float | 19.9 | 19.90",
      "float | -0.5 | -0.5",
      "string | 1234567890123456.789 | 1234567890123456.789",
      "string | NaN | NaN",
      "float | 100 | 100",
    ]);
    expect(values("float8")).toStrictEqual([
      ...["float | 0.1 | 0.1", "float | -1E+300 | -1E+300", "string | Infinity | Infinity"],
      "string | 5e-324 | 5e-324",
    ]);
    expect(values("bool")).toStrictEqual(["boolean | TRUE", "boolean | FALSE"]);
    expect(values("date")).toStrictEqual([
      ...["date | 2024-02-29 | 2024-02-29", "date | 9999-12-31 | 9999-12-31", "date | 1900-03-01 | 1900-03-01"],
      ...["string | 1899-12-31 | 1899-12-31", "string | infinity | infinity", "string | 0044-03-15 BC | 0044-03-15 BC"],
    ]);
    const shown = (column: string) => values(column).map((cell) => cell.replace(/ \| .* \|/, ""));
    expect(shown("time")).toStrictEqual(["time 09:30:00", "time 23:59:59.500", "string 24:00:00"]);
    expect(shown("timestamp")).toStrictEqual([
      ...["date 2024-02-29 23:59:59", "date 2026-11-27 09:30:00.123", "string 1850-01-01 12:00:00"],
    ]);
    expect(shown("timestamptz")).toStrictEqual([
      ...["date 2024-07-01 10:00:00+00", "date 2026-11-27 09:30:00.250+00", "string -infinity"],
    ]);
    expect(values("json")[0]).toBe('string | {"a": [1, null, "x"]} | {"a": [1, null, "x"]}');
  });

  test("opens CSV with the right values and types", { timeout: 120_000 }, async () => {
    const files = [
      await save("c.csv", ".csv?bom=1&delimiter=;"),
      await save("d.csv", ".csv?bom=1&delimiter=;&escape_formulas=1"),
    ];
    // Semicolons, quotes, UTF-8, from line 1; the first column is text, the others are what they look like; American
    // numbers, no text for being quoted, dates are found; and what looks like a formula is one.
    const options = "--infilter=CSV:59,34,76,1,1/2/2/1/14/2/15/2/16/2/17/2,1033,false,true,false,false,false,-1,true";
    const [plain, escaped] = await openWithLibreOffice(files, [options]);
    for (const { rows } of [plain, escaped]) {
      expect(rows[0].map(([, value]: string[]) => value)).toStrictEqual(COLUMNS.map(([column]) => column));
      expect(columnOf(rows, "int4")).toStrictEqual([
        ["float", "1", "1"],
        ["float", "-2147483648", "-2147483648"],
      ]);
      expect(columnOf<string[]>(rows, "numeric")[0]!.slice(0, 2)).toStrictEqual(["float", "19.9"]);
      expect(columnOf<string[]>(rows, "date")[0]!.slice(0, 2)).toStrictEqual(["date", "2024-02-29"]);
      expect(columnOf<string[]>(rows, "timestamp")[0]!.slice(0, 2)).toStrictEqual(["date", "2024-02-29T23:59:59"]);
    }
    expect(columnOf(plain.rows, "text")).toStrictEqual(TEXTS.map(filled));
    // Where the reader is free to take a text for a formula it does, unless it is escaped.
    const formulas = ["=1+1", "+1+1", "-1+1", "@SUM(A1)"];
    const again = (rows: any) => formulas.map((text) => columnOf<string[]>(rows, "again")[TEXTS.indexOf(text)]);
    expect(again(plain.rows)[0]!.slice(0, 2)).toStrictEqual(["float of a formula", "2"]);
    expect(again(escaped.rows)).toStrictEqual(formulas.map((text) => ["string", `'${text}`, `'${text}`]));
  });
});
