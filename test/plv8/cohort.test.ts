import { describeHelper, type Argument, type HelperCase } from "./engines.ts";

const of = (
  name: string,
  args: Argument[],
  rows: [cohort: string, age: number, users: number, share: number][],
): HelperCase => ({
  name,
  args,
  rows: rows.map(([cohort, age, users, share]) => ({ cohort, age, users, share })),
});
const fails = (name: string, args: Argument[], error: RegExp): HelperCase => ({ name, args, error });
const days = (count: number, first: number): string[] =>
  Array.from({ length: count }, (_, index) => new Date(first + index * 86_400_000).toISOString().slice(0, 10));

describeHelper("cohort", [
  of(
    "two months",
    [
      ["ann", "bob", "ann", "cy"],
      ["2024-01-05", "2024-01-09 12:00", "2024-02-03", "2024-02-29"],
    ],
    [
      ["2024-01-01", 0, 2, 1],
      ["2024-01-01", 1, 1, 0.5],
      ["2024-02-01", 0, 1, 1],
    ],
  ),
  of(
    "a month without anybody",
    [
      ["a", "a"],
      ["2023-11-30", "2024-01-01"],
    ],
    [
      ["2023-11-01", 0, 1, 1],
      ["2023-11-01", 1, 0, 0],
      ["2023-11-01", 2, 1, 1],
    ],
  ),
  of(
    "events in any order, and twice",
    [
      ["a", "a", "b", "a", "a"],
      ["2024-02-02", "2024-01-01", "2024-02-01", "2024-02-03", "2024-01-31"],
    ],
    [
      ["2024-01-01", 0, 1, 1],
      ["2024-01-01", 1, 1, 1],
      ["2024-02-01", 0, 1, 1],
    ],
  ),
  of(
    "days",
    [["a", "a"], ["2024-02-28 23:59:59.999999", "2024-03-01"], "day"],
    [
      ["2024-02-28", 0, 1, 1],
      ["2024-02-28", 1, 0, 0],
      ["2024-02-28", 2, 1, 1],
    ],
  ),
  of(
    "weeks begin on Monday",
    [["a", "b", "a"], ["2024-01-07", "2024-01-08", "2024-01-14"], "week"],
    [
      ["2024-01-01", 0, 1, 1],
      ["2024-01-01", 1, 1, 1],
      ["2024-01-08", 0, 1, 1],
    ],
  ),
  of(
    "quarters",
    [["a", "a"], ["2023-12-31", "2024-04-01"], "quarter"],
    [
      ["2023-10-01", 0, 1, 1],
      ["2023-10-01", 1, 0, 0],
      ["2023-10-01", 2, 1, 1],
    ],
  ),
  of(
    "years",
    [["a", "a"], ["2023-06-01", "2024-06-01"], "year"],
    [
      ["2023-01-01", 0, 1, 1],
      ["2023-01-01", 1, 1, 1],
    ],
  ),
  of(
    "across 1970",
    [["a", "b", "c", "a"], ["1969-12-31", "1970-01-01", "1970-01-02", "1970-01-02"], "day"],
    [
      ["1969-12-31", 0, 1, 1],
      ["1969-12-31", 1, 0, 0],
      ["1969-12-31", 2, 1, 1],
      ["1970-01-01", 0, 1, 1],
      ["1970-01-01", 1, 0, 0],
      ["1970-01-02", 0, 1, 1],
    ],
  ),
  of("the month of 1970", [["a"], ["1970-01-15"]], [["1970-01-01", 0, 1, 1]]),
  of("before 1970, in weeks", [["a"], ["1969-12-28"], "week"], [["1969-12-22", 0, 1, 1]]),
  of(
    "across 2000",
    [["a", "b"], ["1999-12-31", "2000-01-01"], "day"],
    [
      ["1999-12-31", 0, 1, 1],
      ["1999-12-31", 1, 0, 0],
      ["2000-01-01", 0, 1, 1],
    ],
  ),
  of("the first century", [["a"], ["0045-03-15"], "quarter"], [["0045-01-01", 0, 1, 1]]),
  of("no events", [[], []], []),
  of("NULL users", [null, []], []),
  of("NULL times", [[], null], []),
  of("NULL period", [["a"], ["2024-01-01"], null], []),
  of(
    "NULL among them",
    [
      ["a", null, "b"],
      ["2024-01-01", "2024-01-01", null],
    ],
    [["2024-01-01", 0, 1, 1]],
  ),
  of("only NULL", [[null], [null]], []),
  of(
    "names that JavaScript knows, and an empty one",
    [
      ["__proto__", "constructor", ""],
      ["2024-01-01", "2024-01-01", "2024-01-01"],
    ],
    [["2024-01-01", 0, 3, 1]],
  ),
  of(
    "beyond ASCII",
    [
      ["é", "e\u0301", "🎉"],
      ["2024-01-01", "2024-01-01", "2024-01-01"],
    ],
    [["2024-01-01", 0, 3, 1]],
  ),
  fails("another period", [["a"], ["2024-01-01"], "decade"], /cohort: a period is day, week, month, quarter or year/),
  fails("a period that objects inherit", [["a"], ["2024-01-01"], "constructor"], /cohort: a period is day/),
  fails(
    "infinity",
    [
      ["a", "b"],
      ["2024-01-01", "infinity"],
    ],
    /cohort: time 2 is beyond what JavaScript counts/,
  ),
  fails("fewer times", [["a", "b"], ["2024-01-01"]], /cohort: as many times as users, these are 2 users and 1 times/),
  of(
    "as many events as may be",
    [Array(100_000).fill("a"), Array(100_000).fill("2024-01-01")],
    [["2024-01-01", 0, 1, 1]],
  ),
  of(
    "as many users as may be",
    [Array.from({ length: 100_000 }, (_, index) => `u${index}`), Array(100_000).fill("2024-01-01")],
    [["2024-01-01", 0, 100_000, 1]],
  ),
  fails(
    "one more",
    [Array(100_001).fill("a"), Array(100_001).fill("2024-01-01")],
    /cohort: at most 100,000 events, these are 100001/,
  ),
  fails(
    "too many rows",
    [days(448, 0).map((_, index) => `u${index}`), days(448, 0), "day"],
    /cohort: at most 100,000 rows, these would be 100576; take a longer period/,
  ),
  fails("many rows of two users", [["a", "b"], ["0001-01-01", "2024-01-01"], "day"], /cohort: at most 100,000 rows/),
]);
