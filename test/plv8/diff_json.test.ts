import { describeHelper, type HelperCase } from "./engines.ts";

const both = ["json, json", "jsonb, jsonb"];
type Row = [path: string, kind: "added" | "removed" | "changed", old: unknown, now: unknown];
const of = (
  name: string,
  before: string | null,
  after: string | null,
  rows: Row[],
  types: string | string[] = both,
): HelperCase => ({
  name,
  types,
  args: [before, after],
  rows: rows.map(([path, kind, old, now]) => ({ path, kind, before: old, after: now })),
});
const fails = (name: string, before: string, after: string, error: RegExp): HelperCase => ({
  name,
  types: both,
  args: [before, after],
  error,
});
const list = (count: number, value = "0"): string => `[${Array(count).fill(value).join(",")}]`;
const nested = (levels: number, value = "7"): string => `${"[".repeat(levels)}${value}${"]".repeat(levels)}`;

describeHelper("diff_json", [
  of("one of each", '{"a": 1, "b": [1, 2], "c": "x"}', '{"a": 2, "b": [1], "d": {"e": null}}', [
    ["a", "changed", 1, 2],
    ["b.1", "removed", 2, null],
    ["c", "removed", "x", null],
    ["d", "added", null, { e: null }],
  ]),
  of("equal", '{"a": [1, {"b": "x"}], "c": null}', '{"c": null, "a": [1, {"b": "x"}]}', []),
  of("numbers written differently", '{"a": 1.0}', '{"a": 1}', []),
  of("NULL before", null, "{}", []),
  of("NULL after", "{}", null, []),
  of("both empty", "{}", "{}", []),
  of("of nothing to something", "{}", '{"a": "x"}', [["a", "added", null, "x"]]),
  of("null to a value", '{"a": null}', '{"a": 0}', [["a", "changed", null, 0]]),
  of("a value to null", '{"a": false}', '{"a": null}', [["a", "changed", false, null]]),
  of("null is not missing", '{"a": null}', "{}", [["a", "removed", null, null]]),
  of("a number to its text", '{"a": 1}', '{"a": "1"}', [["a", "changed", 1, "1"]]),
  of("an array to an object", '{"a": [1]}', '{"a": {"0": 1}}', [["a", "changed", [1], { 0: 1 }]]),
  of("an empty array to an empty object", '{"a": []}', '{"a": {}}', [["a", "changed", [], {}]]),
  of("the whole document", "1", '"x"', [["", "changed", 1, "x"]]),
  of("to null alone", "{}", "null", [["", "changed", {}, null]]),
  of("an element before others", "[1, 2]", "[0, 1, 2]", [
    ["0", "changed", 1, 0],
    ["1", "changed", 2, 1],
    ["2", "added", null, 2],
  ]),
  of("deep within", '{"a": {"b": [{"c": true}]}}', '{"a": {"b": [{"c": false}]}}', [
    ["a.b.0.c", "changed", true, false],
  ]),
  of(
    "the keys of the first in its order, then the second's",
    '{"z": 1, "y": 2}',
    '{"x": 3, "y": 4}',
    [
      ["z", "removed", 1, null],
      ["y", "changed", 2, 4],
      ["x", "added", null, 3],
    ],
    "json, json",
  ),
  of("texts that look like JSON", '{"a": "[1]"}', '{"a": "null"}', [["a", "changed", "[1]", "null"]]),
  of(
    "names that JavaScript knows",
    '{"__proto__": 1, "toString": 2}',
    '{"__proto__": {"x": 1}, "constructor": 3}',
    [
      ["__proto__", "changed", 1, { x: 1 }],
      ["toString", "removed", 2, null],
      ["constructor", "added", null, 3],
    ],
    "json, json",
  ),
  of(
    "only one of them has __proto__",
    "{}",
    '{"__proto__": {"x": 1}}',
    [["__proto__", "added", null, { x: 1 }]],
    "json, json",
  ),
  of("toJSON as a key", '{"a": {"toJSON": 1}}', "{}", [["a", "removed", { toJSON: 1 }, null]]),
  of("beyond ASCII", '{"🎉": "é"}', '{"🎉": "e\u0301"}', [["🎉", "changed", "é", "e\u0301"]]),
  of(
    "what no text can hold, in a path",
    '{"a\\u0000\\ud800": 1}',
    "{}",
    [["a\ufffd\ufffd", "removed", 1, null]],
    "json, json",
  ),
  of("what no text can hold, in a value", "{}", '{"a": "\\ud800"}', [["a", "added", null, "\ud800"]], "json, json"),
  of("numbers beyond a double's range", '{"a": 1e400}', '{"a": 5}', [["a", "changed", null, 5]], "json, json"),
  of("as deep as may be", nested(100), nested(100, "8"), [[Array(100).fill("0").join("."), "changed", 7, 8]]),
  fails("deeper before", nested(101), "[]", /diff_json: at most 100 levels/),
  fails("deeper after", "[]", nested(2000), /diff_json: at most 100 levels/),
  {
    ...fails("deeper than PL/JS reads json", "[]", nested(10_000), /diff_json: at most 100 levels|stack overflow/),
    types: "json, json",
  },
  of(
    "as many values as may be",
    list(99_999),
    list(99_999, "1"),
    Array.from({ length: 99_999 }, (_, index): Row => [String(index), "changed", 0, 1]),
  ),
  fails("one more", list(100_000), "[]", /diff_json: at most 100,000 values/),
  fails("one more after", "[]", list(100_000), /diff_json: at most 100,000 values/),
  fails(
    "long paths",
    `{"${"k".repeat(200_000)}": ${list(100)}}`,
    `{"${"k".repeat(200_000)}": []}`,
    /diff_json: at most 10,000,000 characters of paths/,
  ),
]);
