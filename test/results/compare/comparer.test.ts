import { expect, test } from "vitest";
import { createComparer } from "../../../src/results/compare/comparer.ts";
import type { ResultSource } from "../../../src/results/result.ts";
import { until } from "../../support/test-server.ts";
import { makeResult } from "./make-result.ts";

/** Comparisons of results whose rows come when they are let. */
function startComparisons() {
  const comparer = createComparer();
  const started: number[] = [];
  const gates = new Map<number, PromiseWithResolvers<void>>();
  const compare = (id: number, signal = new AbortController().signal) => {
    const gate = Promise.withResolvers<void>();
    gates.set(id, gate);
    const result = makeResult(["a"], [["1"]]);
    const gated: ResultSource = {
      ...result,
      async *frames() {
        started.push(id);
        await gate.promise;
        yield* result.frames();
      },
    };
    return comparer.compare(gated, result, { key: ["a"], limit: 1, signal }).then(async ({ counts, close }) => {
      await close();
      return counts.same;
    });
  };
  return { compare, started, gates };
}

test("two go on at once, the others wait for their turn; a failure gives its turn back", async () => {
  const { compare, started, gates } = startComparisons();
  const all = [1, 2, 3, 4].map((id) => compare(id));
  await until(() => started.length === 2);
  expect(started).toStrictEqual([1, 2]);
  gates.get(1)!.reject(new Error("The store is gone."));
  await expect(all[0]).rejects.toThrow("The store is gone.");
  await until(() => started.length === 3);
  for (const id of [2, 3, 4]) gates.get(id)!.resolve();
  expect(await Promise.all(all.slice(1))).toStrictEqual([1, 1, 1]);
  expect(started).toStrictEqual([1, 2, 3, 4]);
});

test("who leaves while waiting is not waited for", async () => {
  const { compare, started, gates } = startComparisons();
  const running = [compare(1), compare(2)];
  const leaving = new AbortController();
  const left = compare(3, leaving.signal);
  const next = compare(4);
  leaving.abort();
  await expect(left).rejects.toMatchObject({ code: "run_cancelled" });
  await expect(compare(5, leaving.signal)).rejects.toMatchObject({ code: "run_cancelled" });
  for (const gate of gates.values()) gate.resolve();
  expect(await Promise.all([...running, next])).toStrictEqual([1, 1, 1]);
  expect(started).toStrictEqual([1, 2, 4]);
});

test("when too many wait, the next one is told to come again", async () => {
  const { compare, gates } = startComparisons();
  const all = Array.from({ length: 22 }, (_, id) => compare(id));
  await expect(compare(22)).rejects.toMatchObject({
    code: "database_busy",
    message: "20 comparisons are waiting already.",
    retryAfterSeconds: 10,
  });
  for (const gate of gates.values()) gate.resolve();
  expect(await Promise.all(all)).toStrictEqual(all.map(() => 1));
});
