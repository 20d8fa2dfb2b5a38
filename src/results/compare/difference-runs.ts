import { frameBytes } from "../frames.ts";
import { createRunSpool } from "./run-spool.ts";
import type { TimeSlice } from "./time-slice.ts";

/** A row that is in one result only, or is another in the newer one. */
export interface Difference {
  change: "added" | "removed" | "changed";
  /** The row's number in the older and in the newer result, from 1; 0 where it is not. */
  fromRow: number;
  toRow: number;
  /** Its frame in either result; good until the next difference is asked for. */
  before: Buffer | null;
  after: Buffer | null;
}

/** In the order in which differences with the same row number come. */
const CHANGES = ["removed", "changed", "added"] as const;

/** A record: the change (uint8), both row numbers (uint32), the frame or the two frames. */
const FROM_ROW_AT = 1;
const TO_ROW_AT = 5;
const FRAMES_AT = 9;

/**
 * Differences as a comparison finds them, part after part; read back in the order of their row numbers: that in the
 * newer result, of a removed row that in the older one.
 */
export interface DifferenceRuns {
  /** Adds a difference of a part: the removed ones of a part in order, and the others of it in order. */
  add(part: number, difference: Difference): Promise<void> | undefined;
  /** All differences that are kept, in order. To be read once at a time. */
  read(slice: TimeSlice): AsyncGenerator<Difference, void, void>;
  close(): Promise<void>;
}

/** @param limit how many of the first differences are wanted: no more are kept than that takes */
export function createDifferenceRuns(parts: number, limit: number): DifferenceRuns {
  const spool = createRunSpool(parts * 2);
  const kept = new Float64Array(parts * 2);
  return {
    add(part, { change, fromRow, toRow, before, after }) {
      const number = part * 2 + (change === "removed" ? 0 : 1);
      // Each run is in order: the first ones of all are among the first ones of each.
      if (kept[number]! >= limit) return undefined;
      kept[number]!++;
      const run = spool.runs[number]!;
      const write = (): void => {
        run.buffer[run.length] = CHANGES.indexOf(change);
        run.buffer.writeUInt32LE(fromRow, run.length + FROM_ROW_AT);
        run.buffer.writeUInt32LE(toRow, run.length + TO_ROW_AT);
        run.length += FRAMES_AT;
        if (before) run.length += before.copy(run.buffer, run.length);
        if (after) run.length += after.copy(run.buffer, run.length);
      };
      const room = spool.makeRoom(run, FRAMES_AT + (before?.length ?? 0) + (after?.length ?? 0));
      if (room) return room.then(write);
      write();
      return undefined;
    },
    async *read(slice) {
      const heap: Cursor[] = [];
      for (const run of spool.runs) {
        const cursor = createCursor(spool.read(run));
        if (await cursor.load()) push(heap, cursor);
      }
      let left = limit;
      while (heap.length > 0 && left-- > 0) {
        const [cursor] = heap as [Cursor];
        const { difference, bytes } = cursor.take();
        yield difference;
        if (!cursor.isEmpty() || (await cursor.load())) sink(heap);
        else removeFirst(heap);
        if (slice.isOver(bytes)) await slice.rest();
      }
    },
    close: () => spool.close(),
  };
}

/** Where a run is read. */
interface Cursor {
  /** What the next difference is ordered by. */
  rank: number;
  isEmpty(): boolean;
  /** Reads on; false at the end of the run. */
  load(): Promise<boolean>;
  take(): { difference: Difference; bytes: number };
}

function createCursor(pieces: AsyncGenerator<Buffer, void, void>): Cursor {
  let piece: Buffer = Buffer.alloc(0);
  let at = 0;
  const setRank = (): void => {
    if (at === piece.length) return;
    const change = piece[at]!;
    const row = piece.readUInt32LE(at + (CHANGES[change] === "removed" ? FROM_ROW_AT : TO_ROW_AT));
    cursor.rank = row * CHANGES.length + change;
  };
  const takeFrame = (): Buffer => {
    const frame = piece.subarray(at, at + frameBytes(piece, at));
    at += frame.length;
    return frame;
  };
  const cursor: Cursor = {
    rank: 0,
    isEmpty: () => at === piece.length,
    async load() {
      const { value } = await pieces.next();
      if (!value) return false;
      piece = value;
      at = 0;
      setRank();
      return true;
    },
    take() {
      const start = at;
      const change = CHANGES[piece[at]!]!;
      const fromRow = piece.readUInt32LE(at + FROM_ROW_AT);
      const toRow = piece.readUInt32LE(at + TO_ROW_AT);
      at += FRAMES_AT;
      const before = change === "added" ? null : takeFrame();
      const after = change === "removed" ? null : takeFrame();
      const bytes = at - start;
      setRank();
      return { difference: { change, fromRow, toRow, before, after }, bytes };
    },
  };
  return cursor;
}

/** A binary heap: the cursor with the lowest rank is the first one. */
function push(heap: Cursor[], cursor: Cursor): void {
  let child = heap.push(cursor) - 1;
  while (child > 0) {
    const parent = (child - 1) >> 1;
    if (heap[parent]!.rank <= heap[child]!.rank) return;
    [heap[parent], heap[child]] = [heap[child]!, heap[parent]!];
    child = parent;
  }
}

/** Puts the first cursor where it belongs, after its rank has risen. */
function sink(heap: Cursor[]): void {
  for (let parent = 0; ;) {
    let least = parent;
    for (const child of [parent * 2 + 1, parent * 2 + 2]) {
      if (child < heap.length && heap[child]!.rank < heap[least]!.rank) least = child;
    }
    if (least === parent) return;
    [heap[parent], heap[least]] = [heap[least]!, heap[parent]!];
    parent = least;
  }
}

function removeFirst(heap: Cursor[]): void {
  const last = heap.pop()!;
  if (heap.length === 0) return;
  heap[0] = last;
  sink(heap);
}
