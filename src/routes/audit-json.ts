import type { ListedEvent } from "../people/list-events.ts";

/** An event as the API and the export show it. */
export function eventJson({ clip, ...event }: ListedEvent): Record<string, unknown> {
  return {
    id: event.id,
    at: event.at.toISOString(),
    action: event.action,
    actor: event.actor,
    actor_name: event.actorName,
    address: event.address,
    clip: clip && { slug: clip.slug, title: clip.title, deleted: clip.deletedAt !== null },
    details: event.details,
    sql: event.sql,
  };
}
