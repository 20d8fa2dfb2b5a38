import type { VerifySession } from "./session.ts";
import type { Table } from "./tables.ts";

/** The values of a key's columns as PostgreSQL writes them. */
export type Key = readonly string[];

/** The rows of a table above `lower`, up to and with `upper`; null is an open end. */
export interface Range {
  lower: Key | null;
  upper: Key | null;
}

/** More rows than this do not fit into a block of any size: 28 bytes are the least that a row takes. */
const BLOCK_BYTES_PER_ROW = 28;
/** Above every row of its block. */
const LAST_OFFSET = 65_535;

/** How a table is cut into ranges: by its primary key, or by blocks. */
export interface Ranges {
  /** The condition of a range as SQL, on a table named `t`, and its values. */
  condition(range: Range): { sql: string; values: string[] };
  /** The upper end of the range's first so many rows on a server; the range's own when it has no more. */
  boundary(session: VerifySession, range: Range, rows: number): Promise<Key | null>;
  /** Cuts a range of so many rows in halves; null when it cannot be cut. */
  middle(session: VerifySession, range: Range, rows: number): Promise<Key | null>;
}

/** @param versionNumber the older server's, as server_version_num: before 14 there are no scans of a range of positions */
export function createRanges(table: Table, versionNumber: number): Ranges {
  return table.comparedBy === "primary key" ? keyRanges(table) : blockRanges(table, versionNumber);
}

function keyRanges({ sql, key }: Table): Ranges {
  const columns = key.map((column) => `t.${column.sql}`).join(", ");
  const left = key.length === 1 ? columns : `(${columns})`;
  const condition: Ranges["condition"] = ({ lower, upper }) => {
    const values: string[] = [];
    const compare = (operator: string, bound: Key | null): string[] => {
      if (bound === null) return [];
      const parameters = bound.map((value, index) => `$${values.push(value)}::${key[index]?.type}`).join(", ");
      const qualified = `OPERATOR(${key[0]?.operators}.${operator})`;
      return [`${left} ${qualified} ${key.length === 1 ? parameters : `(${parameters})`}`];
    };
    const parts = [...compare(">", lower), ...compare("<=", upper)];
    return { sql: parts.length === 0 ? "true" : parts.join(" AND "), values };
  };
  const boundary: Ranges["boundary"] = async (session, range, rows) => {
    const { sql: where, values } = condition(range);
    const [row] = await session.query(
      `SELECT ${columns} FROM ONLY ${sql} AS t WHERE ${where} ORDER BY ${columns} OFFSET ${rows - 1} LIMIT 1`,
      values,
    );
    return row === undefined ? range.upper : (row as Key);
  };
  return {
    condition,
    boundary,
    async middle(session, range, rows) {
      if (rows < 2) return null;
      const middle = await boundary(session, range, Math.floor(rows / 2));
      return middle === null || isSame(middle, range.upper) ? null : middle;
    },
  };
}

function blockRanges({ oid, rowsPerBlock }: Table, versionNumber: number): Ranges {
  const above = (blocks: number): Key => [`(${blocks - 1},${LAST_OFFSET})`];
  /** How many blocks lie below a key. */
  const blocksBelow = (key: Key): number => Number(/\d+/.exec(key[0] ?? "")?.[0]) + 1;
  const blocksOf = async (session: VerifySession): Promise<number> => {
    const [row] = await session.query(
      "SELECT pg_relation_size($1::oid::regclass) / current_setting('block_size')::int8",
      [oid],
    );
    return Number(row?.[0] ?? 0);
  };
  return {
    condition({ lower, upper }) {
      const values = [...(lower ?? []), ...(upper ?? [])];
      if (versionNumber < 140_000 && upper !== null) {
        const first = lower === null ? 0 : blocksBelow(lower);
        const positions = `SELECT format('(%s,%s)', b, i)::tid
            FROM generate_series($1::int8, $2::int8) AS b,
                 generate_series(1, current_setting('block_size')::int / ${BLOCK_BYTES_PER_ROW}) AS i`;
        return { sql: `t.ctid = ANY (ARRAY(${positions}))`, values: [String(first), String(blocksBelow(upper) - 1)] };
      }
      const parts = [
        ...(lower === null ? [] : ["t.ctid > $1::tid"]),
        ...(upper === null ? [] : [`t.ctid <= $${values.length}::tid`]),
      ];
      return { sql: parts.length === 0 ? "true" : parts.join(" AND "), values };
    },
    async boundary(session, { lower, upper }, rows) {
      const below = lower === null ? 0 : blocksBelow(lower);
      const next = below + Math.max(1, Math.round(rows / rowsPerBlock));
      const end = upper === null ? await blocksOf(session) : blocksBelow(upper);
      return next >= end ? upper : above(next);
    },
    async middle(session, { lower, upper }) {
      const first = lower === null ? 0 : blocksBelow(lower);
      const end = upper === null ? await blocksOf(session) : blocksBelow(upper);
      return end - first < 2 ? null : above(Math.floor((first + end) / 2));
    },
  };
}

function isSame(a: Key, b: Key | null): boolean {
  return b !== null && a.every((value, index) => value === b[index]);
}
