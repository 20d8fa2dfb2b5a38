import { describeHelper } from "./engines.ts";

/** Australian beer production from 1992 on, quarterly (Hyndman and Athanasopoulos, FPP2, 6.2). */
const BEER = [443, 410, 420, 532, 433, 421, 410, 512, 449, 381, 423, 531, 426, 408, 416, 520];

const rows = (values: (number | null)[], averages: (number | null)[]): object[] =>
  values.map((value, index) => ({ n: index + 1, value, average: averages[index] }));
const ones = (length: number): number[] => Array.from({ length }, () => 1);

describeHelper("moving_average", [
  {
    // The book's table 6.2 prints its 2x4-MA as 450.00 450.12 450.25 446.50 443.88 … with two decimals; these are the
    // fractions behind them: (y1 + 2 y2 + 2 y3 + 2 y4 + y5) / 8.
    name: "quarters, centred",
    args: [BEER, 4, true],
    rows: rows(BEER, [
      null,
      null,
      450,
      450.125,
      450.25,
      446.5,
      446,
      443,
      439.625,
      443.625,
      443.125,
      443.625,
      446.125,
      443.875,
      null,
      null,
    ]),
  },
  {
    name: "trailing",
    args: [[1, 2, 6, 4, 8, 0, 3], 3],
    rows: rows([1, 2, 6, 4, 8, 0, 3], [null, null, 3, 4, 6, 4, 11 / 3]),
  },
  {
    name: "an odd width, centred",
    args: [[1, 2, 6, 4, 8], 3, true],
    rows: rows([1, 2, 6, 4, 8], [null, 3, 4, 6, null]),
  },
  { name: "a width of 1", args: [[5, -7], 1], rows: rows([5, -7], [5, -7]) },
  { name: "a width of 2, centred", args: [[1, 2, 5], 2, true], rows: rows([1, 2, 5], [null, 2.5, null]) },
  { name: "the whole list", args: [[1, 2, 6], 3], rows: rows([1, 2, 6], [null, null, 3]) },
  { name: "more than the list", args: [[1, 2], 2_147_483_647], rows: rows([1, 2], [null, null]) },
  { name: "more than the list, centred", args: [[1, 2], 2_147_483_646, true], rows: rows([1, 2], [null, null]) },
  { name: "NULL values", args: [null, 3], rows: [] },
  { name: "NULL width", args: [[1], null], rows: [] },
  { name: "no values", args: [[], 3], rows: [] },
  { name: "one value", args: [[4], 3, true], rows: rows([4], [null]) },
  {
    name: "the average of what is not NULL",
    args: [[1, null, 3, null, null, 8], 2],
    rows: rows([1, null, 3, null, null, 8], [null, 1, 3, 3, null, 8]),
  },
  {
    name: "a large value is forgotten when it has left the window",
    args: [[1e300, 0.1, 0.2, 0.3, 0.4], 2],
    rows: rows([1e300, 0.1, 0.2, 0.3, 0.4], [null, 5e299, (0.1 + 0.2) / 2, 0.25, 0.35]),
    tolerance: 1e-15,
  },
  {
    name: "a sum that would overflow",
    args: [["1.7976931348623157e308", "1.7976931348623157e308"], 2],
    rows: rows([Number.MAX_VALUE, Number.MAX_VALUE], [null, Number.MAX_VALUE]),
  },
  {
    name: "as many as may be",
    args: [ones(50_000), 25_000],
    rows: rows(
      ones(50_000),
      ones(50_000).map((_, index) => (index < 24_999 ? null : 1)),
    ),
    tolerance: 0,
  },
  { name: "one more", args: [ones(50_001), 2], error: /moving_average: at most 50,000 values, these are 50001/ },
  { name: "a width of 0", args: [[1], 0], error: /moving_average: width must be 1 or more, not 0/ },
  { name: "NaN", args: [[1, "NaN"], 2], error: /moving_average: value 2 is NaN/ },
  { name: "an infinity", args: [["Infinity"], 2], error: /moving_average: value 1 is Infinity/ },
]);
