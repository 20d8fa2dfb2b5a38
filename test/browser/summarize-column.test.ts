import { expect, test } from "vitest";
import { summarizeColumn } from "../../views/browser/summarize-column.ts";

const summarize = (values: (string | null)[], kind: "number" | "text") =>
  summarizeColumn(
    values.map((value) => [value]),
    0,
    kind,
  );

test("numbers are compared as numbers, and lie in ten parts", () => {
  expect(summarize(["9", "10", null, "10", "109"], "number")).toStrictEqual({
    values: 4,
    nulls: 1,
    distinct: 3,
    least: "9",
    greatest: "109",
    bins: [3, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    most: [{ value: "10", count: 2 }],
  });
});

test("times lie on a line, with zones and without", () => {
  const times = ["2026-01-01 00:00:00+00", "2026-01-01 12:00:00+00", "2026-01-11 02:00:00+02"];
  expect(summarize(times, "text").bins).toStrictEqual([2, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  expect(summarize(["2026-01-02", "2026-01-01", "2026-01-03"], "text")).toMatchObject({
    least: "2026-01-01",
    greatest: "2026-01-03",
    bins: [1, 0, 0, 0, 0, 1, 0, 0, 0, 1],
  });
});

test("texts have a least and a greatest one, and those that are there most often", () => {
  const texts = ["b", "a", "c", "b", "c", "b", "d", "d", "e", "e", ""];
  expect(summarize(texts, "text")).toStrictEqual({
    values: 11,
    nulls: 0,
    distinct: 6,
    least: "",
    greatest: "e",
    bins: null,
    most: [
      { value: "b", count: 3 },
      { value: "c", count: 2 },
      { value: "d", count: 2 },
    ],
  });
});

test.each([
  ["no rows", [], "number"],
  ["only NULLs", [null, null], "text"],
  ["one number", ["5", "5"], "number"],
  ["infinity", ["1", "Infinity"], "number"],
  ["a text among times", ["2026-01-01", "soon"], "text"],
] as const)("%s have no distribution", (_, values, kind) => {
  expect(summarize([...values], kind).bins).toBe(null);
});

test("the widest numbers that a double holds do not overflow", () => {
  expect(summarize(["-1.7e308", "0", "1.7e308"], "number").bins).toStrictEqual([1, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
});
