import { frameBytes, ROW_HEADER_BYTES } from "../frames.ts";
import type { ResultSource } from "../result.ts";
import { NullInKey } from "./null-in-key.ts";
import { createRowFields } from "./row-fields.ts";
import type { RowKey } from "./row-key.ts";
import type { RunSpool } from "./run-spool.ts";
import type { TimeSlice } from "./time-slice.ts";

/** A record: the row's number in its result (uint32, from 1), the key's hash (int32), the frame. */
export const ROW_NUMBER_AT = 0;
export const ROW_HASH_AT = 4;
export const ROW_FRAME_AT = 8;

interface SpreadOptions {
  key: RowKey;
  /** Where the result has each column that the rows are to have; null: where they are. */
  order: readonly number[] | null;
  /** Whether the key may be NULL. */
  nullable: boolean;
  slice: TimeSlice;
}

/**
 * Spreads a result's rows over the runs of a spool by their key's hash: equal keys come into the same run, in order.
 * @throws NullInKey
 */
export async function spreadRows(
  { frames }: ResultSource,
  spool: RunSpool,
  { key, order, nullable, slice }: SpreadOptions,
): Promise<void> {
  const { runs, makeRoom } = spool;
  const reorder = order && createReorder(order);
  let number = 0;
  for await (const piece of frames()) {
    for (let next = 0; next < piece.length;) {
      const bytes = frameBytes(piece, next);
      const [row, at] = reorder ? [reorder(piece, next, bytes), 0] : [piece, next];
      if (!nullable && key.hasNull(row, at)) throw new NullInKey();
      const hash = key.hash(row, at);
      const run = runs[Math.floor(((hash >>> 0) / 2 ** 32) * runs.length)]!;
      const room = makeRoom(run, ROW_FRAME_AT + bytes);
      if (room) await room;
      run.buffer.writeUInt32LE(++number, run.length + ROW_NUMBER_AT);
      run.buffer.writeInt32LE(hash, run.length + ROW_HASH_AT);
      row.copy(run.buffer, run.length + ROW_FRAME_AT, at, at + bytes);
      run.length += ROW_FRAME_AT + bytes;
      next += bytes;
      if (slice.isOver(bytes)) await slice.rest();
    }
  }
}

/** Writes a row's fields in another order; the buffer is good until the next row. */
function createReorder(order: readonly number[]): (frames: Buffer, at: number, bytes: number) => Buffer {
  const fields = createRowFields(order.length);
  let row = Buffer.alloc(0);
  return (frames, at, bytes) => {
    if (row.length < bytes) row = Buffer.allocUnsafeSlow(bytes * 2);
    fields.read(frames, at);
    let to = frames.copy(row, 0, at, at + ROW_HEADER_BYTES);
    for (const column of order) to += frames.copy(row, to, fields.starts[column]!, fields.ends[column]!);
    return row;
  };
}
