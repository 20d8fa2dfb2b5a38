import { describeHelper } from "./engines.ts";
import { MICHELSON, NORRIS } from "./nist-data.ts";

const ONE = "float8[]";
const TWO = "float8[], float8[]";
const unknown = {
  slope: null,
  intercept: null,
  r_squared: null,
  slope_error: null,
  intercept_error: null,
  residual_error: null,
};
const exact = { r_squared: 1, slope_error: 0, intercept_error: 0, residual_error: 0 };
const sevens = (length: number): number[] => Array.from({ length }, () => 7);

describeHelper("linear_trend", [
  {
    // All are NIST's certified values.
    name: "Norris' calibration",
    types: TWO,
    args: [NORRIS.x, NORRIS.y],
    rows: [
      {
        n: 36,
        slope: 1.00211681802045,
        intercept: -0.262323073774029,
        r_squared: 0.999993745883712,
        slope_error: 0.429796848199937e-3,
        intercept_error: 0.232818234301152,
        residual_error: 0.884796396144373,
      },
    ],
    tolerance: 1e-9,
  },
  {
    // The same, with x some forty years away in seconds and y in the millions: what NIST certifies still holds but for the
    // intercept, which is -5000000 - 2.623… - 1.002… * 1300000000, and its error, computed with Python's fractions.
    name: "Norris' calibration, far from 0",
    types: TWO,
    args: [NORRIS.x.map((x) => x * 10 + 1_300_000_000), NORRIS.y.map((y) => y * 10 - 5_000_000)],
    rows: [
      {
        n: 36,
        slope: 1.00211681802045,
        intercept: -1_307_751_866.04982,
        r_squared: 0.999993745883712,
        slope_error: 0.429796848199937e-3,
        intercept_error: 558_737.704274741,
        residual_error: 8.84796396144373,
      },
    ],
    tolerance: 1e-9,
  },
  {
    // scipy 1.17.1's linregress(range(1, 101), y) and, to 50 digits, Python's fractions, computed for this test.
    name: "Michelson's measurements in their order",
    types: ONE,
    args: [MICHELSON],
    rows: [
      {
        n: 100,
        slope: -0.0009285328532853183,
        intercept: 299.8992909090909,
        r_squared: 0.11624239003450719,
        slope_error: 0.00025862383926885475,
        intercept_error: 0.015043595415352759,
        residual_error: 0.07465453860345586,
      },
    ],
    tolerance: 1e-9,
  },
  { name: "points on a line", types: ONE, args: [[3, 5, 7, 9]], rows: [{ n: 4, slope: 2, intercept: 1, ...exact }] },
  { name: "NULL", types: ONE, args: [null], rows: [] },
  { name: "NULL xs", types: TWO, args: [null, [1]], rows: [] },
  { name: "NULL ys", types: TWO, args: [[1], null], rows: [] },
  { name: "no value", types: ONE, args: [[]], rows: [{ n: 0, ...unknown }] },
  { name: "no pair", types: TWO, args: [[], []], rows: [{ n: 0, ...unknown }] },
  { name: "one value", types: ONE, args: [[4]], rows: [{ n: 1, ...unknown }] },
  {
    name: "two values",
    types: ONE,
    args: [[4, 5]],
    rows: [{ ...unknown, n: 2, slope: 1, intercept: 3, r_squared: 1 }],
  },
  {
    name: "a NULL keeps the places of the others",
    types: ONE,
    args: [[3, null, 7, 9]],
    rows: [{ n: 3, slope: 2, intercept: 1, ...exact }],
    tolerance: 1e-12,
  },
  {
    name: "pairs with a NULL are ignored",
    types: TWO,
    args: [
      [0, null, 10, 5],
      [1, 2, 21, null],
    ],
    rows: [{ ...unknown, n: 2, slope: 2, intercept: 1, r_squared: 1 }],
  },
  {
    name: "a vertical line",
    types: TWO,
    args: [
      [0.1, 0.1, 0.1],
      [1, 2, 3],
    ],
    rows: [{ n: 3, ...unknown }],
  },
  {
    name: "a level line, as regr_r2 has it",
    types: ONE,
    args: [[0.1, 0.1, 0.1, 0.1]],
    rows: [{ n: 4, slope: 0, intercept: 0.1, ...exact }],
  },
  {
    name: "numbers whose squares overflow or vanish",
    types: TWO,
    args: [
      [0, 2 ** -500],
      [0, 2 ** 500],
    ],
    rows: [{ ...unknown, n: 2, slope: 2 ** 1000, intercept: 0, r_squared: 1 }],
  },
  {
    name: "as many as may be",
    types: ONE,
    args: [sevens(100_000)],
    rows: [{ n: 100_000, slope: 0, intercept: 7, ...exact }],
  },
  {
    name: "one more",
    types: ONE,
    args: [sevens(100_001)],
    error: /linear_trend: at most 100,000 values, these are 100001/,
  },
  {
    name: "one pair more",
    types: TWO,
    args: [sevens(1), sevens(100_001)],
    error: /linear_trend: at most 100,000 values, these are 100001/,
  },
  { name: "fewer ys", types: TWO, args: [[1, 2], [1]], error: /as many ys as xs, these are 2 xs and 1 ys/ },
  { name: "NaN", types: ONE, args: [[1, "NaN"]], error: /linear_trend: value 2 is NaN/ },
  { name: "an infinity", types: TWO, args: [["Infinity"], [2]], error: /linear_trend: pair 1 is Infinity and 2/ },
]);
