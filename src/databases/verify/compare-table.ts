import { setTimeout as sleep } from "node:timers/promises";
import { compareRows, toRowKey } from "./compare-rows.ts";
import { type Digest, readDigest } from "./digest.ts";
import type { Pair } from "./pair.ts";
import { createRanges, type Key, type Range } from "./ranges.ts";
import { readErrorKind } from "./read-error.ts";
import type { TableReport } from "./report.ts";
import type { VerifySession } from "./session.ts";
import type { Table } from "./tables.ts";

/** What the comparison may take of the servers. */
export interface LoadLimits {
  /** The most rows of a chunk; it is smaller where so many would take too long. */
  chunkRows: number;
  /** Milliseconds between two chunks; null: half as long as the chunk took. */
  pauseMs: number | null;
}

const FIRST_CHUNK_ROWS = 1_000;
/** A chunk should take about so long on the slower server. */
const CHUNK_MS = 150;
const PAUSE_SHARE = 0.5;
/** Looks at a chunk before its rows are looked at. */
const LOOKS = 3;
/** Rows that are compared one by one at once. */
const ROWS_AT_ONCE = 2_000;
/** After so many unreadable places in a table no further one is narrowed down to its rows. */
const UNREADABLE_PLACES = 50;

/** What a server said of a range: its digest, or why it could not read it. */
type Answer = Digest | { unreadable: string } | "too_long";

/**
 * Compares a table chunk by chunk. What it finds goes into `report` as it is found, so that a table that could not be
 * compared to its end still says what was found.
 * @param onChunk is called after each chunk
 */
