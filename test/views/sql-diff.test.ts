import { expect, test } from "vitest";
import { pairLines } from "../../views/sql-diff.tsx";

const text = (before: string, after: string) =>
  pairLines(before, after)!.map((pair) => [pair.changed ? "~" : "=", pair.before, pair.after]);

test("lines that changed stand beside each other, and the others too", () => {
  expect(text("SELECT a\nFROM t\nWHERE x", "SELECT a, b\nFROM t\nWHERE x\nLIMIT 5")).toStrictEqual([
    ["~", "SELECT a", "SELECT a, b"],
    ["=", "FROM t", "FROM t"],
    ["=", "WHERE x", "WHERE x"],
    ["~", null, "LIMIT 5"],
  ]);
});

test("lines that are gone or new have nothing beside them", () => {
  expect(text("a\nb\nc\n", "a\nc\n")).toStrictEqual([
    ["=", "a", "a"],
    ["~", "b", null],
    ["=", "c", "c"],
  ]);
  expect(text("a\n", "a\n\nb\n")).toStrictEqual([
    ["=", "a", "a"],
    ["~", null, ""],
    ["~", null, "b"],
  ]);
});

test("Windows' line ends are no difference", () => {
  expect(text("a\r\nb\r\n", "a\nb\n").every(([kind]) => kind === "=")).toBe(true);
});
