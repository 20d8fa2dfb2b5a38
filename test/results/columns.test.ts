import { expect, test } from "vitest";
import { uniqueNames } from "../../src/results/columns.ts";

test.for<[names: string[], unique: string[]]>([
  [[], []],
  [
    ["a", "b"],
    ["a", "b"],
  ],
  [
    ["a", "a", "a"],
    ["a", "a_2", "a_3"],
  ],
  [
    ["a", "a", "a_2"],
    ["a", "a_3", "a_2"],
  ],
  [
    ["a_2", "a", "a"],
    ["a_2", "a", "a_3"],
  ],
  [
    ["a", "a", "a_2", "a_2"],
    ["a", "a_3", "a_2", "a_2_2"],
  ],
  [
    ["a", "a_2", "a", "a_2_2", "a_2"],
    ["a", "a_2", "a_3", "a_2_2", "a_2_3"],
  ],
  [
    ["?column?", "A", "?column?", "a"],
    ["?column?", "A", "?column?_2", "a"],
  ],
  [
    ["__proto__", "__proto__", "toString"],
    ["__proto__", "__proto___2", "toString"],
  ],
])("the names %j become %j", ([names, unique]) => {
  expect(uniqueNames(names)).toStrictEqual(unique);
});
