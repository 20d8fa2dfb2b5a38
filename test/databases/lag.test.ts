import { expect, test } from "vitest";
import type { FollowerStatus } from "../../src/databases/follower-status.ts";
import { correctLag, createLagMemory } from "../../src/databases/lag.ts";

const HOUR = 3600;

/** A status as PostgreSQL says it: how old the last replayed transaction is, what is not replayed, up to where it is. */
function status(lagSeconds: number | null, lagBytes: number | null, walLsn: string | null): FollowerStatus {
  return {
    isFollower: true,
    lagSeconds,
    lagBytes,
    walLsn,
    streaming: true,
    paused: false,
    replayedSecondsAgo: lagSeconds,
    startedAt: "2026-11-30 10:00:00+00",
    upSeconds: 7200,
    pid: 1,
  };
}

test("what PostgreSQL says stands, as long as nothing better is known", () => {
  const memory = createLagMemory();
  expect(correctLag(memory, status(HOUR, 100, "0/100"), 1e12)).toEqual(status(HOUR, 100, "0/100"));
  expect(correctLag(memory, status(HOUR + 1, 200, "0/100"), 1e12 + 1000).lagSeconds).toBe(HOUR + 1);
});

test("a follower that had everything five seconds ago is not an hour behind", () => {
  const memory = createLagMemory();
  expect(correctLag(memory, status(0, 0, "0/100"), 1e12).lagSeconds).toBe(0);
  expect(correctLag(memory, status(HOUR, 50, "0/100"), 1e12 + 5000).lagSeconds).toBe(5);
  expect(correctLag(memory, status(HOUR, 90, "0/100"), 1e12 + 7000).lagSeconds).toBe(7);
});

test("one that has replayed what it had received when we looked was up to date then", () => {
  const memory = createLagMemory();
  correctLag(memory, status(HOUR, 0x100, "F/FFFFFF00"), 1e12);
  expect(correctLag(memory, status(HOUR, 0x180, "F/FFFFFF80"), 1e12 + 100).lagSeconds).toBe(HOUR);
  expect(correctLag(memory, status(HOUR, 0x200, "10/0"), 1e12 + 300).lagSeconds).toBe(0.3);
  // From then on that is what it is measured by, until it has caught up with what it had received at 0.4 s.
  expect(correctLag(memory, status(HOUR, 0x300, "10/100"), 1e12 + 400).lagSeconds).toBe(0.4);
  expect(correctLag(memory, status(HOUR, 0x300, "10/400"), 1e12 + 900).lagSeconds).toBe(0.5);
});

test("a lag that PostgreSQL does not know is no more than since it had everything; where nobody saw that, it stays unknown", () => {
  const memory = createLagMemory();
  expect(correctLag(memory, status(null, null, null), 1e12)).toEqual(status(null, null, null));
  correctLag(memory, status(0, 0, "0/1"), 1e12);
  expect(correctLag(memory, status(null, null, "0/1"), 1e12 + 1000).lagSeconds).toBe(1);
});
