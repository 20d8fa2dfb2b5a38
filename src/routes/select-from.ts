import type { TableFacts } from "../databases/table-facts.ts";

/** SQL for the first rows of a table, in PostgreSQL's own quotes: of all columns, or of those that clips may read. */
export function selectFrom({ quoted, columns }: TableFacts, limit: number): string {
  const readable = columns.filter((column) => column.readable);
  const list = readable.length === columns.length ? "*" : readable.map((column) => column.quoted).join(", ");
  return `SELECT ${list} FROM ${quoted} LIMIT ${limit}`;
}
