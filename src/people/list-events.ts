import { and, desc, eq, gte, ilike, lt, or, type SQL, sql } from "drizzle-orm";
import type { OwnDatabase } from "../own-database.ts";
import { clips, versions } from "../tables.ts";
import { auditEvents } from "./tables.ts";

/** Which events are wanted; what is null leaves all. */
export interface EventFilter {
  action: string | null;
  /** A part of a name or an e-mail address, or an actor in full, such as `key:<id>`. */
  person: string | null;
  /** A clip's slug. */
  clip: string | null;
  /** Words that all have to be somewhere in it: in its details, its address, its clip's title, its SQL. */
  text: string | null;
  from: Date | null;
  /** Events of that very millisecond too. */
  to: Date | null;
}

/** An event as it is shown. */
export interface ListedEvent {
  id: number;
  at: Date;
  action: string;
  actor: string;
  actorName: string;
  address: string | null;
  /** As it is called now; null where there is none, or it is gone. */
  clip: { slug: string; title: string; deletedAt: Date | null } | null;
  details: Readonly<Record<string, unknown>>;
  /** Of the version that the event is about: versions never change. */
  sql: string | null;
}

/**
 * Events, the newest first.
 * @param before only those with a smaller id: the next page has the last one's. Null: from the newest on
 */
export async function listEvents(
  db: OwnDatabase,
  filter: EventFilter,
  { before, limit }: { before: number | null; limit: number },
): Promise<ListedEvent[]> {
  return db
    .select({
      id: auditEvents.id,
      at: auditEvents.at,
      action: auditEvents.action,
      actor: auditEvents.actor,
      actorName: auditEvents.actorName,
      address: auditEvents.address,
      clip: { slug: clips.slug, title: clips.title, deletedAt: clips.deletedAt },
      details: auditEvents.details,
      sql: versions.sql,
    })
    .from(auditEvents)
    .leftJoin(clips, eq(clips.id, auditEvents.clipId))
    .leftJoin(versions, and(eq(versions.clipId, auditEvents.clipId), eq(versions.number, VERSION)))
    .where(and(before === null ? undefined : lt(auditEvents.id, before), ...conditions(filter)))
    .orderBy(desc(auditEvents.id))
    .limit(limit);
}

/**
 * All of them, a page at a time, in constant memory. What happens meanwhile is not among them.
 * @param pageSize their SQL may have 100,000 bytes each
 */
export async function* readEvents(
  db: OwnDatabase,
  filter: EventFilter,
  pageSize: number,
): AsyncGenerator<readonly ListedEvent[], void, void> {
  let before: number | null = null;
  for (;;) {
    const events: ListedEvent[] = await listEvents(db, filter, { before, limit: pageSize });
    if (events.length > 0) yield events;
    if (events.length < pageSize) return;
    before = events.at(-1)!.id;
  }
}

/** The version that an event is about. An event's details are ours, but a cast that fails would fail the whole page. */
const VERSION = sql<number>`CASE WHEN ${auditEvents.details} ->> 'version' ~ '^[0-9]{1,9}$'
  THEN (${auditEvents.details} ->> 'version')::integer END`;

function conditions({ action, person, clip, text, from, to }: EventFilter): (SQL | undefined)[] {
  return [
    action === null ? undefined : eq(auditEvents.action, action),
    person === null ? undefined : or(eq(auditEvents.actor, person), ilike(auditEvents.actorName, containing(person))),
    clip === null ? undefined : eq(clips.slug, clip),
    from === null ? undefined : gte(auditEvents.at, from),
    to === null ? undefined : lt(auditEvents.at, new Date(to.getTime() + 1)),
    ...(text ?? "")
      .split(/\s+/)
      .filter((word) => word !== "")
      .map((word) => {
        const pattern = containing(word);
        return or(
          sql`${auditEvents.details}::text ILIKE ${pattern}`,
          ilike(auditEvents.action, pattern),
          ilike(auditEvents.actorName, pattern),
          ilike(auditEvents.address, pattern),
          ilike(clips.title, pattern),
          ilike(versions.sql, pattern),
        );
      }),
  ];
}

/** A LIKE pattern of everything that has a text in it, with nothing in the text standing for anything else. */
function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, (special) => `\\${special}`)}%`;
}
