import { expect, test } from "vitest";
import { faultRange } from "../../views/browser/mark-fault.ts";

test.each([
  ["the word at a position", "SELECT amont FROM t", 8, "amont"],
  ["a name in quotes", 'SELECT "a ""b" FROM t', 8, '"a ""b"'],
  ["a name of other letters", "SELECT größe FROM t", 8, "größe"],
  ["a sign", "SELECT ) FROM t", 8, ")"],
  ["past characters of two units", "SELECT '🙂🙂', amont", 14, "amont"],
  ["the last character, where the SQL ended too early", "SELECT (", 9, "("],
  ["the end, of a position that there is not", "SELECT 1", 99, "1"],
  ["nothing", "", 1, ""],
])("a fault is marked at %s", (_, sql, position, marked) => {
  const { from, to } = faultRange(sql, position);
  expect(sql.slice(from, to)).toBe(marked);
});
