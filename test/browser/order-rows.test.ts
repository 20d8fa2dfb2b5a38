import { expect, test } from "vitest";
import { orderRows } from "../../views/browser/order-rows.ts";

const rows = [
  ["10", "b"],
  [null, "a"],
  ["9", "B"],
  ["NaN", null],
  ["-Infinity", "ä"],
  ["9007199254740993", "z"],
  ["9007199254740992", "c"],
  ["9", "a"],
];
const sorted = (column: number, descending: boolean, kinds: ("number" | "text")[] = ["number", "text"]) =>
  orderRows(rows, kinds, { order: { column, descending }, filter: "" }).map((index) => rows[index]![column]);

test("numbers are ordered as PostgreSQL does, NULLs last, each way", () => {
  const numbers = ["-Infinity", "9", "9", "10", "9007199254740992", "9007199254740993", "NaN"];
  expect(sorted(0, false)).toStrictEqual([...numbers, null]);
  expect(sorted(0, true)).toStrictEqual([...numbers.toReversed(), null]);
});

test("texts are ordered as people do", () => {
  expect(sorted(1, false)).toStrictEqual(["a", "a", "ä", "b", "B", "c", "z", null]);
  expect(sorted(0, false, ["text", "text"]).slice(0, 3)).toStrictEqual(["-Infinity", "10", "9"]);
});

test("equal rows stay as they came, each way", () => {
  const both = (descending: boolean) =>
    orderRows(rows, ["number", "text"], { order: { column: 0, descending }, filter: "" });
  const places = (order: number[]) => [order.indexOf(2), order.indexOf(7)];
  for (const descending of [false, true]) {
    const [first, second] = places(both(descending));
    expect(first).toBeLessThan(second!);
  }
});

test("the rows that hold a text in any value, in whatever case, as they came", () => {
  const found = (filter: string) => orderRows(rows, ["number", "text"], { order: null, filter });
  expect(found("")).toStrictEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(found("b")).toStrictEqual([0, 2]);
  expect(found("9")).toStrictEqual([2, 5, 6, 7]);
  expect(found("null")).toStrictEqual([]);
});
