import { expect, test } from "vitest";
import { countOf, readableBytes, readableSeconds } from "../../../views/english/formats.ts";

test("what is counted is one thing, or some", () => {
  expect([0, 1, 1200].map((count) => countOf(count, "row"))).toStrictEqual(["0 rows", "1 row", "1,200 rows"]);
});

test("times and sizes are short", () => {
  expect([0, 0.0004, 9.994, 10, 75.4, 120, 5400, 12_600].map(readableSeconds)).toStrictEqual([
    "0 s",
    "0 s",
    "9.99 s",
    "10 s",
    "75 s",
    "2 min",
    "90 min",
    "3.5 h",
  ]);
  expect([0, 999, 1000, 1_234_567, 5e9].map(readableBytes)).toStrictEqual([
    "0 bytes",
    "999 bytes",
    "1 kB",
    "1.2 MB",
    "5 GB",
  ]);
});
