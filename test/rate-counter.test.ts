import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createRateCounter } from "../src/rate-counter.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

test("a key takes as many as its limit says, and again when its window is over", () => {
  const counter = createRateCounter(60_000);
  expect([1, 2, 3].map(() => counter.take("a", 3))).toStrictEqual([0, 0, 0]);
  expect([counter.take("a", 3), counter.take("b", 3)]).toStrictEqual([60, 0]);
  vi.advanceTimersByTime(59_500);
  expect([counter.take("a", 3), counter.take("a", 4)]).toStrictEqual([1, 0]);
  vi.advanceTimersByTime(500);
  expect([counter.take("a", 1), counter.take("a", 1)]).toStrictEqual([0, 60]);
});

test("what is given back can be taken again, and not more than that", () => {
  const counter = createRateCounter(60_000);
  expect([counter.take("a", 1), counter.take("a", 1)]).toStrictEqual([0, 60]);
  for (const key of ["a", "a", "never"]) counter.giveBack(key);
  expect([counter.take("a", 1), counter.take("a", 1)]).toStrictEqual([0, 60]);
});

test("it keeps so many counts and no more; the oldest go first", () => {
  const counter = createRateCounter(60_000, 2);
  for (const key of ["a", "b"]) counter.take(key, 1);
  expect([counter.take("a", 1), counter.take("c", 1)]).toStrictEqual([60, 0]);
  expect([counter.take("c", 1), counter.take("b", 1), counter.take("a", 1)]).toStrictEqual([60, 60, 0]);
});
