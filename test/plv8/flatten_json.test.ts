import { describeHelper, type HelperCase } from "./engines.ts";

const both = ["json", "jsonb"];
type Row = [path: string, value: string | null, type: string];
const of = (name: string, data: string | null, rows: Row[], types: string | string[] = both): HelperCase => ({
  name,
  types,
  args: [data],
  rows: rows.map(([path, value, type]) => ({ path, value, type })),
});
const fails = (name: string, data: string, error: RegExp): HelperCase => ({ name, types: both, args: [data], error });
const list = (count: number): string => `[${Array(count).fill("0").join(",")}]`;
const nested = (levels: number): string => `${"[".repeat(levels)}7${"]".repeat(levels)}`;

describeHelper("flatten_json", [
  of("the announcement's city", '{"loc": [-89.1, 41.3], "pop": 10050, "city": "PERU"}', [
    ["loc.0", "-89.1", "number"],
    ["loc.1", "41.3", "number"],
    ["pop", "10050", "number"],
    ["city", "PERU", "string"],
  ]),
  of("each type", '{"a": null, "b": true, "c": "", "d": {}, "e": [], "f": 1.5, "g": "null"}', [
    ["a", null, "null"],
    ["b", "true", "boolean"],
    ["c", "", "string"],
    ["d", "{}", "object"],
    ["e", "[]", "array"],
    ["f", "1.5", "number"],
    ["g", "null", "string"],
  ]),
  of(
    "json in its order",
    '{"bb": 1, "a": {"z": 2, "y": 3}, "c": 4}',
    [
      ["bb", "1", "number"],
      ["a.z", "2", "number"],
      ["a.y", "3", "number"],
      ["c", "4", "number"],
    ],
    "json",
  ),
  of(
    "jsonb in its own",
    '{"bb": 1, "a": {"z": 2, "y": 3}, "c": 4}',
    [
      ["a.y", "3", "number"],
      ["a.z", "2", "number"],
      ["c", "4", "number"],
      ["bb", "1", "number"],
    ],
    "jsonb",
  ),
  of("keys that look like numbers first", '{"b": 1, "10": 2, "9": 3}', [
    ["9", "3", "number"],
    ["10", "2", "number"],
    ["b", "1", "number"],
  ]),
  of("NULL", null, []),
  of("an empty object", "{}", [["", "{}", "object"]]),
  of("an empty array", "[]", [["", "[]", "array"]]),
  of("a number alone", "5", [["", "5", "number"]]),
  of("a text alone", '"x"', [["", "x", "string"]]),
  of("null alone", "null", [["", null, "null"]]),
  of("empty keys", '{"": {"": 1, "a": 2}}', [
    [".", "1", "number"],
    [".a", "2", "number"],
  ]),
  of(
    "names that JavaScript knows",
    '{"length": 3, "__proto__": {"a": 1}, "constructor": "c"}',
    [
      ["length", "3", "number"],
      ["__proto__.a", "1", "number"],
      ["constructor", "c", "string"],
    ],
    "json",
  ),
  of("beyond ASCII", '{"🎉": ["e\u0301", "\\ud83d\\ude00"]}', [
    ["🎉.0", "e\u0301", "string"],
    ["🎉.1", "😀", "string"],
  ]),
  of(
    "what no text can hold",
    '{"a\\u0000b": "x\\u0000y", "\\ud800": "\\udc00🎉"}',
    [
      ["a\ufffdb", "x\ufffdy", "string"],
      ["\ufffd", "\ufffd🎉", "string"],
    ],
    "json",
  ),
  of("a number beyond a double's range", '{"a": -1e400}', [["a", null, "number"]], "json"),
  of("as deep as may be", nested(100), [[Array(100).fill("0").join("."), "7", "number"]]),
  fails("deeper", nested(101), /flatten_json: at most 100 levels/),
  fails("much deeper", nested(2000), /flatten_json: at most 100 levels/),
  { ...fails("deeper than PL/JS reads json", nested(10_000), /flatten_json: at most 100 levels/), types: "json" },
  of(
    "as many values as may be",
    list(100_000),
    Array.from({ length: 100_000 }, (_, index): Row => [String(index), "0", "number"]),
  ),
  fails("one more", `{"a": ${list(99_999)}, "b": 1, "c": 2}`, /flatten_json: at most 100,000 values/),
  fails("one more in an array", list(100_001), /flatten_json: at most 100,000 values/),
  fails(
    "long paths",
    `{"${"k".repeat(200_000)}": ${list(100)}}`,
    /flatten_json: at most 10,000,000 characters of paths/,
  ),
]);
