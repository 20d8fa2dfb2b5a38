import { setTimeout as delay } from "node:timers/promises";
import { afterEach, expect, test, vi } from "vitest";
import { createStatusHistory, HISTORY_MS, type StatusHistory } from "../../src/databases/status-history.ts";
import { until } from "../support/test-server.ts";

interface Numbered {
  at: number;
  n: number;
}

const made: StatusHistory<Numbered>[] = [];
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(made.splice(0).map((history) => history.close()));
});

/** A history whose samples are numbered, and take some time if they shall. */
function startHistory(options: Parameters<typeof createStatusHistory>[1] & { takesMs?: number }) {
  let taken = 0;
  let underWay = 0;
  let mostAtOnce = 0;
  const take = async (): Promise<Numbered> => {
    mostAtOnce = Math.max(mostAtOnce, ++underWay);
    const n = ++taken;
    if (options.takesMs !== undefined) await delay(options.takesMs);
    underWay--;
    return { at: Date.now(), n };
  };
  const history = createStatusHistory(take, options);
  made.push(history);
  const numbers = (since = 0) => history.since(since).map(({ n }) => n);
  return { history, numbers, taken: () => taken, mostAtOnce: () => mostAtOnce };
}

test("nothing is asked before somebody looks, and who looks gets an answer", async () => {
  const { history, taken, numbers } = startHistory({});
  expect([taken(), history.last, numbers()]).toStrictEqual([0, undefined, []]);
  await history.look();
  expect([taken(), history.last?.n, numbers()]).toStrictEqual([1, 1, [1]]);
});

test("as many as look at once get the same answer, and a fresh one is not asked for again", async () => {
  const { history, taken } = startHistory({ takesMs: 5 });
  await Promise.all([history.look(), history.look(), history.look()]);
  await history.look();
  expect(taken()).toBe(1);
});

test("while somebody looks, samples are taken, never two at once, and the oldest make room", async () => {
  const { history, numbers, taken, mostAtOnce } = startHistory({ everyMs: 1, takesMs: 2, kept: 5 });
  await until(async () => {
    await history.look();
    return taken() > 12;
  });
  await history.close();
  const all = numbers();
  expect(all).toHaveLength(5);
  expect(all).toStrictEqual(Array.from({ length: 5 }, (_, index) => taken() - 4 + index));
  expect(mostAtOnce()).toBe(1);
});

test("those after a time are told, the oldest first", async () => {
  const { history, numbers } = startHistory({ everyMs: 2, takesMs: 2, kept: 50 });
  await history.look();
  await until(() => numbers().length >= 4);
  await history.close();
  const [first, second, ...rest] = history.since(0);
  expect(first!.at).toBeLessThan(second!.at);
  expect(history.since(second!.at)).toStrictEqual(rest);
  expect(history.since(Date.now())).toStrictEqual([]);
});

test("when nobody has looked for a while nothing is asked and no timer is left; then it begins anew", async () => {
  vi.useFakeTimers();
  const { history, taken } = startHistory({});
  await history.look();
  await vi.advanceTimersByTimeAsync(59_000);
  expect(taken()).toBe(30);
  // The last sample of the minute, and no more.
  await vi.advanceTimersByTimeAsync(600_000);
  expect(taken()).toBe(31);
  expect(vi.getTimerCount()).toBe(0);
  expect(history.last?.n).toBe(31);
  await history.look();
  expect([taken(), history.last?.n]).toStrictEqual([32, 32]);
  expect(vi.getTimerCount()).toBe(1);
});

test("ten minutes are kept, however long somebody looks", async () => {
  vi.useFakeTimers();
  const { history, numbers } = startHistory({});
  for (let minute = 0; minute < 25; minute++) {
    await history.look();
    await vi.advanceTimersByTimeAsync(60_000);
  }
  expect(numbers()).toHaveLength(300);
  expect(history.last!.at - history.since(0)[0]!.at).toBe(HISTORY_MS - 2000);
});

test("who looks does not wait long for what does not answer", async () => {
  let answer: ((sample: Numbered) => void) | undefined;
  const silent = new Promise<Numbered>((resolve) => (answer = resolve));
  const history = createStatusHistory(() => silent, { firstMs: 5 });
  made.push(history);
  await history.look();
  expect(history.last).toBeUndefined();
  answer!({ at: Date.now(), n: 7 });
  await until(() => history.last?.n === 7);
});

test("closing waits for what is under way, and nothing begins after it", async () => {
  const { history, taken } = startHistory({ everyMs: 1, takesMs: 20 });
  const looking = history.look();
  await history.close();
  expect(history.last?.n).toBe(1);
  await looking;
  await history.look();
  await delay(5);
  expect(taken()).toBe(1);
});
