import type { Row } from "./read-csv.ts";

/** How the values of a column are compared: see kindOf in views/result-table.tsx. */
export type ColumnKind = "number" | "text";

/** By what rows are ordered. */
export interface RowOrder {
  column: number;
  descending: boolean;
}

const collator = new Intl.Collator(undefined, { numeric: false });

/**
 * The rows' numbers, from 0, of those that hold a text in any value (in whatever case), ordered by a column. NULLs are
 * last, as in PostgreSQL's ascending order; equal rows stay as they came.
 */
export function orderRows(
  rows: readonly Row[],
  kinds: readonly ColumnKind[],
  { order, filter }: { order: RowOrder | null; filter: string },
): number[] {
  const sought = filter.toLowerCase();
  const found: number[] = [];
  rows.forEach((row, index) => {
    if (sought === "" || row.some((value) => value !== null && value.toLowerCase().includes(sought))) found.push(index);
  });
  if (order === null) return found;
  const { column, descending } = order;
  const sign = descending ? -1 : 1;
  const compare = kinds[column] === "number" ? compareNumbers : collator.compare;
  return found.toSorted((a, b) => {
    const left = rows[a]![column] ?? null;
    const right = rows[b]![column] ?? null;
    if (left === null || right === null) return Number(left === null) - Number(right === null) || a - b;
    return sign * compare(left, right) || a - b;
  });
}

/** As PostgreSQL orders numbers: NaN is greater than all others. Digits that a double does not hold still decide. */
function compareNumbers(a: string, b: string): number {
  const [left, right] = [Number(a), Number(b)];
  if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
  if (left !== right) return left < right ? -1 : 1;
  return /^-?\d+$/.test(a) && /^-?\d+$/.test(b) ? compareWhole(BigInt(a), BigInt(b)) : 0;
}

function compareWhole(a: bigint, b: bigint): number {
  return a < b ? -1 : Number(a > b);
}
