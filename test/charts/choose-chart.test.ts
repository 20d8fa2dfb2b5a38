import { describe, expect, test } from "vitest";
import type { Chart } from "../../src/charts/chart.ts";
import { chooseChart } from "../../src/charts/choose-chart.ts";
import { columnRole } from "../../src/charts/column-roles.ts";
import type { Column } from "../../src/results/columns.ts";

/** The OIDs of pg_type.dat. */
const OIDS = {
  date: 1082,
  timestamptz: 1184,
  int4: 23,
  int8: 20,
  numeric: 1700,
  float8: 701,
  text: 25,
  bool: 16,
  json: 114,
};
type TypeName = keyof typeof OIDS;

/** Columns as "name type" each. */
function columns(...words: readonly string[]): Column[] {
  return words.map((each) => {
    const [name = "", type = ""] = each.split(" ");
    return { name, type: { oid: OIDS[type as TypeName] ?? 16_400, name: type } };
  });
}

const TWO = (row: readonly (string | null)[]): (string | null)[][] => [[...row], [...row]];

describe("what a column can be", () => {
  test.each([
    ["day date", "time"],
    ["at timestamptz", "time"],
    ["amount numeric", "number"],
    ["n int8", "number"],
    ["id int4", "category"],
    ["customer_id int8", "category"],
    ["lat float8", "latitude"],
    ["home_longitude float8", "longitude"],
    ["lat text", "category"],
    ["name text", "category"],
    ["state own_enum", "category"],
    ["ok bool", "category"],
    ["data json", "none"],
  ])("%s: %s", (word, role) => {
    expect(columnRole(columns(word)[0]!)).toBe(role);
  });

  test("an array is nothing of that", () => {
    const array = { delimiter: ",", elementOid: 23, vector: false };
    expect(columnRole({ name: "all", type: { oid: 1007, name: "integer[]", array } })).toBe("none");
  });
});

describe("chosen by the columns", () => {
  test.each<[string, Column[], (string | null)[][], unknown]>([
    ["one row of one number", columns("orders int8"), [["3"]], { type: "number", x: null, y: [0] }],
    [
      "one number beside a name",
      columns("name text", "orders int8"),
      [["a", "3"]],
      { type: "number", x: null, y: [1] },
    ],
    ["one row of two numbers", columns("a int4", "b int4"), [["1", "2"]], null],
    ["a time and numbers", columns("n int4", "day date"), TWO(["1", "2026-01-01"]), { type: "line", x: 1, y: [0] }],
    ["a category and numbers", columns("name text", "n int4"), TWO(["a", "1"]), { type: "bar", x: 0, y: [1] }],
    ["two numbers", columns("a int4", "b float8"), TWO(["1", "2"]), { type: "scatter", x: 0, y: [1] }],
    ["three numbers", columns("a int4", "b int4", "c int4"), TWO(["1", "2", "3"]), null],
    [
      "latitude and longitude",
      columns("city text", "lat float8", "lng float8", "n int4"),
      TWO(["a", "1", "2", "3"]),
      { type: "points", x: 2, y: [1] },
    ],
    ["latitude alone", columns("city text", "lat float8"), TWO(["a", "1"]), null],
    ["no number", columns("day date", "name text"), TWO(["2026-01-01", "a"]), null],
    ["no row", columns("name text", "n int4"), [], null],
    ["an id beside a time", columns("day date", "order_id int4"), TWO(["2026-01-01", "7"]), null],
  ])("%s", (_, of, rows, chosen) => {
    expect(chooseChart(of, rows, null)).toStrictEqual({ chosen, ignored: false });
  });

  test("columns of another magnitude are left out, and empty ones", () => {
    const of = columns("day date", "revenue numeric", "cost numeric", "percent numeric", "nothing int4");
    const rows = TWO(["2026-01-01", "20000", "9000", "3.5", null]);
    expect(chooseChart(of, rows, null).chosen).toStrictEqual({ type: "line", x: 0, y: [1, 2] });
  });

  test("of many numbers six are drawn", () => {
    const of = columns("name text", ...Array.from({ length: 9 }, (_, n) => `n${n} int4`));
    expect(chooseChart(of, TWO(["a", ..."123456789"]), null).chosen?.y).toStrictEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe("chosen by somebody", () => {
  const of = columns("day date", "name text", "a int4", "b int4");
  const rows = TWO(["2026-01-01", "x", "1", "2"]);
  test.each<[Chart, unknown]>([
    [{ type: "none", x: null, y: [] }, null],
    [
      { type: "bar", x: "name", y: ["b"] },
      { type: "bar", x: 1, y: [3] },
    ],
    [
      { type: "bar", x: null, y: [] },
      { type: "bar", x: 1, y: [2, 3] },
    ],
    [
      { type: "line", x: null, y: ["b"] },
      { type: "line", x: 0, y: [3] },
    ],
    [
      { type: "scatter", x: "a", y: ["b"] },
      { type: "scatter", x: 2, y: [3] },
    ],
    [
      { type: "scatter", x: null, y: [] },
      { type: "scatter", x: 2, y: [3] },
    ],
    [
      { type: "number", x: null, y: ["b"] },
      { type: "number", x: null, y: [3] },
    ],
  ])("%o", (chart, chosen) => {
    expect(chooseChart(of, rows, chart)).toStrictEqual({ chosen, ignored: false });
  });

  test.each<[string, Chart]>([
    ["a column that is gone", { type: "bar", x: "gone", y: ["a"] }],
    ["a number that is none", { type: "bar", x: "name", y: ["day"] }],
    ["points without places", { type: "points", x: null, y: [] }],
  ])("%s: the columns suggest one, and it says so", (_, chart) => {
    expect(chooseChart(of, rows, chart)).toStrictEqual({ chosen: { type: "line", x: 0, y: [2, 3] }, ignored: true });
  });
});
