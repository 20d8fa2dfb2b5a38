import { describe, expect, test } from "vitest";
import { judgeRow, readSnapshot, type SeenRow } from "../../../src/databases/verify/judge-row.ts";

/** A row made by a transaction, and perhaps locked or deleted by another. */
function row(xmin: number, hash: string, xmax = 0): SeenRow {
  return { xmin: String(xmin), xmax: String(xmax), hash };
}

/** Nothing is under way; the next transaction is 100. */
const QUIET = readSnapshot("100:100:");

function judge(before?: SeenRow, follower?: SeenRow, after?: SeenRow, snapshot = QUIET, hasParted = false) {
  return judgeRow({ snapshotBefore: snapshot, before, follower, snapshotAfter: snapshot, after }, hasParted);
}

describe("a row that did not change on the primary meanwhile", () => {
  test.each([
    ["the same, whoever made it", row(5, "a"), "same"],
    ["different", row(5, "b"), "changed"],
    ["not there", undefined, "missing"],
  ])("and on the follower is %s", (_, follower, verdict) => {
    expect(judge(row(4, "a"), follower, row(4, "a"))).toBe(verdict);
  });

  test("may be on its way: its change is not visible on the primary yet", () => {
    const busy = readSnapshot("50:100:50,60");
    expect(judge(row(4, "a"), row(60, "b"), row(4, "a"), busy)).toBe("unsettled");
    expect(judge(row(4, "a", 50), undefined, row(4, "a", 50), busy)).toBe("unsettled");
    expect(judge(row(4, "a"), row(61, "b"), row(4, "a"), busy)).toBe("changed");
    expect(judge(row(4, "a"), row(60, "b"), row(4, "a"), busy, true)).toBe("changed");
  });
});

describe("a row that changed on the primary meanwhile", () => {
  test.each([
    ["updated, and the follower has neither version", row(4, "a"), row(5, "b"), row(6, "c"), "unsettled"],
    ["updated, and the follower has the old version", row(4, "a"), row(4, "a"), row(6, "c"), "same"],
    ["updated, and the follower has the new version", row(4, "a"), row(6, "c"), row(6, "c"), "same"],
    ["updated to the same and the follower differs", row(4, "a"), row(5, "b"), row(6, "a"), "unsettled"],
    ["deleted, and the follower has it no more", row(4, "a"), undefined, undefined, "same"],
    ["inserted, and the follower has it not yet", undefined, undefined, row(4, "a"), "same"],
    ["inserted, and the follower differs", undefined, row(3, "b"), row(4, "a"), "unsettled"],
  ])("%s", (_, before, follower, after, verdict) => {
    expect(judge(before, follower, after)).toBe(verdict);
  });
});

describe("a row that only the follower has", () => {
  test("is extra if its transaction was over before the primary was asked", () => {
    expect(judge(undefined, row(99, "a"), undefined)).toBe("extra");
  });

  test("may have come and gone meanwhile", () => {
    expect(judge(undefined, row(100, "a"), undefined)).toBe("unsettled");
    expect(judge(undefined, row(60, "a"), undefined, readSnapshot("50:100:50,60"))).toBe("unsettled");
  });

  test("is extra in a copy that has parted, whatever its number", () => {
    expect(judge(undefined, row(5000, "a"), undefined, QUIET, true)).toBe("extra");
  });

  test("is judged rightly when the numbers have gone round", () => {
    // 2^32 + 3 is the transaction that rows show as 3.
    const round = readSnapshot("4294967299:4294967299:");
    expect(judge(undefined, row(4_294_967_290, "a"), undefined, round)).toBe("extra");
    expect(judge(undefined, row(2, "a"), undefined, round)).toBe("extra");
    expect(judge(undefined, row(3, "a"), undefined, round)).toBe("unsettled");
    expect(judge(undefined, row(2_000_000_000, "a"), undefined, round)).toBe("unsettled");
  });
});
