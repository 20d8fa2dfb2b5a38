import { describe, expect, test } from "vitest";
import { readChart, readNumber, readTime } from "../../src/charts/read-chart.ts";
import type { Column } from "../../src/results/columns.ts";

const column = (name: string, oid: number): Column => ({ name, type: { oid, name: "" } });
const DAY = column("day", 1082);
const NAME = column("name", 25);
const N = column("n", 20);

describe("a time in PostgreSQL's form", () => {
  test.each([
    ["2026-01-31", Date.UTC(2026, 0, 31)],
    ["2026-01-31 10:20:30", Date.UTC(2026, 0, 31, 10, 20, 30)],
    ["2026-01-31 10:20:30.5+00", Date.UTC(2026, 0, 31, 10, 20, 30, 500)],
    ["infinity", null],
    ["-infinity", null],
    ["0044-03-15 BC", null],
    ["12026-01-01", null],
    [null, null],
  ])("%s", (text, ms) => {
    expect(readTime(text)).toBe(ms);
  });
});

test.each([
  ["12.50", 12.5],
  ["-1e3", -1000],
  ["NaN", null],
  ["Infinity", null],
  ["-Infinity", null],
  ["", null],
  [null, null],
])("a number in PostgreSQL's form: %s", (text, value) => {
  expect(readNumber(text)).toBe(value);
});

test("a line goes forward in time, whatever the result's order, with gaps where there is no number", () => {
  const rows = [
    ["2026-01-03", "3"],
    ["2026-01-02", null],
    ["2026-01-01", "NaN"],
    ["infinity", "9"],
  ];
  const data = readChart([DAY, N], rows, 4, null)!;
  expect(data).toMatchObject({ type: "line", x: { name: "day", kind: "time" }, y: "n" });
  expect(data.series).toStrictEqual([
    {
      name: "n",
      points: [
        { x: Date.UTC(2026, 0, 1), y: null },
        { x: Date.UTC(2026, 0, 2), y: null },
        { x: Date.UTC(2026, 0, 3), y: 3 },
      ],
    },
  ]);
  expect(data.notes).toStrictEqual(["1 row has no place on the axis."]);
});

test("a category makes lines of its own where times come more than once", () => {
  const rows = ["2026-01-01", "2026-01-02"].flatMap((day) =>
    Array.from({ length: 8 }, (_, n) => [day, `c${n}`, String(n)]),
  );
  const data = readChart([DAY, NAME, N], rows, rows.length, null)!;
  expect(data.series.map(({ name }) => name)).toStrictEqual(["c0", "c1", "c2", "c3", "c4", "c5"]);
  expect(data.series[1]!.points.map(({ y }) => y)).toStrictEqual([1, 1]);
  expect(data.notes).toStrictEqual(["The 6 with the most rows, of 8."]);
});

test("a long line keeps its shape: its ends, its highest and its lowest", () => {
  const start = Date.UTC(2020, 0, 1);
  const rows = Array.from({ length: 5000 }, (_, n) => [
    new Date(start + n * 86_400_000).toISOString().slice(0, 10),
    n === 2500 ? "1000" : n === 2600 ? "-1000" : String(n % 10),
  ]);
  const [series] = readChart([DAY, N], rows, 9000, null)!.series;
  expect(series!.points.length).toBeLessThanOrEqual(900);
  expect(series!.points.filter(({ y }) => Math.abs(y!) === 1000)).toStrictEqual([
    { x: start + 2500 * 86_400_000, y: 1000 },
    { x: start + 2600 * 86_400_000, y: -1000 },
  ]);
  const places = series!.points.map(({ x }) => x);
  expect(places).toStrictEqual(places.toSorted((a, b) => a - b));
  expect(readChart([DAY, N], rows, 9000, null)!.notes).toStrictEqual(["Drawn from the first 5,000 of 9,000 rows."]);
});

test("bars stand in the result's order; beyond forty they are left out, and it says so", () => {
  const rows = Array.from({ length: 50 }, (_, n) => [n === 1 ? null : `name ${n}`, String(n)]);
  const data = readChart([NAME, N], rows, 50, null)!;
  expect(data.categories.slice(0, 3)).toStrictEqual(["name 0", "NULL", "name 2"]);
  expect(data.categories).toHaveLength(40);
  expect(data.notes).toStrictEqual(["The first 40 of 50 bars."]);
});

test("points have their category's name; those without a place are left out", () => {
  const of = [NAME, column("lat", 701), column("lon", 701)];
  const rows = [
    ["Paris", "48.85", "2.35"],
    ["nowhere", null, "2"],
    [null, "1", "2"],
  ];
  expect(readChart(of, rows, 3, null)!.series[0]!.points).toStrictEqual([
    { x: 2.35, y: 48.85, name: "Paris" },
    { x: 2, y: 1, name: "NULL" },
  ]);
});

test("of very many points some are drawn, and it says so", () => {
  const rows = Array.from({ length: 4000 }, (_, n) => [String(n), String(n)]);
  const data = readChart([column("a", 701), column("b", 701)], rows, 4000, null)!;
  expect(data.series[0]!.points).toHaveLength(1334);
  expect(data.notes).toStrictEqual(["One of 3 points is drawn."]);
});

test("nothing is drawn of numbers that are all NULL", () => {
  expect(
    readChart(
      [NAME, N],
      [
        ["a", null],
        ["b", "NaN"],
      ],
      2,
      null,
    ),
  ).toBeNull();
  expect(readChart([N], [[null]], 1, null)).toBeNull();
});

test("a chart for columns that are not there any more is not followed, which it says", () => {
  const data = readChart(
    [NAME, N],
    [
      ["a", "1"],
      ["b", "2"],
    ],
    2,
    { type: "line", x: "gone", y: ["n"] },
  )!;
  expect(data.type).toBe("bar");
  expect(data.notes[0]).toContain("has not the columns");
});
