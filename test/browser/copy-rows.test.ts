import { expect, test } from "vitest";
import { COPY_FORMATS } from "../../views/browser/copy-rows.ts";

const copied = {
  names: ["n", "text", "text"],
  kinds: ["number", "text", "text"],
  rows: [
    ["12345678901234567890.10", 'a "b", c', "line\nline"],
    ["NaN", null, ""],
    ["-1e-7", "|*_<b>`\\", "tab\there"],
  ],
} as const;

test("CSV is what PostgreSQL's COPY writes", () => {
  expect(COPY_FORMATS.CSV(copied)).toBe(
    'n,text,text\n12345678901234567890.10,"a ""b"", c","line\nline"\nNaN,,""\n-1e-7,|*_<b>`\\,tab\there\n',
  );
});

test("TSV keeps a value in its cell", () => {
  expect(COPY_FORMATS.TSV(copied)).toBe(
    'n\ttext\ttext\n12345678901234567890.10\t"a ""b"", c"\t"line\nline"\nNaN\t\t\n-1e-7\t|*_<b>`\\\t"tab\there"\n',
  );
});

test("Markdown says what values are, and nothing that it would read otherwise", () => {
  expect(COPY_FORMATS.Markdown(copied)).toBe(
    '| n | text | text |\n| ---: | --- | --- |\n| 12345678901234567890.10 | a "b", c | line<br>line |\n' +
      "| NaN | NULL |  |\n| -1e-7 | \\|\\*\\_\\<b\\>\\`\\\\ | tab\there |\n",
  );
});

test("JSON keeps digits and NULL, and gives a repeated name another one", () => {
  const json = COPY_FORMATS.JSON(copied);
  expect(json).toContain('"n": 12345678901234567890.10,');
  expect(JSON.parse(json)).toStrictEqual([
    { n: Number("12345678901234567890.1"), text: 'a "b", c', text_2: "line\nline" },
    { n: "NaN", text: null, text_2: "" },
    { n: -1e-7, text: "|*_<b>`\\", text_2: "tab\there" },
  ]);
  expect(COPY_FORMATS.JSON({ ...copied, rows: [] })).toBe("[]\n");
});
