import { expect, test } from "vitest";
import { type AppError } from "../../src/errors.ts";
import {
  createWriter,
  type Format,
  FORMAT_NAMES,
  type FormatOptions,
  isFormatOption,
} from "../../src/results/formats.ts";
import { write } from "./read-result.ts";

const COLUMNS = [{ name: "n;=", type: { oid: 23, name: "integer" } }];
/** One row of one column: -1. */
const FRAME = Buffer.from([0x44, 0, 0, 0, 12, 0, 1, 0, 0, 0, 2, 0x2d, 0x31]);

function encode(format: Format, options: FormatOptions): string {
  return write(createWriter(format, options), COLUMNS, [FRAME]).toString();
}

test("the formats are these, each with its content type", () => {
  expect(FORMAT_NAMES.map((format) => [format, createWriter(format, {}).contentType])).toStrictEqual([
    ["csv", "text/csv; charset=utf-8; header=present"],
    ["json", "application/json; charset=utf-8"],
    ["ndjson", "application/x-ndjson; charset=utf-8"],
    ["xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
  ]);
});

test.for<[options: FormatOptions, csv: string]>([
  [{}, "n;=\n-1\n"],
  [{ bom: "0", delimiter: ",", escape_formulas: "0" }, "n;=\n-1\n"],
  [{ bom: "1" }, "\uFEFFn;=\n-1\n"],
  [{ delimiter: ";" }, '"n;="\n-1\n'],
  [{ delimiter: "tab" }, "n;=\n-1\n"],
  [{ escape_formulas: "1" }, "n;=\n-1\n"],
  [{ bom: "1", delimiter: ";", escape_formulas: "1" }, '\uFEFF"n;="\n-1\n'],
])("CSV with %j", ([options, csv]) => {
  expect(encode("csv", options)).toBe(csv);
  expect(createWriter("csv", options).contentType).toBe("text/csv; charset=utf-8; header=present");
});

test.for<[options: FormatOptions, row: string]>([
  [{}, "[-1]"],
  [{ rows: "arrays", numbers: "number" }, "[-1]"],
  [{ rows: "objects" }, '{"n;=":-1}'],
  [{ numbers: "string" }, '["-1"]'],
  [{ rows: "objects", numbers: "string" }, '{"n;=":"-1"}'],
])("JSON and NDJSON with %j", ([options, row]) => {
  expect(encode("json", options)).toContain(`"values":[${row}],"started_at"`);
  expect(encode("ndjson", options).split("\n")[1]).toBe(row);
});

test.for<[format: Format, options: FormatOptions, message: string, hint: string]>([
  [
    "csv",
    { rows: "objects" },
    "The option rows is not one of CSV.",
    "rows goes with json and ndjson; csv has bom, delimiter, escape_formulas.",
  ],
  ["json", { bom: "1" }, "The option bom is not one of JSON.", "bom goes with csv; json has rows, numbers."],
  [
    "ndjson",
    { delimiter: ";" },
    "The option delimiter is not one of NDJSON.",
    "delimiter goes with csv; ndjson has rows, numbers.",
  ],
  ["xlsx", { bom: "1" }, "The option bom is not one of XLSX.", "bom goes with csv; xlsx has none."],
  ["csv", { bom: "yes" }, 'The option bom cannot be "yes".', "It can be 0 or 1."],
  ["csv", { delimiter: "|" }, 'The option delimiter cannot be "|".', "It can be , or ; or tab."],
  ["csv", { escape_formulas: "" }, 'The option escape_formulas cannot be "".', "It can be 0 or 1."],
  ["json", { rows: "constructor" }, 'The option rows cannot be "constructor".', "It can be arrays or objects."],
  ["ndjson", { numbers: "bigint" }, 'The option numbers cannot be "bigint".', "It can be number or string."],
])("%s does not take %j", ([format, options, message, hint]) => {
  expect(() => createWriter(format, options)).toThrowError(
    expect.objectContaining({ code: "invalid_request", message, hint } satisfies Partial<AppError>),
  );
});

test("the options of formats are told from a clip's parameters by their names", () => {
  const names = ["bom", "delimiter", "escape_formulas", "rows", "numbers", "result", "toString", "__proto__", ""];
  expect(names.filter(isFormatOption)).toStrictEqual(["bom", "delimiter", "escape_formulas", "rows", "numbers"]);
});
