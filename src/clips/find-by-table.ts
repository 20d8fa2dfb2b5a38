import { setImmediate } from "node:timers/promises";
import { and, desc, eq, ilike, isNotNull, isNull, or } from "drizzle-orm";
import type { OwnDatabase } from "../own-database.ts";
import { type TableName, tablesRead } from "../runs/tables-read.ts";
import { clips, versions } from "../tables.ts";
import { CURRENT } from "./clips.ts";
import { escapePattern } from "./escape-pattern.ts";
import { type VisibleTo, whereVisible } from "./visible-clips.ts";

/** What a link to a clip takes. */
export interface ClipLink {
  slug: string;
  title: string;
}

/** Queries that are parsed before others get their turn: about 10 ms. */
const PARSED_AT_ONCE = 40;
/** Clips that are read from the database at once, while there may be more. */
const READ_AT_ONCE = 500;
/** So many are enough for a page; the search finds all. */
const MOST_FOUND = 200;

/**
 * The clips that somebody may see, are not deleted, and whose current SQL reads a table, the last changed first. A name
 * without a schema in the SQL counts for a table of that name in every schema: which one it is, only a search path says.
 * @param table its names as PostgreSQL's catalogue has them; without a schema, in any
 * @param most so many at most
 */
export async function findClipsByTable(
  db: OwnDatabase,
  table: TableName & { database: string },
  visibleTo: VisibleTo,
  most = MOST_FOUND,
): Promise<ClipLink[]> {
  const found = await findReaders(db, { ...table, anyCase: false, deleted: false }, visibleTo, most);
  return found.map(({ slug, title }) => ({ slug, title }));
}

/** A table as a search names it: in any database where none is named. */
export interface SearchedTable extends TableName {
  database: string | null;
  /** Whether small and capital letters are the same. */
  anyCase: boolean;
  /** Whether deleted clips are meant, or the others. */
  deleted: boolean;
}

/**
 * The clips whose current SQL reads a table: first by the text, then by the parser, for the name may stand in a
 * comment, in a string, or be a WITH query's.
 */
export async function findReaders(
  db: OwnDatabase,
  table: SearchedTable,
  visibleTo: VisibleTo,
  most = Infinity,
): Promise<(ClipLink & { id: number })[]> {
  // By their ids: one that is changed meanwhile may be read twice.
  const found = new Map<number, ClipLink & { id: number }>();
  for (let offset = 0; ; offset += READ_AT_ONCE) {
    const candidates = await readCandidates(db, table, visibleTo, offset);
    for (const [index, { id, slug, title, sql }] of candidates.entries()) {
      if (index > 0 && index % PARSED_AT_ONCE === 0) await setImmediate();
      if (reads(sql, table)) found.set(id, { id, slug, title });
      if (found.size >= most) return [...found.values()];
    }
    if (candidates.length < READ_AT_ONCE) return [...found.values()];
  }
}

/** Clips that have a table's name somewhere in their SQL. */
async function readCandidates(
  db: OwnDatabase,
  { database, name, deleted }: SearchedTable,
  visibleTo: VisibleTo,
  offset: number,
): Promise<(ClipLink & { id: number; sql: string })[]> {
  const holds = (text: string) => ilike(versions.sql, `%${escapePattern(text)}%`);
  return db
    .select({ id: clips.id, slug: clips.slug, title: clips.title, sql: versions.sql })
    .from(clips)
    .innerJoin(versions, CURRENT)
    .where(
      and(
        deleted ? isNotNull(clips.deletedAt) : isNull(clips.deletedAt),
        database === null ? undefined : eq(clips.database, database),
        whereVisible(visibleTo),
        // A quote is doubled in a quoted name, and U&"…" may write any letter as a number.
        or(holds(name), holds(name.replaceAll('"', '""')), holds('u&"')),
      ),
    )
    .orderBy(desc(clips.updatedAt), desc(clips.id))
    .limit(READ_AT_ONCE)
    .offset(offset);
}

function reads(sql: string, { schema, name, anyCase }: SearchedTable): boolean {
  const fold = (text: string): string => (anyCase ? text.toLowerCase() : text);
  return tablesRead(sql).some(
    (table) =>
      fold(table.name) === fold(name) &&
      (schema === null || table.schema === null || fold(table.schema) === fold(schema)),
  );
}
