import { frameBytes, int32At } from "../frames.ts";
import type { ResultSource } from "../result.ts";
import { combineHashes, hashBytes } from "./hash.ts";
import { createRowFields } from "./row-fields.ts";
import type { TimeSlice } from "./time-slice.ts";

/** Columns, from the left, that are looked at one by one, in pairs and in threes. */
const SINGLES = 32;
const PAIRS = 6;
const TRIPLES = 5;

/** About so many keys of each candidate are remembered, chosen by their hash: equal keys are all of them in or all out. */
const SAMPLE_KEYS = 16 * 1024;

/** Columns that may be a key, and the keys of the sample that have been seen in the result that is being read. */
interface Candidate {
  columns: readonly number[];
  seen: HashSet;
  isPossible: boolean;
}

/** The results that a key is looked for in. */
interface Sources {
  /** With where the columns are in a result, in the order of the answer's numbers; null: where they are. */
  sources: readonly { source: ResultSource; rowCount: number; order: readonly number[] | null }[];
  columnCount: number;
  seed: number;
  slice: TimeSlice;
}

/**
 * The sets of columns that may be the key of both results: the smallest first, and of those the leftmost. First a column
 * that looks like one in the beginning of both results; then, once that was not it, the sets that have no NULL and no
 * value twice in a sample of all rows. A set with few repetitions may be among them (the join notices); one that is
 * unique is never missing.
 */
export async function* findLikelyKeys(all: Sources): AsyncGenerator<readonly number[], void, void> {
  const { columnCount } = all;
  const [first] = await keepPossible(singles(columnCount), all, SAMPLE_KEYS);
  if (first) yield first;
  for (const sets of [singles(columnCount), pairs(columnCount), triples(columnCount)]) {
    const likely = await keepPossible(sets, all, Infinity);
    yield* likely.filter((columns) => String(columns) !== String(first));
  }
}

/** Those of some sets of columns that are possible. @param mostRows how many rows of each result are looked at */
async function keepPossible(
  sets: readonly number[][],
  { sources, columnCount, seed, slice }: Sources,
  mostRows: number,
): Promise<(readonly number[])[]> {
  let alive = sets.map<Candidate>((columns) => ({ columns, seen: createHashSet(0), isPossible: true }));
  for (const { source, rowCount, order } of sources) {
    if (alive.length === 0) break;
    const rows = Math.min(rowCount, mostRows);
    for (const candidate of alive) candidate.seen = createHashSet(Math.min(rows, SAMPLE_KEYS));
    alive = await readSample(source, alive, { rows, most: sampleLimit(rows), order, columnCount, seed, slice });
  }
  return alive.map(({ columns }) => columns);
}

function singles(columnCount: number): number[][] {
  return Array.from({ length: Math.min(columnCount, SINGLES) }, (_, column) => [column]);
}

function pairs(columnCount: number): number[][] {
  const columns = singles(Math.min(columnCount, PAIRS)).flat();
  return columns.flatMap((second) => columns.slice(0, second).map((first) => [first, second]));
}

function triples(columnCount: number): number[][] {
  const columns = singles(Math.min(columnCount, TRIPLES)).flat();
  return columns.flatMap((third) => pairs(third).map(([first, second]) => [first!, second!, third]));
}

/** Hashes below this one are in the sample. */
function sampleLimit(rowCount: number): number {
  return rowCount <= SAMPLE_KEYS ? 2 ** 32 : Math.floor((SAMPLE_KEYS / rowCount) * 2 ** 32);
}

interface Sample {
  /** How many rows are read. */
  rows: number;
  /** Hashes below this one are in the sample. */
  most: number;
  order: readonly number[] | null;
  columnCount: number;
  seed: number;
  slice: TimeSlice;
}

/** Reads a result; returns the candidates that are still possible after it. */
async function readSample(
  { frames }: ResultSource,
  all: Candidate[],
  { rows, most, order, columnCount, seed, slice }: Sample,
): Promise<Candidate[]> {
  let alive = all;
  const { starts, ends, read } = createRowFields(columnCount);
  const place = (column: number): number => order?.[column] ?? column;
  /** Of the current row: each column's hash, where it is needed. */
  const hashes = new Int32Array(columnCount);
  let row: Buffer = Buffer.alloc(0);
  /** A second hash, independent of the first one: both together say which value it is. */
  const secondHash = (columns: readonly number[]): number => {
    let hash = ~seed;
    for (const column of columns) hash = hashBytes(row, starts[place(column)]!, ends[place(column)]!, hash);
    return hash;
  };
  const isPossible = ({ columns, seen }: Candidate): boolean => {
    let hash = hashes[columns[0]!]!;
    for (const column of columns) {
      if (int32At(row, starts[place(column)]!) === -1) return false;
      if (column !== columns[0]) hash = combineHashes(hash, hashes[column]!);
    }
    return hash >>> 0 >= most || seen.add(hash, secondHash(columns));
  };

  let needed = neededColumns(alive);
  let left = rows;
  for await (const piece of frames()) {
    for (let at = 0; at < piece.length;) {
      if (alive.length === 0 || left-- === 0) return alive;
      row = piece;
      read(piece, at);
      for (const column of needed) {
        hashes[column] = hashBytes(piece, starts[place(column)]!, ends[place(column)]!, seed);
      }
      let failed = false;
      for (const candidate of alive) {
        if (isPossible(candidate)) continue;
        candidate.isPossible = false;
        failed = true;
      }
      if (failed) {
        alive = alive.filter((candidate) => candidate.isPossible);
        needed = neededColumns(alive);
      }
      const bytes = frameBytes(piece, at);
      at += bytes;
      if (slice.isOver(bytes + alive.length * 16)) await slice.rest();
    }
  }
  return alive;
}

function neededColumns(candidates: readonly Candidate[]): number[] {
  return [...new Set(candidates.flatMap(({ columns }) => columns))];
}

/** Values by two hashes of 32 bits. */
interface HashSet {
  /** False when it is there already. */
  add(first: number, second: number): boolean;
}

/** @param size about how many there will be */
function createHashSet(size: number): HashSet {
  // At most half full, with some to spare: a sample may be a little larger than it was meant to be.
  const slots = 2 ** Math.ceil(Math.log2(size * 2 + 1024));
  const firsts = new Int32Array(slots);
  const seconds = new Int32Array(slots);
  return {
    add(first, second) {
      // Zero is an empty slot.
      const stored = second || 1;
      let slot = first & (slots - 1);
      for (; seconds[slot] !== 0; slot = (slot + 1) & (slots - 1)) {
        if (seconds[slot] === stored && firsts[slot] === first) return false;
      }
      firsts[slot] = first;
      seconds[slot] = stored;
      return true;
    },
  };
}
