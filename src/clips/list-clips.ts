import { and, arrayContains, count, desc, eq, ilike, inArray, isNotNull, isNull, or, type SQL, sql } from "drizzle-orm";
import type { OwnDatabase } from "../own-database.ts";
import { apiKeys, people, teams } from "../people/tables.ts";
import type { TableName } from "../runs/tables-read.ts";
import { clips, favourites, versions } from "../tables.ts";
import { type Clip, CLIP_COLUMNS, CURRENT, ITS_TEAM } from "./clips.ts";
import { escapePattern } from "./escape-pattern.ts";
import { findReaders } from "./find-by-table.ts";
import type { Search } from "./read-search.ts";
import { type VisibleTo, whereVisible } from "./visible-clips.ts";

/** Orders of a list; what is equal in one is in the order of making, the newest first. */
const ORDERS = {
  changed: desc(clips.updatedAt),
  title: sql`lower(${clips.title})`,
  // One look into the index runs_clip_id_created_at for each clip. Raw names: the query's own columns have theirs.
  run: sql`(SELECT max(r.created_at) FROM runs r WHERE r.clip_id = ${clips.id}) DESC NULLS LAST`,
} as const satisfies Record<string, SQL>;
export type ClipOrder = keyof typeof ORDERS;
export const CLIP_ORDERS = Object.keys(ORDERS) as ClipOrder[];

interface ListOptions {
  search: Search;
  page: number;
  pageSize: number;
  visibleTo: VisibleTo;
  order?: ClipOrder;
  /** Whether the deleted ones are meant. */
  deleted?: boolean;
  /** The person whose favourites alone are meant. */
  favouritesOf?: string | undefined;
}

/** A page of the clips that somebody may see and for which a search is true, the last changed first. */
export async function listClips(
  db: OwnDatabase,
  { search, page, pageSize, visibleTo, order = "changed", deleted = false, favouritesOf }: ListOptions,
): Promise<{ clips: Clip[]; total: number }> {
  const readers = await Promise.all(search.tables.map((table) => whereReads(db, { ...table, deleted }, visibleTo)));
  const where = and(
    deleted ? isNotNull(clips.deletedAt) : isNull(clips.deletedAt),
    whereVisible(visibleTo),
    ...search.words.map(whereHolds),
    ...search.tags.map((tag) => arrayContains(clips.tags, [tag])),
    ...search.databases.map((name) => ilike(clips.database, escapePattern(name))),
    ...search.by.map((name) => whereMadeBy(db, name)),
    ...readers,
    favouritesOf === undefined
      ? undefined
      : inArray(
          clips.id,
          db.select({ id: favourites.clipId }).from(favourites).where(eq(favourites.personId, favouritesOf)),
        ),
  );
  const [found, [counted]] = await Promise.all([
    db
      .select(CLIP_COLUMNS)
      .from(clips)
      .innerJoin(versions, CURRENT)
      .innerJoin(teams, ITS_TEAM)
      .where(where)
      .orderBy(ORDERS[order], desc(clips.id))
      .limit(pageSize)
      .offset((page - 1) * pageSize),
    db.select({ total: count() }).from(clips).innerJoin(versions, CURRENT).where(where),
  ]);
  return { clips: found, total: counted!.total };
}

function whereHolds(word: string): SQL | undefined {
  const pattern = `%${escapePattern(word)}%`;
  return or(
    ilike(clips.title, pattern),
    ilike(clips.description, pattern),
    ilike(versions.sql, pattern),
    ilike(clips.database, pattern),
    sql`EXISTS (SELECT FROM unnest(${clips.tags}) AS tag WHERE tag ILIKE ${pattern})`,
  );
}

async function whereReads(
  db: OwnDatabase,
  table: TableName & { deleted: boolean },
  visibleTo: VisibleTo,
): Promise<SQL> {
  const found = await findReaders(db, { ...table, database: null, anyCase: true }, visibleTo);
  return inArray(
    clips.id,
    found.map(({ id }) => id),
  );
}

/** By the names that a clip's page says; emails are not everybody's to look for. */
function whereMadeBy(db: OwnDatabase, name: string): SQL | undefined {
  const named = ilike(people.name, `%${escapePattern(name)}%`);
  return or(
    inArray(
      clips.createdBy,
      db
        .select({ asker: sql`'person:' || ${people.id}` })
        .from(people)
        .where(named),
    ),
    inArray(
      clips.createdBy,
      db
        .select({ asker: sql`'key:' || ${apiKeys.id}` })
        .from(apiKeys)
        .innerJoin(people, eq(people.id, apiKeys.personId))
        .where(named),
    ),
    eq(clips.createdBy, name.toLowerCase()),
  );
}
