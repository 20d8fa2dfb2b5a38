import { expect, test } from "vitest";
import { readRange } from "../../src/routes/read-range.ts";

test.each([
  ["bytes=0-0", { first: 0, last: 0 }],
  ["bytes=2-5", { first: 2, last: 5 }],
  ["bytes=2-", { first: 2, last: 9 }],
  ["bytes=2-99", { first: 2, last: 9 }],
  ["bytes=-3", { first: 7, last: 9 }],
  ["bytes=-99", { first: 0, last: 9 }],
  ["Bytes= 2-5 ,", { first: 2, last: 5 }],
  [`bytes=1-${"9".repeat(400)}`, { first: 1, last: 9 }],
  ["bytes=10-", "unsatisfiable"],
  ["bytes=10-20", "unsatisfiable"],
  [`bytes=${"9".repeat(400)}-`, "unsatisfiable"],
  ["bytes=-0", "unsatisfiable"],
  ["bytes=0-1,3-4", null],
  ["bytes=5-2", null],
  ["bytes=-", null],
  ["bytes=", null],
  ["bytes=a-b", null],
  ["bytes=1-2-3", null],
  ["bytes=0x1-2", null],
  ["bytes=+1-2", null],
  ["rows=0-1", null],
  ["0-1", null],
  ["", null],
])("Range: %s, of ten bytes", (range, expected) => {
  expect(readRange(range, 10)).toStrictEqual(expected);
});

test("an empty body has no ranges", () => {
  expect(readRange("bytes=0-", 0)).toBe("unsatisfiable");
  expect(readRange("bytes=-1", 0)).toBe("unsatisfiable");
});
