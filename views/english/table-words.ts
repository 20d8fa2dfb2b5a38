import type { RelationFacts } from "../../src/databases/read-schema.ts";

/** Kinds that no rows are counted of. */
const UNCOUNTED: ReadonlySet<RelationFacts["kind"]> = new Set(["view"]);

/** How many rows PostgreSQL believes that a table has: a number, or why there is none. */
export function rowsText(rows: number | null, kind: RelationFacts["kind"]): string {
  if (rows !== null) return rows.toLocaleString("en");
  return UNCOUNTED.has(kind) ? "–" : "not analyzed yet";
}

const UNITS = ["kB", "MB", "GB", "TB", "PB"] as const;

/** A size as PostgreSQL's pg_size_pretty says it, in units of 1024, with three digits; a dash for none. */
export function sizeWords(bytes: number | null): string {
  if (bytes === null) return "–";
  if (bytes < 1024) return `${bytes} bytes`;
  const power = Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length);
  const value = bytes / 1024 ** power;
  return `${value.toLocaleString("en", { maximumSignificantDigits: Math.max(3, String(Math.trunc(value)).length) })} ${UNITS[power - 1]!}`;
}
