import type { Comparison } from "../results/compare/compare-results.ts";
import type { Difference } from "../results/compare/difference-runs.ts";
import { readRows } from "../results/frames.ts";

/** Differences that an answer or a page shows; the CSV has all. */
export const SHOWN_DIFFERENCES = 100;

/** A difference with its values in PostgreSQL's text form. */
export interface ShownDifference extends Pick<Difference, "change" | "fromRow" | "toRow"> {
  before: (string | null)[] | null;
  after: (string | null)[] | null;
}

/** Reads the differences that a comparison has kept, and closes it. */
export async function readDifferences(comparison: Comparison): Promise<ShownDifference[]> {
  try {
    const shown: ShownDifference[] = [];
    for await (const { before, after, ...difference } of comparison.differences()) {
      shown.push({ ...difference, before: readRow(before), after: readRow(after) });
    }
    return shown;
  } finally {
    await comparison.close();
  }
}

function readRow(frame: Buffer | null): (string | null)[] | null {
  return frame && [...readRows(frame)][0]!;
}
