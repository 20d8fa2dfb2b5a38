import { describeHelper, type Argument, type HelperCase } from "./engines.ts";

const NUMBERS = "text[], text[], float8[]";
const TEXTS = "text[], text[], text[]";
type Cell = number | string | null;
const of = (
  name: string,
  args: Argument[],
  rows: [name: string, cells: Record<string, Cell>][],
  types: string | string[] = [NUMBERS, TEXTS],
): HelperCase => ({
  name,
  types,
  args,
  rows: rows.map(([row, cells]) => ({ name: row, cells })),
});
const fails = (name: string, args: Argument[], error: RegExp): HelperCase => ({
  name,
  types: [NUMBERS, TEXTS],
  args,
  error,
});
const names = (count: number, prefix: string): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

describeHelper("pivot", [
  of(
    "two regions and two months",
    [
      ["EU", "US", "EU"],
      ["Jan", "Jan", "Feb"],
      [1, 2, 3],
    ],
    [
      ["EU", { Jan: 1, Feb: 3 }],
      ["US", { Jan: 2, Feb: null }],
    ],
    NUMBERS,
  ),
  of(
    "texts",
    [
      ["EU", "US"],
      ["a", "b"],
      ["x", "y"],
    ],
    [
      ["EU", { a: "x", b: null }],
      ["US", { a: null, b: "y" }],
    ],
    TEXTS,
  ),
  of(
    "numbers add up",
    [
      ["a", "a", "a"],
      ["x", "x", "x"],
      [1.5, 2, -4],
    ],
    [["a", { x: -0.5 }]],
    NUMBERS,
  ),
  of(
    "the last text stays",
    [
      ["a", "a"],
      ["x", "x"],
      ["1", "2"],
    ],
    [["a", { x: "2" }]],
    TEXTS,
  ),
  of("no values", [[], [], []], []),
  of("NULL rows", [null, [], []], []),
  of("NULL columns", [[], null, []], []),
  of("NULL values", [[], [], null], []),
  of(
    "a NULL value",
    [
      ["a", "b"],
      ["x", "y"],
      [null, null],
    ],
    [
      ["a", { x: null, y: null }],
      ["b", { x: null, y: null }],
    ],
  ),
  of(
    "a NULL beside a number",
    [
      ["a", "a", "a"],
      ["x", "x", "x"],
      [null, 3, null],
    ],
    [["a", { x: 3 }]],
    NUMBERS,
  ),
  of(
    "a NULL behind a text",
    [
      ["a", "a"],
      ["x", "x"],
      ["1", null],
    ],
    [["a", { x: "1" }]],
    TEXTS,
  ),
  of("zero", [["a"], ["x"], [0]], [["a", { x: 0 }]], NUMBERS),
  of("an empty text", [["a"], ["x"], [""]], [["a", { x: "" }]], TEXTS),
  of(
    "no number",
    [
      ["a", "b"],
      ["x", "x"],
      ["NaN", "Infinity"],
    ],
    [
      ["a", { x: null }],
      ["b", { x: null }],
    ],
    NUMBERS,
  ),
  of("empty names", [[""], [""], [1]], [["", { "": 1 }]], NUMBERS),
  of(
    "years in their order",
    [
      ["a", "a", "a"],
      ["total", "2024", "2023"],
      [1, 2, 3],
    ],
    [["a", { 2023: 3, 2024: 2, total: 1 }]],
    NUMBERS,
  ),
  of(
    "names that JavaScript knows",
    [
      ["__proto__", "constructor"],
      ["__proto__", "toString"],
      ["1", "2"],
    ],
    [
      ["__proto__", JSON.parse('{"__proto__": "1", "toString": null}')],
      ["constructor", JSON.parse('{"__proto__": null, "toString": "2"}')],
    ],
    TEXTS,
  ),
  of(
    "beyond ASCII",
    [
      ["🎉", "é"],
      ["e\u0301", "é"],
      ["😀", '"\\'],
    ],
    [
      ["🎉", { "e\u0301": "😀", é: null }],
      ["é", { "e\u0301": null, é: '"\\' }],
    ],
    TEXTS,
  ),
  fails(
    "a row without a name",
    [
      ["a", null],
      ["x", "y"],
      [1, 2],
    ],
    /pivot: the row of value 2 has no name \(NULL\); coalesce it/,
  ),
  fails("a column without a name", [["a"], [null], [1]], /pivot: the column of value 1 has no name/),
  fails("lists of different lengths", [["a"], ["x", "y"], [1]], /pivot: lists of one length, these have 1, 2 and 1/),
  fails("fewer values", [["a"], ["x"], []], /pivot: lists of one length, these have 1, 1 and 0/),
  of(
    "as many values as may be",
    [Array(100_000).fill("a"), Array(100_000).fill("x"), Array(100_000).fill(1)],
    [["a", { x: 100_000 }]],
    NUMBERS,
  ),
  fails(
    "one more",
    [Array(100_001).fill("a"), Array(100_001).fill("x"), Array(100_001).fill(1)],
    /pivot: at most 100,000 values, these are 100001/,
  ),
  of(
    "many rows",
    [names(50_000, "r"), names(50_000, "c").map((_, index) => `c${index % 4}`), Array(50_000).fill("v")],
    names(50_000, "r").map((row, index) => [row, { c0: null, c1: null, c2: null, c3: null, [`c${index % 4}`]: "v" }]),
    TEXTS,
  ),
  fails(
    "too many cells",
    [names(448, "r"), names(448, "c"), Array(448).fill(1)],
    /pivot: at most 200,000 cells, these are 448 rows of 448 columns/,
  ),
]);
