import { expect, test } from "vitest";
import { createCsvReader } from "../../views/browser/read-csv.ts";

const CSV = 'a,b\n1,two\n,""\n"say ""hi"", all","line\nline"\n"","""\n"\nend,ü🙂\n';
const ROWS = [
  ["a", "b"],
  ["1", "two"],
  [null, ""],
  ['say "hi", all', "line\nline"],
  ["", '"\n'],
  ["end", "ü🙂"],
];

test("a piece that holds all gives all rows, NULL apart from the empty string", () => {
  expect(createCsvReader().read(CSV)).toStrictEqual(ROWS);
});

test("however it is cut, the rows are the same", () => {
  for (let size = 1; size < CSV.length; size++) {
    const reader = createCsvReader();
    const rows = [];
    for (let at = 0; at < CSV.length; at += size) rows.push(...reader.read(CSV.slice(at, at + size)));
    expect(rows).toStrictEqual(ROWS);
  }
});

test("a row that has not ended is not given", () => {
  const reader = createCsvReader();
  expect(reader.read('1,2\n3,"4')).toStrictEqual([["1", "2"]]);
  expect(reader.read('"')).toStrictEqual([]);
  expect(reader.read('"\n"\n')).toStrictEqual([["3", '4"\n']]);
});

test("a row of one empty field is NULL", () => {
  expect(createCsvReader().read('\n""\n')).toStrictEqual([[null], [""]]);
});
