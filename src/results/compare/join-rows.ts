import { frameBytes } from "../frames.ts";
import type { Difference, DifferenceRuns } from "./difference-runs.ts";
import { NotUnique } from "./not-unique.ts";
import { sameRow } from "./row-fields.ts";
import type { RowKey } from "./row-key.ts";
import { ROW_FRAME_AT, ROW_HASH_AT, ROW_NUMBER_AT } from "./row-runs.ts";
import { createRowTable, type RowTable } from "./row-table.ts";
import type { Run, RunSpool } from "./run-spool.ts";
import type { TimeSlice } from "./time-slice.ts";

/** How many rows are in the newer result only, in the older one only, in both but not the same, and the same in both. */
export interface ComparisonCounts {
  added: number;
  removed: number;
  changed: number;
  same: number;
}

interface Join {
  key: RowKey;
  from: RunSpool;
  to: RunSpool;
  differences: DifferenceRuns;
  slice: TimeSlice;
}

/** Where a row is: in `bytes`, its frame begins at `at`. */
type OnRow = (bytes: Buffer, at: number, hash: number, rowNumber: number) => Promise<void> | undefined;

/**
 * Compares two results that are spread over the same number of runs, run by run: only the rows of one run are in memory.
 * @throws NotUnique when two rows of a result have the same key, and it is not the whole row
 */
export async function joinRows(join: Join): Promise<ComparisonCounts> {
  const counts = { added: 0, removed: 0, changed: 0, same: 0 };
  const table = createRowTable(join.key);
  for (let part = 0; part < join.from.runs.length; part++) {
    table.clear();
    await joinPart(join, part, table, counts);
  }
  return counts;
}

async function joinPart(join: Join, part: number, table: RowTable, counts: ComparisonCounts): Promise<void> {
  const { key, differences, slice } = join;
  const [from, to] = [join.from.runs[part]!, join.to.runs[part]!];
  let unmatched = 0;

  await eachRow(join.from, from, slice, (bytes, at, hash, fromRow) => {
    unmatched++;
    let entry = table.find(hash, bytes, at);
    if (entry < 0) entry = table.add(hash, bytes, at, fromRow);
    else if (!key.isWholeRow) return refuse(join.from, from, join, { bytes, at, hash }, "from");
    table.total.add(entry, 1);
    return undefined;
  });

  await eachRow(join.to, to, slice, (bytes, at, hash, toRow) => {
    const entry = table.find(hash, bytes, at);
    if (entry >= 0 && table.matched.get(entry) < table.total.get(entry)) {
      unmatched--;
      table.matched.add(entry, 1);
      if (key.isWholeRow || sameRow(table.frames(), table.frameAt(entry), bytes, at)) {
        counts.same++;
        return undefined;
      }
      counts.changed++;
      const before = frameOf(table.frames(), table.frameAt(entry));
      const fromRow = table.rowNumber(entry);
      return differences.add(part, { change: "changed", fromRow, toRow, before, after: frameOf(bytes, at) });
    }
    if (!key.isWholeRow) {
      if (entry >= 0) return refuse(join.to, to, join, { bytes, at, hash }, "to");
      // So that a second one with the same key is noticed.
      table.add(hash, bytes, at, toRow);
    }
    counts.added++;
    return differences.add(part, { ...ADDED, toRow, after: frameOf(bytes, at) });
  });

  if (unmatched === 0) return;
  counts.removed += unmatched;
  // Of rows that repeat the last ones are those that were removed.
  await eachRow(join.from, from, slice, (bytes, at, hash, fromRow) => {
    const entry = table.find(hash, bytes, at);
    if (table.matched.get(entry) === 0) {
      return differences.add(part, { ...REMOVED, fromRow, before: frameOf(bytes, at) });
    }
    table.matched.add(entry, -1);
    return undefined;
  });
}

const ADDED: Difference = { change: "added", fromRow: 0, toRow: 0, before: null, after: null };
const REMOVED: Difference = { change: "removed", fromRow: 0, toRow: 0, before: null, after: null };

async function eachRow(spool: RunSpool, run: Run, slice: TimeSlice, onRow: OnRow): Promise<void> {
  for await (const piece of spool.read(run)) {
    for (let record = 0; record < piece.length;) {
      const at = record + ROW_FRAME_AT;
      const wait = onRow(
        piece,
        at,
        piece.readInt32LE(record + ROW_HASH_AT),
        piece.readUInt32LE(record + ROW_NUMBER_AT),
      );
      if (wait) await wait;
      const bytes = frameBytes(piece, at);
      record = at + bytes;
      if (slice.isOver(bytes)) await slice.rest();
    }
  }
}

/** Counts the rows with a key that should have been the only one: all of them are in this run. */
async function refuse(
  spool: RunSpool,
  run: Run,
  { key, slice }: Pick<Join, "key" | "slice">,
  repeated: { bytes: Buffer; at: number; hash: number },
  side: "from" | "to",
): Promise<never> {
  const frame = Buffer.from(frameOf(repeated.bytes, repeated.at));
  let count = 0;
  await eachRow(spool, run, slice, (bytes, at, hash) => {
    if (hash === repeated.hash && key.same(frame, 0, bytes, at)) count++;
    return undefined;
  });
  throw new NotUnique(side, key.values(frame, 0), count);
}

function frameOf(bytes: Buffer, at: number): Buffer {
  return bytes.subarray(at, at + frameBytes(bytes, at));
}
