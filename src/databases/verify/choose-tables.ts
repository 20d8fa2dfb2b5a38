import { AppError } from "../../errors.ts";
import type { Pair } from "./pair.ts";
import { listTables, type TableEntry } from "./tables.ts";

/** Which tables are compared, which are not, and which only one of the servers has. */
export interface ChosenTables {
  tables: TableEntry[];
  skipped: { table: string; reason: string }[];
  findings: string[];
}

/**
 * Chooses the tables: those of the given names (partitioned tables stand for their partitions), or all.
 * @throws AppError invalid_request for a name that neither server knows
 * @throws ReplayStandsStill
 */
export async function chooseTables(pair: Pair, names: readonly string[]): Promise<ChosenTables> {
  const before = await listTables(pair.primary);
  let onPrimary = byTable(before);
  let first = byTable(await listTables(pair.follower));
  let onFollower = first;
  if (before.length !== first.size || before.some(({ sql, oid }) => first.get(sql)?.oid !== oid)) {
    await pair.catchUp();
    first = byTable(await listTables(pair.follower));
    onPrimary = byTable(await listTables(pair.primary));
    // A table that came and went meanwhile is no difference.
    await pair.catchUp();
    onFollower = byTable(await listTables(pair.follower));
  }

  for (const name of names) {
    if ([...onPrimary.values(), ...onFollower.values()].some((entry) => entry.names.includes(name))) continue;
    throw new AppError("invalid_request", `There is no table ${name}.`, {
      hint: "Write schema.table, in the letters that PostgreSQL shows. Views hold no rows to compare.",
    });
  }
  const isWanted = (entry: TableEntry): boolean =>
    names.length === 0 || names.some((name) => entry.names.includes(name));

  const chosen: ChosenTables = { tables: [], skipped: [], findings: [] };
  for (const entry of before.filter(isWanted)) {
    const now = onPrimary.get(entry.sql);
    if (now?.oid !== entry.oid) continue;
    const other = onFollower.get(entry.sql);
    const reason = entry.reason ?? other?.reason ?? null;
    if (reason !== null) chosen.skipped.push({ table: entry.sql, reason });
    else if (other !== undefined) chosen.tables.push(entry);
    else if (!first.has(entry.sql)) chosen.findings.push(`It has no table ${entry.sql}.`);
  }
  const known = byTable(before);
  for (const [name, entry] of onFollower) {
    const isExtra = isWanted(entry) && first.has(name) && !known.has(name) && !onPrimary.has(name);
    if (isExtra && entry.reason === null) chosen.findings.push(`It has a table ${name}, which the primary has not.`);
  }
  return chosen;
}

function byTable(entries: readonly TableEntry[]): Map<string, TableEntry> {
  return new Map(entries.map((entry) => [entry.sql, entry]));
}
