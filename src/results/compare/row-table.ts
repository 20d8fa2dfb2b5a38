import { frameBytes } from "../frames.ts";
import type { RowKey } from "./row-key.ts";

/** Entries and bytes that a table begins with; it grows. */
const FIRST_ENTRIES = 1024;
const FIRST_BYTES = 64 * 1024;

/**
 * Rows by their key: an open hash table (linear probing, at most half full) over typed arrays, and one buffer with the
 * rows' frames: no object for each row. An entry is a number from 0.
 */
export interface RowTable {
  /** The entry with the key of a frame, or -1. */
  find(hash: number, frames: Buffer, at: number): number;
  /** Adds an entry for a frame; returns its number. */
  add(hash: number, frames: Buffer, at: number, rowNumber: number): number;
  /** The buffer that holds an entry's frame, and where; good until the next add(). */
  frames(): Buffer;
  frameAt(entry: number): number;
  /** The row number that an entry was added with. */
  rowNumber(entry: number): number;
  /** Rows of the entry's key in the older result, and how many of them have been found in the newer one. */
  total: Counts;
  matched: Counts;
  clear(): void;
}

interface Counts {
  get(entry: number): number;
  add(entry: number, count: number): void;
}

export function createRowTable(key: RowKey): RowTable {
  let frames = Buffer.allocUnsafeSlow(FIRST_BYTES);
  let frameEnd = 0;
  let size = 0;
  let hashes = new Int32Array(FIRST_ENTRIES);
  let places = new Float64Array(FIRST_ENTRIES);
  let numbers = new Uint32Array(FIRST_ENTRIES);
  let totals = new Uint32Array(FIRST_ENTRIES);
  let matches = new Uint32Array(FIRST_ENTRIES);
  /** An entry's number plus one, or 0. */
  let slots = new Uint32Array(FIRST_ENTRIES * 2);

  const grow = (): void => {
    const entries = hashes.length * 2;
    hashes = extend(new Int32Array(entries), hashes);
    places = extend(new Float64Array(entries), places);
    numbers = extend(new Uint32Array(entries), numbers);
    totals = extend(new Uint32Array(entries), totals);
    matches = extend(new Uint32Array(entries), matches);
    slots = new Uint32Array(entries * 2);
    for (let entry = 0; entry < size; entry++) slots[freeSlot(hashes[entry]!)] = entry + 1;
  };

  const freeSlot = (hash: number): number => {
    let slot = hash & (slots.length - 1);
    while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
    return slot;
  };

  const reserve = (bytes: number): void => {
    if (frameEnd + bytes <= frames.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(frames.length * 2, frameEnd + bytes));
    frames.copy(larger, 0, 0, frameEnd);
    frames = larger;
  };

  return {
    find(hash, other, at) {
      for (let slot = hash & (slots.length - 1); slots[slot] !== 0; slot = (slot + 1) & (slots.length - 1)) {
        const entry = slots[slot]! - 1;
        if (hashes[entry] === hash && key.same(frames, places[entry]!, other, at)) return entry;
      }
      return -1;
    },
    add(hash, other, at, rowNumber) {
      if (size === hashes.length) grow();
      const bytes = frameBytes(other, at);
      reserve(bytes);
      other.copy(frames, frameEnd, at, at + bytes);
      const entry = size++;
      hashes[entry] = hash;
      places[entry] = frameEnd;
      numbers[entry] = rowNumber;
      totals[entry] = 0;
      matches[entry] = 0;
      slots[freeSlot(hash)] = entry + 1;
      frameEnd += bytes;
      return entry;
    },
    frames: () => frames,
    frameAt: (entry) => places[entry]!,
    rowNumber: (entry) => numbers[entry]!,
    total: { get: (entry) => totals[entry]!, add: (entry, count) => void (totals[entry]! += count) },
    matched: { get: (entry) => matches[entry]!, add: (entry, count) => void (matches[entry]! += count) },
    clear() {
      size = 0;
      frameEnd = 0;
      slots.fill(0);
    },
  };
}

function extend<Numbers extends Int32Array | Uint32Array | Float64Array>(larger: Numbers, old: Numbers): Numbers {
  larger.set(old);
  return larger;
}
