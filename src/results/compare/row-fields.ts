import { frameBytes, int32At, ROW_HEADER_BYTES } from "../frames.ts";

/**
 * Finds the fields of one frame after the other, without an object for each: field `column` of the frame that was read
 * last is, with its length in front, at starts[column] to ends[column].
 */
export interface RowFields {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  read(frames: Uint8Array, at: number): void;
}

/** @param columns how many of a row's columns are wanted, from the left */
export function createRowFields(columns: number): RowFields {
  const starts = new Int32Array(columns);
  const ends = new Int32Array(columns);
  return {
    starts,
    ends,
    read(frames, at) {
      let field = at + ROW_HEADER_BYTES;
      for (let column = 0; column < columns; column++) {
        starts[column] = field;
        const length = int32At(frames, field);
        field += length > 0 ? 4 + length : 4;
        ends[column] = field;
      }
    },
  };
}

/** Whether two frames are the same row. */
export function sameRow(a: Buffer, aAt: number, b: Buffer, bAt: number): boolean {
  const bytes = frameBytes(a, aAt);
  return bytes === frameBytes(b, bAt) && a.compare(b, bAt, bAt + bytes, aAt, aAt + bytes) === 0;
}