export async function compareTable(
  pair: Pair,
  table: Table,
  limits: LoadLimits,
  report: TableReport,
  onChunk: () => void,
): Promise<void> {
  const { primary, follower } = pair;
  const ranges = createRanges(table, pair.versionNumber);
  let slowestMs = 0;

  const ask = async (session: VerifySession, range: Range): Promise<Answer> => {
    const startedAtMs = performance.now();
    try {
      return await readDigest(session, table, ranges, range);
    } catch (error) {
      const kind = readErrorKind(error);
      if (kind === "unreadable") return { unreadable: (error as Error).message };
      if (kind === "too_long") return kind;
      throw error;
    } finally {
      slowestMs = Math.max(slowestMs, performance.now() - startedAtMs);
    }
  };

  /** The upper end of a chunk: fewer rows if even finding it takes too long. */
  const findEnd = async (lower: Key | null, rows: number): Promise<Key | null> => {
    for (let wanted = rows; ; wanted = Math.floor(wanted / 4)) {
      try {
        return await ranges.boundary(primary, { lower, upper: null }, wanted);
      } catch (error) {
        if (readErrorKind(error) !== "too_long" || wanted < 4) throw error;
      }
    }
  };

  /** Compares a range; false when the primary cannot read so much in time, and nothing was compared. */
  const compareRange = async (range: Range): Promise<boolean> => {
    let onPrimary: Answer = "too_long";
    let onFollower: Answer = "too_long";
    for (let look = 0; look < LOOKS; look++) {
      onPrimary = await ask(primary, range);
      if (onPrimary === "too_long") return false;
      if (look === 0 && "rows" in onPrimary) report.rows += onPrimary.rows;
      if (look === 1) report.chunksLookedAtAgain++;
      // Equal is equal, whether the follower lags or not: it is waited for only when something differs.
      if (look > 0) await pair.catchUp();
      onFollower = await ask(follower, range);
      if (onFollower === "too_long") break;
      if (isEqual(onPrimary, onFollower)) return true;
    }
    if (isUnreadable(onPrimary) || isUnreadable(onFollower)) await narrow(range);
    else await compareInPieces(range, onPrimary, onFollower);
    return true;
  };

  /** Compares row by row, some at a time, going by the server that has more of them. */
  const compareInPieces = async (range: Range, onPrimary: Answer, onFollower: Answer): Promise<void> => {
    const fuller = rowsOf(onPrimary) >= rowsOf(onFollower) ? primary : follower;
    let { lower } = range;
    for (let isLast = false; !isLast;) {
      pair.signal?.throwIfAborted();
      const upper = await ranges.boundary(fuller, { lower, upper: range.upper }, ROWS_AT_ONCE);
      isLast = upper === null || JSON.stringify(upper) === JSON.stringify(range.upper);
      const piece = { lower, upper };
      const [one, other] = [await ask(primary, piece), await ask(follower, piece)];
      if (isUnreadable(one) || isUnreadable(other)) await narrow(piece);
      else if (!isEqual(one, other)) await compareRows(pair, table, ranges, piece, report);
      lower = upper;
    }
  };

  /** Finds the rows that cannot be read, by halves, and compares the others. */
  const narrow = async (range: Range): Promise<void> => {
    pair.signal?.throwIfAborted();
    const [onPrimary, onFollower] = [await ask(primary, range), await ask(follower, range)];
    if (!isUnreadable(onPrimary) && !isUnreadable(onFollower)) {
      if (!isEqual(onPrimary, onFollower)) await compareInPieces(range, onPrimary, onFollower);
      return;
    }
    // What the primary cannot read is told apart by the follower's rows.
    const [reader, answered] = isUnreadable(onPrimary) ? [follower, onFollower] : [primary, onPrimary];
    const rows = rowsOf(answered);
    const isTold = report.unreadable.length >= UNREADABLE_PLACES;
    const middle = isTold ? null : await ranges.middle(reader, range, Math.min(rows, limits.chunkRows));
    if (middle !== null) {
      await narrow({ lower: range.lower, upper: middle });
      await narrow({ lower: middle, upper: range.upper });
      return;
    }
    const [server, answer] = isUnreadable(onPrimary)
      ? (["primary", onPrimary] as const)
      : (["follower", onFollower] as const);
    report.unreadable.push({
      server,
      rows: Number.isFinite(rows) ? rows : 0,
      key: await firstKey(range),
      message: isUnreadable(answer) ? answer.unreadable : "",
    });
  };

  const firstKey = async (range: Range) => {
    const { sql, values } = ranges.condition(range);
    const columns = table.key.map((column) => `t.${column.sql}`).join(", ");
    // In the order of the key by the index alone; positions come in their order by themselves.
    const order = table.comparedBy === "position" ? "" : `ORDER BY ${columns}`;
    const statement = `SELECT ${columns} FROM ONLY ${table.sql} AS t WHERE ${sql} ${order} LIMIT 1`;
    const [row] = await primary.query(statement, values).catch(() => []);
    return row === undefined ? null : toRowKey(table, row as Key);
  };

  const startedAtMs = performance.now();
  let rows = Math.min(FIRST_CHUNK_ROWS, limits.chunkRows);
  let lower: Key | null = null;
  try {
    for (let isLast = false; !isLast;) {
      const chunkAtMs = performance.now();
      slowestMs = 0;
      const upper = await findEnd(lower, rows);
      if (await compareRange({ lower, upper })) {
        report.chunks++;
        isLast = upper === null;
        lower = upper;
      } else if (rows === 1) {
        report.incomplete = "the primary could not read a single row of it in time";
        break;
      }
      rows = adapt(rows, slowestMs, limits.chunkRows);
      report.durationMs = Math.round(performance.now() - startedAtMs);
      onChunk();
      const pauseMs = limits.pauseMs ?? (performance.now() - chunkAtMs) * PAUSE_SHARE;
      if (!isLast) await sleep(pauseMs, undefined, { signal: pair.signal });
    }
  } finally {
    report.durationMs = Math.round(performance.now() - startedAtMs);
  }
}

/** How many rows the next chunk should have, after one that took so long. */
function adapt(rows: number, tookMs: number, most: number): number {
  const factor = Math.min(2, Math.max(0.25, CHUNK_MS / Math.max(1, tookMs)));
  return Math.max(1, Math.min(most, Math.floor(rows * factor)));
}

function isUnreadable(answer: Answer): answer is { unreadable: string } {
  return typeof answer === "object" && "unreadable" in answer;
}

function isEqual(a: Answer, b: Answer): boolean {
  return (
    typeof a === "object" &&
    typeof b === "object" &&
    "hash" in a &&
    "hash" in b &&
    a.rows === b.rows &&
    a.hash === b.hash
  );
}

/** Too long is longer than what could be read. */
function rowsOf(answer: Answer): number {
  if (answer === "too_long") return Infinity;
  return "rows" in answer ? answer.rows : 0;
}
