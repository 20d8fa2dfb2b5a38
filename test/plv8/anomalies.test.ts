import { describeHelper } from "./engines.ts";
import { MICHELSON } from "./nist-data.ts";

const row = (n: number, value: number | null, score: number | null, is_anomaly: boolean | null): object => ({
  n,
  value,
  score,
  is_anomaly,
});

describeHelper("anomalies", [
  {
    // scipy 1.17.1: 0.6745 * (x - median) / median_abs_deviation(x) with numpy's median, computed for this test.
    name: "Michelson's speed of light, beyond 3.4",
    args: [MICHELSON, 3.4],
    rows: MICHELSON.map((value, index) => {
      const score = (0.6745 * (value - 299.85)) / 0.044999999999987494;
      return row(index + 1, value, index === 46 ? -3.447444444445675 : score, index === 46);
    }),
    tolerance: 1e-9,
  },
  {
    // Median 10.5; the deviations are 0.5 0.5 0.5 1.5 1.5 37.5, and MAD is 1.
    name: "one of six",
    args: [[10, 11, 9, 10, 12, 48]],
    rows: [
      row(1, 10, -0.33725, false),
      row(2, 11, 0.33725, false),
      row(3, 9, -1.01175, false),
      row(4, 10, -0.33725, false),
      row(5, 12, 1.01175, false),
      row(6, 48, 25.29375, true),
    ],
    tolerance: 1e-12,
  },
  {
    // MAD is 0 and MeanAD 90 / 8, so that the score is 90 / (1.253314 * 11.25) (the example of stats.stackexchange.com/q/339932).
    name: "more than half are equal",
    args: [[10, 10, 10, 10, 10, 10, 10, 100]],
    rows: [
      ...Array.from({ length: 7 }, (_, index) => row(index + 1, 10, 0, false)),
      row(8, 100, 6.3830771857651, true),
    ],
    tolerance: 1e-12,
  },
  { name: "all are equal", args: [[0.1, 0.1, 0.1]], rows: [1, 2, 3].map((n) => row(n, 0.1, 0, false)) },
  { name: "NULL values", args: [null], rows: [] },
  { name: "NULL threshold", args: [[1], null], rows: [] },
  { name: "no values", args: [[]], rows: [] },
  { name: "one value", args: [[7]], rows: [row(1, 7, 0, false)] },
  {
    name: "NULLs keep their rows",
    args: [[null, 1, null, 3]],
    rows: [row(1, null, null, null), row(2, 1, -0.6745, false), row(3, null, null, null), row(4, 3, 0.6745, false)],
  },
  { name: "only NULLs", args: [[null]], rows: [row(1, null, null, null)] },
  {
    name: "a score of the threshold is none, upwards and downwards",
    args: [[-2, -1, 0, 1, 2], 0.6745],
    rows: [
      row(1, -2, -1.349, true),
      row(2, -1, -0.6745, false),
      row(3, 0, 0, false),
      row(4, 1, 0.6745, false),
      row(5, 2, 1.349, true),
    ],
  },
  {
    name: "differences that would overflow",
    args: [["-1.7976931348623157e308", 0, "1.7976931348623157e308"]],
    rows: [row(1, -Number.MAX_VALUE, -0.6745, false), row(2, 0, 0, false), row(3, Number.MAX_VALUE, 0.6745, false)],
  },
  {
    name: "as many as may be",
    args: [Array.from({ length: 50_000 }, () => 3)],
    rows: Array.from({ length: 50_000 }, (_, index) => row(index + 1, 3, 0, false)),
    tolerance: 0,
  },
  {
    name: "one more",
    args: [Array.from({ length: 50_001 }, () => 3)],
    error: /anomalies: at most 50,000 values, these are 50001/,
  },
  { name: "a threshold of 0", args: [[1], 0], error: /anomalies: threshold must be more than 0, not 0/ },
  { name: "no threshold", args: [[1], "NaN"], error: /anomalies: threshold must be more than 0, not NaN/ },
  { name: "NaN", args: [[1, null, "NaN"]], error: /anomalies: value 3 is NaN/ },
  { name: "an infinity", args: [["-Infinity"]], error: /anomalies: value 1 is -Infinity/ },
]);
