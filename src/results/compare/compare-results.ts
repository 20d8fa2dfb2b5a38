import { randomInt } from "node:crypto";
import { AppError } from "../../errors.ts";
import type { ResultSource } from "../result.ts";
import { createDifferenceRuns, type Difference } from "./difference-runs.ts";
import { type ComparisonCounts, joinRows } from "./join-rows.ts";
import { findLikelyKeys } from "./likely-keys.ts";
import { matchColumns } from "./match-columns.ts";
import { NotUnique } from "./not-unique.ts";
import { NullInKey } from "./null-in-key.ts";
import { readKey, WHOLE_ROW } from "./read-key.ts";
import { createRowKey } from "./row-key.ts";
import { spreadRows } from "./row-runs.ts";
import { createRunSpool } from "./run-spool.ts";
import { createTimeSlice, type TimeSlice } from "./time-slice.ts";

/** A part of both results is in memory at a time: of about so many bytes and so many rows, or more above MOST_PARTS. */
const PART_BYTES = 16 * 1024 * 1024;
const PART_ROWS = 256 * 1024;
const MOST_PARTS = 512;

/** Guessed keys that are tried with all rows: a sample showed no repetition, and yet there may be some. */
const MOST_GUESSES = 8;

/** What a comparison is asked for. */
export interface CompareOptions {
  /** Names of the key's columns as {@link readKey} takes them; none: it is guessed. */
  key: readonly string[];
  /** How many of the first differences are wanted. */
  limit: number;
  /** Aborts when nobody wants the comparison any more. */
  signal: AbortSignal;
}

/** Two results, compared. Whoever has it closes it. */
export interface Comparison {
  counts: ComparisonCounts;
  /** Numbers of the key's columns in the newer result; none: the whole row. */
  key: readonly number[];
  isGuessed: boolean;
  /**
   * The differences in the order of the newer result's rows, the removed ones by their row number in the older one
   * among them. Frames have the newer result's columns.
   */
  differences(): AsyncGenerator<Difference, void, void>;
  close(): Promise<void>;
}

/** Both results and what is known of their columns. */
interface Pair {
  from: ResultSource;
  to: ResultSource;
  order: number[] | null;
  rowCounts: readonly [number, number];
  bytes: number;
}

/**
 * Compares two stored results row by row, in constant memory: both are spread over temporary files by the hash of the
 * key, and then each part of one is joined with its part of the other. By the whole row, rows that repeat are counted:
 * there are no changed rows then, only added and removed ones.
 * @throws AppError invalid_request for different columns, an unknown key, or one that is not unique
 */
export async function compareResults(
  from: ResultSource,
  to: ResultSource,
  { key, limit, signal }: CompareOptions,
): Promise<Comparison> {
  const order = matchColumns(from.head, to.head);
  const chosen = readKey(key, to.head.columns);
  const [fromEnd, toEnd] = await Promise.all([from.end, to.end]);
  const pair: Pair = {
    from,
    to,
    order,
    rowCounts: [fromEnd.rowCount, toEnd.rowCount],
    bytes: fromEnd.bytes + toEnd.bytes,
  };
  const slice = createTimeSlice(signal);
  const options = { limit, slice, seed: randomInt(2 ** 32) };
  if (chosen !== null) {
    const { counts, differences, close } = await joinPair(pair, chosen, { ...options, nullable: true }).catch(
      (error: unknown) => {
        throw error instanceof NotUnique ? explainNotUnique(error, pair, chosen) : error;
      },
    );
    return { counts, key: chosen, isGuessed: false, differences, close };
  }
  const sources = [
    { source: from, rowCount: fromEnd.rowCount, order },
    { source: to, rowCount: toEnd.rowCount, order: null },
  ];
  let guesses = 0;
  const columnCount = to.head.columns.length;
  for await (const columns of findLikelyKeys({ sources, columnCount, seed: options.seed, slice })) {
    try {
      return { ...(await joinPair(pair, columns, { ...options, nullable: false })), key: columns, isGuessed: true };
    } catch (error) {
      if (!(error instanceof NotUnique) && !(error instanceof NullInKey)) throw error;
      if (++guesses === MOST_GUESSES) break;
    }
  }
  return { ...(await joinPair(pair, [], { ...options, nullable: true })), key: [], isGuessed: true };
}

async function joinPair(
  { from, to, order, rowCounts, bytes }: Pair,
  columns: readonly number[],
  { limit, seed, nullable, slice }: { limit: number; seed: number; nullable: boolean; slice: TimeSlice },
): Promise<Pick<Comparison, "counts" | "differences" | "close">> {
  const key = createRowKey(columns, seed);
  const rows = rowCounts[0] + rowCounts[1];
  const parts = Math.min(MOST_PARTS, Math.max(1, Math.ceil(bytes / PART_BYTES), Math.ceil(rows / PART_ROWS)));
  const differences = createDifferenceRuns(parts, limit);
  const spools = { from: createRunSpool(parts), to: createRunSpool(parts) };
  try {
    await spreadRows(from, spools.from, { key, order, nullable, slice });
    await spreadRows(to, spools.to, { key, order: null, nullable, slice });
    const counts = await joinRows({ key, ...spools, differences, slice });
    return { counts, differences: () => differences.read(slice), close: differences.close };
  } catch (error) {
    await differences.close();
    throw error;
  } finally {
    await Promise.all([spools.from.close(), spools.to.close()]);
  }
}

function explainNotUnique({ side, values, count }: NotUnique, pair: Pair, columns: readonly number[]): AppError {
  const { head } = pair[side];
  const names = columns.map((column) => pair.to.head.columns[column]!.name);
  const pairs = names.map((name, index) => `${name} = ${showValue(values[index]!)}`);
  return new AppError(
    "invalid_request",
    `The key ${names.join(", ")} is not unique in result ${head.number}: ${count} rows have ${pairs.join(", ")}.`,
    {
      hint: `Name more columns (key=${names.join(",")},…), leave the key out to have it guessed, or compare by the whole row: key=${WHOLE_ROW}.`,
    },
  );
}

function showValue(value: string | null): string {
  if (value === null) return "NULL";
  const characters = Array.from(value.slice(0, 200));
  return JSON.stringify(characters.length > 40 ? `${characters.slice(0, 40).join("")}…` : characters.join(""));
}
