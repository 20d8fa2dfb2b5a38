import { describeHelper } from "./engines.ts";

describeHelper("sparkline", [
  { name: "all heights", args: [[1, 2, 3, 4, 5, 6, 7, 8]], gives: "▁▂▃▄▅▆▇█" },
  { name: "downwards, below 0", args: [[-1, -2.5, -8.5, -9]], gives: "█▇▁▁" },
  { name: "the edges of the eighths belong to the upper one", args: [[0, 0.99, 1, 6.99, 7, 8]], gives: "▁▁▂▇██" },
  { name: "NULL", args: [null], gives: null },
  { name: "no values", args: [[]], gives: "" },
  { name: "one value", args: [[5]], gives: "▄" },
  { name: "equal values", args: [[0, 0, 0]], gives: "▄▄▄" },
  { name: "NULLs", args: [[null, 1, null, 8, null]], gives: " ▁ █ " },
  { name: "only NULLs", args: [[null, null]], gives: "  " },
  {
    name: "a range that overflows",
    args: [["-1.7976931348623157e308", 0, "1.7976931348623157e308"]],
    gives: "▁▅█",
  },
  { name: "the least numbers there are", args: [[0, "5e-324", "1e-323"]], gives: "▁▅█" },
  {
    name: "as many as may be",
    args: [Array.from({ length: 10_000 }, (_, index) => index % 2)],
    gives: "▁█".repeat(5000),
  },
  {
    name: "one more",
    args: [Array.from({ length: 10_001 }, () => 1)],
    error: /sparkline: at most 10,000 values, these are 10001/,
  },
  { name: "NaN", args: [[1, "NaN"]], error: /sparkline: value 2 is NaN/ },
  { name: "an infinity", args: [[1, "Infinity"]], error: /sparkline: value 2 is Infinity/ },
]);
