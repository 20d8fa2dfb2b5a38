import { frameBytes, int32At, readRows, ROW_HEADER_BYTES } from "../frames.ts";
import { hashBytes } from "./hash.ts";
import { createRowFields, sameRow } from "./row-fields.ts";

/** What makes two rows of two results the same one: the values of some columns, or of all. NULL equals NULL. */
export interface RowKey {
  /** Whether every column belongs to it: then rows may repeat, and are counted. */
  isWholeRow: boolean;
  hash(frames: Buffer, at: number): number;
  same(a: Buffer, aAt: number, b: Buffer, bAt: number): boolean;
  /** Whether a column of the key is NULL in a row; never, by the whole row. */
  hasNull(frames: Buffer, at: number): boolean;
  /** The key's values in PostgreSQL's text form. */
  values(frames: Buffer, at: number): (string | null)[];
}

/**
 * @param columns indexes of the key's columns; none: the whole row
 * @param seed another one for each comparison, so that no values are made to meet in one place
 */
export function createRowKey(columns: readonly number[], seed: number): RowKey {
  if (columns.length === 0) {
    return {
      isWholeRow: true,
      hash: (frames, at) => hashBytes(frames, at + ROW_HEADER_BYTES, at + frameBytes(frames, at), seed),
      same: sameRow,
      hasNull: () => false,
      values: readRow,
    };
  }
  const width = Math.max(...columns) + 1;
  const ours = createRowFields(width);
  const theirs = createRowFields(width);
  return {
    isWholeRow: false,
    hash(frames, at) {
      ours.read(frames, at);
      let hash = seed;
      for (const column of columns) hash = hashBytes(frames, ours.starts[column]!, ours.ends[column]!, hash);
      return hash;
    },
    same(a, aAt, b, bAt) {
      ours.read(a, aAt);
      theirs.read(b, bAt);
      for (const column of columns) {
        const [start, end] = [ours.starts[column]!, ours.ends[column]!];
        if (a.compare(b, theirs.starts[column], theirs.ends[column], start, end) !== 0) return false;
      }
      return true;
    },
    hasNull(frames, at) {
      ours.read(frames, at);
      return columns.some((column) => int32At(frames, ours.starts[column]!) === -1);
    },
    values(frames, at) {
      const row = readRow(frames, at);
      return columns.map((column) => row[column]!);
    },
  };
}

function readRow(frames: Buffer, at: number): (string | null)[] {
  const [row] = readRows(frames.subarray(at, at + frameBytes(frames, at)));
  return row!;
}
