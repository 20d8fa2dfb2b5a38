import { describeHelper } from "./engines.ts";

const many = (count: number): string[] => Array.from({ length: count }, (_, index) => `k${index}`);

describeHelper("object_from_arrays", [
  {
    name: "the two of the announcement",
    args: [
      ["name", "age"],
      ["Craig", "29"],
    ],
    gives: { name: "Craig", age: "29" },
  },
  { name: "no keys", args: [[], []], gives: {} },
  { name: "NULL keys", args: [null, ["a"]], gives: null },
  { name: "NULL values", args: [["a"], null], gives: null },
  {
    name: "a NULL among the values",
    args: [
      ["a", "b"],
      ["1", null],
    ],
    gives: { a: "1", b: null },
  },
  {
    name: "a NULL among the keys",
    args: [
      ["a", null],
      ["1", "2"],
    ],
    error: /object_from_arrays: key 2 is NULL/,
  },
  {
    name: "a key twice",
    args: [
      ["a", "b", "a"],
      ["1", "2", "3"],
    ],
    gives: { a: "3", b: "2" },
  },
  { name: "fewer values", args: [["a", "b"], ["1"]], error: /as many values as keys, these are 2 keys and 1 values/ },
  { name: "more values", args: [[], ["1"]], error: /these are 0 keys and 1 values/ },
  {
    name: "keys that look like numbers come first, in their order",
    args: [
      ["b", "10", "9", ""],
      ["1", "2", "3", "4"],
    ],
    gives: { 9: "3", 10: "2", b: "1", "": "4" },
  },
  {
    name: "names that JavaScript knows",
    args: [
      ["__proto__", "constructor", "toString", "__proto__"],
      ["a", "b", "c", "d"],
    ],
    gives: JSON.parse('{"__proto__": "d", "constructor": "b", "toString": "c"}'),
  },
  {
    name: "beyond ASCII",
    args: [
      ["🎉", "e\u0301", "é", "כן"],
      ["\u{10ffff}", "👩‍👩‍👧", '"\\\n', "{}"],
    ],
    gives: { "🎉": "\u{10ffff}", "e\u0301": "👩‍👩‍👧", é: '"\\\n', כן: "{}" },
  },
  {
    name: "as many as may be",
    args: [many(100_000), many(100_000)],
    gives: Object.fromEntries(many(100_000).map((key) => [key, key])),
  },
  { name: "one more", args: [many(100_001), many(100_001)], error: /at most 100,000 keys, these are 100001/ },
]);
