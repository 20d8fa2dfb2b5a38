import { describeHelper } from "./engines.ts";
import { LEW, MICHELSON, numAcc } from "./nist-data.ts";

const nothing = {
  count: 0,
  nulls: 0,
  mean: null,
  stddev: null,
  min: null,
  q1: null,
  median: null,
  q3: null,
  max: null,
  skewness: null,
};
/** The row of equal values. */
const equal = (value: number, count: number): object => ({
  ...nothing,
  count,
  mean: value,
  stddev: 0,
  min: value,
  q1: value,
  median: value,
  q3: value,
  max: value,
});

describeHelper("describe_numbers", [
  {
    // Mean and standard deviation are NIST's certified values. Quartiles and skewness: numpy 2.4.6's quantile and
    // scipy 1.17.1's skew(bias=False), computed for this test.
    name: "Michelson's speed of light",
    args: [MICHELSON],
    rows: [
      {
        count: 100,
        nulls: 0,
        mean: 299.8524,
        stddev: 0.0790105478190518,
        min: 299.62,
        q1: 299.8075,
        median: 299.85,
        q3: 299.8925,
        max: 300.07,
        skewness: -0.018538863774755665,
      },
    ],
    tolerance: 1e-9,
  },
  {
    // As above.
    name: "Lew's deflections",
    args: [LEW],
    rows: [
      {
        count: 200,
        nulls: 0,
        mean: -177.435,
        stddev: 277.332168044316,
        min: -579,
        q1: -451,
        median: -162,
        q3: 93,
        max: 300,
        skewness: -0.05060663875633401,
      },
    ],
    tolerance: 1e-9,
  },
  {
    // Certified, and exact.
    name: "NIST's NumAcc1",
    args: [[10000001, 10000003, 10000002]],
    rows: [
      {
        count: 3,
        nulls: 0,
        mean: 10000002,
        stddev: 1,
        min: 10000001,
        q1: 10000001.5,
        median: 10000002,
        q3: 10000002.5,
        max: 10000003,
        skewness: 0,
      },
    ],
  },
  // Certified: the middle as the mean, and a standard deviation of 0.1. The float8 of 10000000.1 is off it by up to 1e-9, and
  // so the deviation from the mean by 1e-8 of itself, in any software; hence the wider tolerances. R is as far off.
  ...(
    [
      ["NumAcc2", 1.2, 1.1, 1.3, 1e-9],
      ["NumAcc3", 1000000.2, 1000000.1, 1000000.3, 1e-8],
      ["NumAcc4", 10000000.2, 10000000.1, 10000000.3, 1e-7],
    ] as const
  ).map(([name, mean, min, max, tolerance]) => ({
    name: `NIST's ${name}`,
    args: [numAcc(mean)],
    rows: [{ count: 1001, nulls: 0, mean, stddev: 0.1, min, q1: min, median: mean, q3: max, max, skewness: 0 }],
    tolerance,
  })),
  {
    // quantile((1:10)^2) in R prints 1.00 10.75 30.50 60.25 100.00 (Pruim, Foundations and Applications of Statistics, 1.2).
    name: "quartiles as R prints them",
    args: [[100, 1, 81, 4, 64, 9, 49, 16, 36, 25]],
    rows: [
      {
        count: 10,
        nulls: 0,
        mean: 38.5,
        stddev: 34.17357653704589,
        min: 1,
        q1: 10.75,
        median: 30.5,
        q3: 60.25,
        max: 100,
        skewness: 0.6743668131337157,
      },
    ],
    tolerance: 1e-12,
  },
  { name: "NULL", args: [null], rows: [] },
  { name: "no values", args: [[]], rows: [nothing] },
  { name: "only NULLs", args: [[null, null]], rows: [{ ...nothing, nulls: 2 }] },
  { name: "one value among NULLs", args: [[null, 5, null]], rows: [{ ...equal(5, 1), nulls: 2, stddev: null }] },
  {
    name: "two values",
    args: [[3, 1]],
    rows: [
      {
        count: 2,
        nulls: 0,
        mean: 2,
        stddev: Math.SQRT2,
        min: 1,
        q1: 1.5,
        median: 2,
        q3: 2.5,
        max: 3,
        skewness: null,
      },
    ],
  },
  { name: "equal values that are no binary fraction", args: [[0.1, 0.1, 0.1]], rows: [equal(0.1, 3)] },
  {
    name: "numbers whose squares overflow",
    args: [[1e200, 2e200, 3e200]],
    rows: [
      {
        count: 3,
        nulls: 0,
        mean: 2e200,
        stddev: 1e200,
        min: 1e200,
        q1: 1.5e200,
        median: 2e200,
        q3: 2.5e200,
        max: 3e200,
        skewness: 0,
      },
    ],
    tolerance: 1e-15,
  },
  {
    name: "the least and the greatest number",
    args: [["-1.7976931348623157e308", "1.7976931348623157e308"]],
    rows: [
      {
        count: 2,
        nulls: 0,
        mean: 0,
        stddev: "Infinity",
        min: -Number.MAX_VALUE,
        q1: -Number.MAX_VALUE / 2,
        median: 0,
        q3: Number.MAX_VALUE / 2,
        max: Number.MAX_VALUE,
        skewness: null,
      },
    ],
    tolerance: 1e-15,
  },
  {
    name: "numbers whose squares vanish",
    args: [[1e-200, 3e-200]],
    rows: [
      {
        count: 2,
        nulls: 0,
        mean: 2e-200,
        stddev: Math.SQRT2 * 1e-200,
        min: 1e-200,
        q1: 1.5e-200,
        median: 2e-200,
        q3: 2.5e-200,
        max: 3e-200,
        skewness: null,
      },
    ],
    tolerance: 1e-15,
  },
  { name: "as many as may be", args: [Array.from({ length: 200_000 }, () => 7)], rows: [equal(7, 200_000)] },
  {
    name: "one more",
    args: [Array.from({ length: 200_001 }, () => 7)],
    error: /describe_numbers: at most 200,000 values, these are 200001/,
  },
  { name: "NaN", args: [[1, "NaN"]], error: /describe_numbers: value 2 is NaN/ },
  { name: "an infinity", args: [[null, "-Infinity"]], error: /describe_numbers: value 2 is -Infinity/ },
  { name: "a text", args: [["many"]], error: /invalid input syntax/ },
]);
