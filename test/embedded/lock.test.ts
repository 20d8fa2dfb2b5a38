import { afterEach, beforeEach, expect, test } from "vitest";
import { takeLock } from "../../src/embedded/lock.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

let home: Awaited<ReturnType<typeof temporaryDirectory>>;

beforeEach(async () => {
  home = await temporaryDirectory();
});
afterEach(() => home.remove());

test("of three that ask at once one has the lock, every time, and the others are refused in words", async () => {
  for (let round = 0; round < 20; round += 1) {
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => takeLock(home.path, "/data")));
    const taken = outcomes.filter((outcome) => outcome.status === "fulfilled");
    expect(taken).toHaveLength(1);
    const refused = outcomes
      .filter((outcome) => outcome.status === "rejected")
      .map((outcome) => outcome.reason as unknown);
    const conflict = expect.objectContaining({ code: "conflict" });
    expect(refused).toEqual([conflict, conflict]);
    await taken[0]?.value();
  }
});

test("the refusal names the process that has it; given back, it can be taken again", async () => {
  const release = await takeLock(home.path, "/data");
  await expect(takeLock(home.path, "/data")).rejects.toThrow(
    `Another Dataclips (process ${process.pid}) is running with the data directory /data.`,
  );
  await release();
  const again = await takeLock(home.path, "/data");
  await again();
});
