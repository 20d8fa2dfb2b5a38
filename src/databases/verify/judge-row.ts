/** A row as one query saw it. The numbers are those of the transactions that made it and that ended or locked it. */
export interface SeenRow {
  xmin: string;
  xmax: string;
  hash: string;
}

/** Transactions under way on the primary at some moment; pg_current_snapshot() as text: `xmin:xmax:xip,…`. */
export interface Snapshot {
  /** The first number that is not given yet. */
  next: number;
  inProgress: ReadonlySet<number>;
}

/** What one round says of a row; `unsettled`: the primary was changing it. */
export type Verdict = "same" | "missing" | "extra" | "changed" | "unsettled";

/** A round of looks at a row, in this order; undefined: it was not there. */
export interface Looks {
  /** Of the primary, before `before`. */
  snapshotBefore: Snapshot;
  before: SeenRow | undefined;
  /** On the follower, after it had replayed what `before` saw. */
  follower: SeenRow | undefined;
  snapshotAfter: Snapshot;
  after: SeenRow | undefined;
}

/** Reads pg_current_snapshot(). Rows hold the low 32 bits of a transaction's number only. */
export function readSnapshot(text: string): Snapshot {
  const [, next = "0", inProgress = ""] = text.split(":");
  return { next: low(next), inProgress: new Set(inProgress === "" ? [] : inProgress.split(",").map(low)) };
}

/**
 * Judges a row. It differs only if the primary's row was the same before and after the follower was asked, and no
 * transaction was under way that explains the difference: the follower may show a commit a little before the primary
 * does, which waits for its synchronous standbys.
 * @param hasParted the follower follows no more: its transactions' numbers say nothing about the primary's
 */
export function judgeRow(
  { snapshotBefore, before, follower, snapshotAfter, after }: Looks,
  hasParted: boolean,
): Verdict {
  if (follower?.hash === before?.hash || follower?.hash === after?.hash) return "same";
  if (before?.xmin !== after?.xmin || before?.hash !== after?.hash) return "unsettled";
  if (after !== undefined) {
    const underWay = [after.xmax, follower?.xmin].some(
      (number) => number !== undefined && snapshotAfter.inProgress.has(Number(number)),
    );
    if (underWay && !hasParted) return "unsettled";
    return follower === undefined ? "missing" : "changed";
  }
  // Made after the first look at the primary, and gone before the second?
  const madeBy = Number(follower?.xmin);
  const isOld = isBefore(madeBy, snapshotBefore.next) && !snapshotBefore.inProgress.has(madeBy);
  return isOld || hasParted ? "extra" : "unsettled";
}

function low(number: string): number {
  return Number(BigInt.asUintN(32, BigInt(number)));
}

/** Transactions' numbers go round in a circle: half of them are before, half after. */
function isBefore(a: number, b: number): boolean {
  return ((a - b) | 0) < 0;
}
