import { expect, test } from "vitest";
import { inTurn } from "../src/scrypt-turns.ts";
import { until } from "./support/test-server.ts";

test("two passwords are hashed at a time, fifty wait for their turn, and more are refused at once", async () => {
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const hash = (n: number): Promise<number> =>
    inTurn(async () => {
      begun.push(n);
      await new Promise<void>((resolve) => void ends.push(resolve));
      return n;
    });
  const all = Array.from({ length: 52 }, (_, n) => hash(n));
  await expect(hash(52)).rejects.toMatchObject({ code: "too_many_requests", retryAfterSeconds: 2 });
  expect(begun).toStrictEqual([0, 1]);
  ends.shift()!();
  expect(await all[0]).toBe(0);
  // One more may wait in its place.
  const last = hash(53);
  for (let ended = 1; ended < 53; ended++) {
    await until(() => ends.length > 0);
    ends.shift()!();
    await (all[ended] ?? last);
  }
  expect(begun).toStrictEqual([...Array.from({ length: 52 }, (_, n) => n), 53]);
});

test("one that fails gives its turn on", async () => {
  const failing = Array.from({ length: 3 }, (_, n) => inTurn(() => Promise.reject(new Error(`failed ${n}`))));
  const outcomes = await Promise.allSettled(failing);
  expect(outcomes.map((outcome) => outcome.status)).toStrictEqual(["rejected", "rejected", "rejected"]);
  expect(await inTurn(async () => "done")).toBe("done");
});
