import { expect, test } from "vitest";
import type { FollowerStatusJson } from "../../../src/routes/status-json.ts";
import { followerShares, followerTexts, runsText } from "../../../views/english/follower-words.ts";

const FOLLOWER: FollowerStatusJson = {
  name: "one",
  ok: true,
  reason: null,
  note: null,
  is_primary: false,
  version: "18.4",
  lag_seconds: 0.021,
  lag_bytes: 1234,
  wal_lsn: "0/3000",
  sessions: { open: 3, most: 8 },
  role: { sessions: 5, limit: 20 },
  connections: { used: 14, available: 97 },
  samples: [],
};

test("a follower is told in words", () => {
  expect(followerTexts(FOLLOWER)).toStrictEqual({
    state: "runs clips",
    behind: "0.02 s, 1.2 kB to replay",
    position: "0/3000",
    version: "18.4",
    sessions: "3 of 8",
    role: "5 of 20",
    connections: "14 of 97",
    advice: "",
  });
  expect(followerShares(FOLLOWER).role).toStrictEqual({ value: 5, max: 20 });
  const primary = followerTexts({ ...FOLLOWER, is_primary: true, role: { sessions: 5, limit: null } });
  expect([primary.state, primary.role]).toStrictEqual([
    "runs clips (this is a primary, not a follower)",
    "5, no limit",
  ]);
  const down = {
    ...FOLLOWER,
    ok: false,
    reason: "it does not answer",
    lag_seconds: null,
    role: null,
    connections: null,
  };
  expect(followerTexts(down)).toMatchObject({
    state: "runs no clips: it does not answer",
    behind: "not known",
    role: "–",
    connections: "–",
    advice: "",
  });
  expect(followerShares(down)).toStrictEqual({ sessions: { value: 3, max: 8 }, role: null, connections: null });
  expect(followerTexts({ ...FOLLOWER, ok: null }).state).toBe("not known yet");
});

test("where connections are scarce, it is said what to do", () => {
  const advice = (part: Partial<FollowerStatusJson>) => followerTexts({ ...FOLLOWER, ...part }).advice;
  expect(advice({ connections: { used: 77, available: 97 } })).toBe("");
  expect(advice({ connections: { used: 78, available: 97 } })).toContain(
    "raise its max_connections, or lower max_runs",
  );
  expect(advice({ role: { sessions: 16, limit: 20 } })).toContain(
    "raise its CONNECTION LIMIT. For each database there 8, times the servers of Dataclips, is enough for all.",
  );
  expect(advice({ role: { sessions: 16, limit: null } })).toBe("");
});

test("runs are counted, and those that wait say what to raise", () => {
  const status = { name: "shop", at: "", running: 0, waiting: 0, max_runs: 5, max_lag_seconds: 300, followers: [] };
  expect(runsText(status)).toBe("0 of 5 runs under way, 0 waiting");
  expect(runsText({ ...status, running: 1, waiting: 2, max_runs: 1 })).toBe(
    "1 of 1 run under way, 2 waiting: if this is common, raise max_runs of the database",
  );
});
