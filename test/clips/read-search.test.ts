import { expect, test } from "vitest";
import { isEmptySearch, readSearch, type Search } from "../../src/clips/read-search.ts";

const NONE: Search = { words: [], tables: [], tags: [], databases: [], by: [] };

test.each<[text: string, search: Partial<Search>]>([
  ["", {}],
  ["  \t\n ", {}],
  ["orders per  month", { words: ["orders", "per", "month"] }],
  ['"per month" orders', { words: ["per month", "orders"] }],
  ["table:orders", { tables: [{ schema: null, name: "orders" }] }],
  ["table:public.orders", { tables: [{ schema: "public", name: "orders" }] }],
  ['table:"Odd name"', { tables: [{ schema: null, name: "Odd name" }] }],
  ['table:"a.b"."c d"', { tables: [{ schema: "a.b", name: "c d" }] }],
  ['table:public."c d"', { tables: [{ schema: "public", name: "c d" }] }],
  ["table:a.b.c", { tables: [{ schema: null, name: "a.b.c" }] }],
  ["table:.", { tables: [{ schema: null, name: "." }] }],
  ["tag:Sales TAG:weekly", { tags: ["sales", "weekly"] }],
  ['tag:"key figures"', { tags: ["key figures"] }],
  ["database:shop by:Ada", { databases: ["shop"], by: ["Ada"] }],
  ['by:"Ada Lovelace" x', { by: ["Ada Lovelace"], words: ["x"] }],
  // Operators that are none are words, and so is what is in quotes.
  ["tables:orders https://a.example a:b:c", { words: ["tables:orders", "https://a.example", "a:b:c"] }],
  ['"tag:sales"', { words: ["tag:sales"] }],
  ["tag: tag:", { words: ["tag:", "tag:"] }],
  ['tag:""', { words: ["tag:"] }],
  ["xtag:a", { words: ["xtag:a"] }],
  // A quote that is never closed is a letter.
  ['5" pipes', { words: ['5"', "pipes"] }],
  ['table:"orders', { tables: [{ schema: null, name: '"orders' }] }],
  ['a"b c"d', { words: ["ab cd"] }],
  ['""', {}],
  // What SQL, patterns and regular expressions are made of is text.
  ["%_\\ ' ; -- $1 {{a}} [x](", { words: ["%_\\", "'", ";", "--", "$1", "{{a}}", "[x]("] }],
  ["a\0b", { words: ["a", "b"] }],
  ["\ud800", { words: ["\ufffd"] }],
])("the search %j", (text, search) => {
  expect(readSearch(text)).toStrictEqual({ ...NONE, ...search });
});

test("a search of more than 50 words is refused", () => {
  expect(readSearch("a ".repeat(50)).words).toHaveLength(50);
  expect(() => readSearch("a ".repeat(51))).toThrow("A search has at most 50 words.");
});

test("a search that is empty looks for nothing", () => {
  expect(isEmptySearch(readSearch(' "" '))).toBe(true);
  for (const text of ["a", "tag:a", "table:a", "by:a", "database:a"])
    expect(isEmptySearch(readSearch(text))).toBe(false);
});
