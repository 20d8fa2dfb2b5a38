import { setTimeout as sleep } from "node:timers/promises";
import { ROW_TEXT } from "./digest.ts";
import { judgeRow, readSnapshot, type SeenRow, type Snapshot, type Verdict } from "./judge-row.ts";
import type { Pair } from "./pair.ts";
import type { Key, Range, Ranges } from "./ranges.ts";
import { addRow, type RowKey, type TableReport } from "./report.ts";
import type { VerifySession } from "./session.ts";
import type { Table } from "./tables.ts";

/** Rounds of looks at rows that are not the same; a difference must be seen in two that follow each other. */
const ROUNDS = 7;
const FIRST_PAUSE_MS = 10;

/**
 * Compares a range row by row, and counts in the report what is missing, extra, changed, or unsettled. Rows that are
 * not the same are looked at again, by their keys, until each is the same or certain to differ, or keeps changing.
 */
export async function compareRows(
  pair: Pair,
  table: Table,
  ranges: Ranges,
  range: Range,
  report: TableReport,
): Promise<void> {
  let { sql, values }: { sql: string; values: unknown[] } = ranges.condition(range);
  let source = `ONLY ${table.sql} AS t WHERE ${sql}`;
  let open = new Map<string, Verdict>();
  for (let round = 0; round < ROUNDS; round++) {
    const seen = await look(pair, table, source, values);
    const next = new Map<string, Verdict>();
    for (const id of round === 0 ? seen.ids() : open.keys()) {
      const verdict = judgeRow(seen.of(id), pair.hasParted);
      if (verdict === "same") continue;
      if (verdict !== "unsettled" && verdict === open.get(id)) addRow(report[verdict], toRowKey(table, id));
      else next.set(id, verdict);
    }
    open = next;
    if (open.size === 0) return;
    ({ source, values } = byKeys(table, [...open.keys()].map(toKey)));
    await sleep(FIRST_PAUSE_MS * 2 ** round, undefined, { signal: pair.signal });
  }
  for (const id of open.keys()) addRow(report.unsettled, toRowKey(table, id));
}

/** A round: primary, follower, primary. */
async function look(pair: Pair, table: Table, source: string, values: readonly unknown[]) {
  const snapshotBefore = await currentSnapshot(pair.primary);
  const before = await readRows(pair.primary, table, source, values);
  await pair.catchUp();
  const follower = await readRows(pair.follower, table, source, values);
  const snapshotAfter = await currentSnapshot(pair.primary);
  const after = await readRows(pair.primary, table, source, values);
  return {
    ids: () => new Set([...before.keys(), ...follower.keys(), ...after.keys()]),
    of: (id: string) => ({
      snapshotBefore,
      before: before.get(id),
      follower: follower.get(id),
      snapshotAfter,
      after: after.get(id),
    }),
  };
}

async function currentSnapshot(primary: VerifySession): Promise<Snapshot> {
  const [row] = await primary.query("SELECT pg_current_snapshot()");
  return readSnapshot(row?.[0] ?? "");
}

async function readRows(
  session: VerifySession,
  { key }: Table,
  source: string,
  values: readonly unknown[],
): Promise<Map<string, SeenRow>> {
  const columns = key.map(({ sql }) => `t.${sql}`).join(", ");
  const rows = await session.query(`SELECT t.xmin, t.xmax, md5(${ROW_TEXT}), ${columns} FROM ${source}`, values);
  return new Map(
    rows.map(([xmin, xmax, hash, ...rowKey]) => [
      JSON.stringify(rowKey),
      { xmin: xmin ?? "", xmax: xmax ?? "", hash: hash ?? "" },
    ]),
  );
}

/** The rows of some keys, as SQL from FROM on. */
function byKeys({ sql, key, comparedBy }: Table, keys: readonly Key[]): { source: string; values: unknown[] } {
  const values = key.map((_, index) => keys.map((value) => value[index]));
  if (comparedBy === "position") return { source: `ONLY ${sql} AS t WHERE t.ctid = ANY ($1::tid[])`, values };
  const parameters = key.map((_, index) => `$${index + 1}::text[]`).join(", ");
  const names = key.map((_, index) => `k${index}`);
  const joined = key
    .map((column, index) => `t.${column.sql} OPERATOR(${column.operators}.=) wanted.k${index}::${column.type}`)
    .join(" AND ");
  return { source: `unnest(${parameters}) AS wanted (${names.join(", ")}) JOIN ONLY ${sql} AS t ON ${joined}`, values };
}

function toKey(id: string): Key {
  return JSON.parse(id) as string[];
}

/** A row's key as the report shows it. */
export function toRowKey(table: Table, id: string | Key): RowKey {
  const key = typeof id === "string" ? toKey(id) : id;
  return Object.fromEntries(table.key.map(({ name }, index) => [name, key[index] ?? ""]));
}
