import { describeHelper } from "./engines.ts";

describeHelper("bar", [
  { name: "half", args: [5, 10], gives: "██████████" },
  { name: "all", args: [10, 10], gives: "█".repeat(20) },
  ...["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"].map((gives, index) => ({
    name: `${index + 1} eighths`,
    args: [index + 1, 8, 1],
    gives,
  })),
  { name: "rounded to the nearest eighth", args: [0.3, 1, 1], gives: "▎" },
  { name: "little is something", args: [1e-300, 1e300], gives: "▏" },
  { name: "nothing", args: [0, 10], gives: "" },
  { name: "below 0", args: [-5, 10], gives: "" },
  { name: "beyond max", args: [11, 10, 3], gives: "███" },
  { name: "nothing of nothing", args: [0, 0], gives: "" },
  { name: "something of nothing", args: [1, 0, 2], gives: "██" },
  { name: "the widest", args: [1, 1, 1000], gives: "█".repeat(1000) },
  { name: "NULL value", args: [null, 10], gives: null },
  { name: "NULL max", args: [1, null], gives: null },
  { name: "NULL width", args: [1, 1, null], gives: null },
  { name: "too wide", args: [1, 1, 1001], error: /bar: width must be 1 to 1,000, not 1001/ },
  { name: "without width", args: [1, 1, 0], error: /bar: width must be 1 to 1,000, not 0/ },
  { name: "a max below 0", args: [1, -1], error: /bar: max must be a finite number of 0 or more, not -1/ },
  { name: "NaN as max", args: [1, "NaN"], error: /bar: max must be a finite number of 0 or more, not NaN/ },
  { name: "an infinity as max", args: [1, "Infinity"], error: /bar: max must be a finite .* not Infinity/ },
  { name: "NaN", args: ["NaN", 1], error: /bar: value must be a finite number, not NaN/ },
  { name: "an infinity", args: ["Infinity", 1], error: /bar: value must be a finite number, not Infinity/ },
]);
