import { describeHelper } from "./engines.ts";

/** What a number is with one decimal. */
const TEXTS: [number | string, string][] = [
  [0, "0"],
  ["-0", "0"],
  [7, "7"],
  [-7, "-7"],
  [999, "999"],
  [12.34, "12.3"],
  [999.94, "999.9"],
  [999.95, "1 k"],
  [1000, "1 k"],
  [1049, "1 k"],
  [1050, "1.1 k"],
  [-1234567, "-1.2 M"],
  [1234567, "1.2 M"],
  [999949, "999.9 k"],
  [999950, "1 M"],
  [2.5e9, "2.5 B"],
  [9.9995e14, "1e15"],
  [9.9994e14, "999.9 T"],
  [1.25e18, "1.3e18"],
  [9.96e20, "1e21"],
  ["1.7976931348623157e308", "1.8e308"],
  ["-1.7976931348623157e308", "-1.8e308"],
  // Below 1: two significant digits.
  [0.5, "0.5"],
  [0.0123, "0.012"],
  [0.0125, "0.013"],
  [0.0996, "0.1"],
  [0.996, "1"],
  [-0.001, "-0.001"],
  [0.00000123, "0.0000012"],
  [0.000000123, "1.2e-7"],
  [9.96e-8, "1e-7"],
  ["5e-324", "5e-324"],
  ["NaN", "NaN"],
  ["Infinity", "Infinity"],
  ["-Infinity", "-Infinity"],
];

describeHelper("humanize_number", [
  ...TEXTS.map(([value, gives]) => ({ name: `${value} is ${gives}`, args: [value], gives })),
  // Ties of which the binary value is a little less than the decimal one: toFixed(1) gives 1.1, 8.3 and 1.4.
  ...(
    [
      [1.15, "1.2"],
      [1150, "1.2 k"],
      [1_150_000, "1.2 M"],
      [8.35e9, "8.4 B"],
      [-1.45, "-1.5"],
    ] as const
  ).map(([value, gives]) => ({ name: `the tie ${value} is ${gives}`, args: [value], gives })),
  { name: "no decimals", args: [1_499_999, 0], gives: "1 M" },
  { name: "no decimals, a tie", args: [1_500_000, 0], gives: "2 M" },
  { name: "no decimals, to the next unit", args: [999_500, 0], gives: "1 M" },
  { name: "no decimals, below 1", args: [0.55, 0], gives: "0.6" },
  { name: "six decimals", args: [1_234_567.891, 6], gives: "1.234568 M" },
  { name: "six decimals of few", args: [1.5, 6], gives: "1.5" },
  { name: "NULL", args: [null], gives: null },
  { name: "NULL digits", args: [1, null], gives: null },
  { name: "seven decimals", args: [1, 7], error: /humanize_number: digits must be 0 to 6, not 7/ },
  { name: "less than no decimals", args: [1, -1], error: /humanize_number: digits must be 0 to 6, not -1/ },
  { name: "a text", args: ["many"], error: /invalid input syntax/ },
]);
