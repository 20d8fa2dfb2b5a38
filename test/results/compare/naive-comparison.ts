import type { Row } from "./make-result.ts";

/** A difference as the tests write it. */
export interface PlainDifference {
  change: "added" | "removed" | "changed";
  fromRow: number;
  toRow: number;
  before: Row | null;
  after: Row | null;
}

interface PlainComparison {
  counts: { added: number; removed: number; changed: number; same: number };
  differences: PlainDifference[];
}

/**
 * What a comparison has to say, worked out with all rows in memory.
 * @param key numbers of the key's columns; none: the whole row
 * @returns null when the key is not unique
 */
export function compareNaively(
  from: readonly Row[],
  to: readonly Row[],
  key: readonly number[],
): PlainComparison | null {
  const keyOf = (row: Row): string => JSON.stringify(key.length === 0 ? row : key.map((column) => row[column]));
  if (key.length > 0 && [from, to].some((rows) => new Set(rows.map(keyOf)).size < rows.length)) return null;
  const counts = { added: 0, removed: 0, changed: 0, same: 0 };
  const differences: PlainDifference[] = [];
  const left = new Map<string, { row: Row; fromRow: number }[]>();
  for (const [index, row] of from.entries()) {
    left.set(keyOf(row), [...(left.get(keyOf(row)) ?? []), { row, fromRow: index + 1 }]);
  }
  for (const [index, after] of to.entries()) {
    const toRow = index + 1;
    const found = left.get(keyOf(after))?.shift();
    if (found === undefined) {
      counts.added++;
      differences.push({ change: "added", fromRow: 0, toRow, before: null, after });
    } else if (JSON.stringify(found.row) === JSON.stringify(after)) {
      counts.same++;
    } else {
      counts.changed++;
      differences.push({ change: "changed", fromRow: found.fromRow, toRow, before: found.row, after });
    }
  }
  for (const { row, fromRow } of [...left.values()].flat()) {
    counts.removed++;
    differences.push({ change: "removed", fromRow, toRow: 0, before: row, after: null });
  }
  const changes = ["removed", "changed", "added"];
  const rank = (one: PlainDifference): number => (one.toRow || one.fromRow) * 3 + changes.indexOf(one.change);
  return { counts, differences: differences.toSorted((a, b) => rank(a) - rank(b)) };
}
