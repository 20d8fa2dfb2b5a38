import { describeHelper } from "./engines.ts";
import { LEW, MICHELSON } from "./nist-data.ts";

const FULL = "█".repeat(20);

/** Rows of buckets of one width; the bars are of the counts. */
function buckets(low: number, high: number, counts: number[], bars: string[]): object[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const edge = (index: number): number => low + ((high - low) * index) / counts.length;
  return counts.map((count, index) => ({
    bucket: index + 1,
    low: edge(index),
    high: edge(index + 1),
    count,
    share: count / total,
    bar: bars[index],
  }));
}

describeHelper("histogram", [
  {
    // numpy 2.4.6: np.histogram(x, 'fd'), computed for this test.
    name: "Michelson's speed of light in buckets by the rule",
    args: [MICHELSON],
    rows: buckets(
      299.62,
      300.07,
      [2, 0, 3, 4, 11, 17, 21, 17, 7, 10, 7, 0, 1],
      [
        "█▉",
        "",
        "██▉",
        "███▊",
        "██████████▌",
        "████████████████▎",
        FULL,
        "████████████████▎",
        "██████▋",
        "█████████▌",
        "██████▋",
        "",
        "█",
      ],
    ),
    tolerance: 1e-12,
  },
  {
    // numpy 2.4.6: np.histogram(x, 7), computed for this test.
    name: "Lew's deflections in seven buckets",
    args: [LEW, 7],
    rows: buckets(
      -579,
      300,
      [50, 26, 19, 20, 25, 38, 22],
      [FULL, "██████████▍", "███████▋", "████████", "██████████", "███████████████▎", "████████▊"],
    ),
    tolerance: 1e-12,
  },
  {
    name: "a value on an edge is in the bucket above it, the greatest in the last",
    args: [[0, 1, 2, 3, 4], 4],
    rows: buckets(0, 4, [1, 1, 1, 2], ["██████████", "██████████", "██████████", FULL]),
  },
  {
    // 1 + log2(8): the middle half is equal, so that Freedman and Diaconis' width is 0.
    name: "Sturges' rule where the interquartile range is 0",
    args: [[0, 5, 5, 5, 5, 5, 5, 8]],
    rows: buckets(0, 8, [1, 0, 6, 1], ["███▍", "", FULL, "███▍"]),
  },
  {
    name: "50 buckets at most by the rule",
    args: [[...Array.from({ length: 100 }, (_, index) => index % 4), 1e6]],
    rows: [
      { bucket: 1, low: 0, high: 20_000, count: 100, share: 100 / 101, bar: FULL },
      ...Array.from({ length: 48 }, (_, index) => ({
        bucket: index + 2,
        low: (index + 1) * 20_000,
        high: (index + 2) * 20_000,
        count: 0,
        share: 0,
        bar: "",
      })),
      { bucket: 50, low: 980_000, high: 1e6, count: 1, share: 1 / 101, bar: "▎" },
    ],
  },
  { name: "NULL values", args: [null], rows: [] },
  { name: "NULL buckets are left out ones", args: [[1, 2], null], rows: buckets(1, 2, [1, 1], [FULL, FULL]) },
  { name: "no values", args: [[], 3], rows: [] },
  { name: "only NULLs", args: [[null], 3], rows: [] },
  { name: "NULLs among the values", args: [[null, 1, null, 3], 2], rows: buckets(1, 3, [1, 1], [FULL, FULL]) },
  { name: "one value", args: [[5]], rows: [{ bucket: 1, low: 5, high: 5, count: 1, share: 1, bar: FULL }] },
  {
    name: "equal values are one bucket, however many are asked for",
    args: [[-2.5, -2.5], 10],
    rows: [{ bucket: 1, low: -2.5, high: -2.5, count: 2, share: 1, bar: FULL }],
  },
  {
    name: "a range that overflows",
    args: [["-1.7976931348623157e308", 0, "1.7976931348623157e308"], 2],
    rows: [
      { bucket: 1, low: -Number.MAX_VALUE, high: 0, count: 1, share: 1 / 3, bar: "██████████" },
      { bucket: 2, low: 0, high: Number.MAX_VALUE, count: 2, share: 2 / 3, bar: FULL },
    ],
  },
  {
    name: "the least numbers there are",
    args: [[0, 5e-324, 1e-323], 2],
    rows: [
      { bucket: 1, low: 0, high: 5e-324, count: 1, share: 1 / 3, bar: "██████████" },
      { bucket: 2, low: 5e-324, high: 1e-323, count: 2, share: 2 / 3, bar: FULL },
    ],
  },
  {
    name: "as many as may be",
    args: [Array.from({ length: 200_000 }, (_, index) => index), 1000],
    rows: Array.from({ length: 1000 }, (_, index) => ({
      bucket: index + 1,
      low: (index * 199_999) / 1000,
      high: ((index + 1) * 199_999) / 1000,
      count: 200,
      share: 0.001,
      bar: FULL,
    })),
    tolerance: 1e-12,
  },
  {
    name: "one value more",
    args: [Array.from({ length: 200_001 }, () => 1)],
    error: /histogram: at most 200,000 values, these are 200001/,
  },
  { name: "no bucket", args: [[1], 0], error: /histogram: buckets must be 1 to 1,000, not 0/ },
  { name: "too many buckets", args: [[1], 1001], error: /histogram: buckets must be 1 to 1,000, not 1001/ },
  { name: "NaN", args: [["NaN"]], error: /histogram: value 1 is NaN/ },
  { name: "an infinity", args: [[1, "Infinity"]], error: /histogram: value 2 is Infinity/ },
]);
