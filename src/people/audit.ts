import type { OwnDatabase } from "../own-database.ts";
import type { Person } from "./access.ts";
import type { AuditAction } from "./audit-actions.ts";
import { auditEvents } from "./tables.ts";

/** Who did something, and from where. */
export interface Actor {
  /** As the asker of runs; `anonymous`, where nobody is known. */
  actor: string;
  /** For people's eyes. */
  actorName: string;
  /** Null: this server itself. */
  address: string | null;
}

/** A person, as the audit says who did something. */
export function actorOfPerson(person: Pick<Person, "id" | "name" | "email">, address: string | null): Actor {
  return { actor: `person:${person.id}`, actorName: fullName(person), address };
}

/** A person's name and email, as in a mail's header. */
export function fullName({ name, email }: Pick<Person, "name" | "email">): string {
  return `${name} <${email}>`;
}

/** Something that was done. */
export interface AuditEvent extends Actor {
  action: AuditAction;
  clipId?: number | null | undefined;
  /** What is to be known of it: never a secret. */
  details?: Readonly<Record<string, unknown>> | undefined;
}

/** A text of an event has at most so many characters: who sends a megabyte as an e-mail address fills no disk with it. */
const LONGEST_TEXT = 2_000;

/** Writes down what was done. Whatever is in it can be written: what PostgreSQL cannot hold is replaced. */
export async function recordEvent(db: Pick<OwnDatabase, "insert">, event: AuditEvent): Promise<void> {
  await db.insert(auditEvents).values({
    ...event,
    actorName: cleanText(event.actorName),
    details: cleanDetails(event.details ?? {}),
  });
}

function cleanDetails(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const text = JSON.stringify(details, (_, value: unknown) => (typeof value === "string" ? cleanText(value) : value));
  return JSON.parse(text) as Record<string, unknown>;
}

/** A text that PostgreSQL can hold (no NUL, no half of a surrogate pair), and that is not too long. */
function cleanText(text: string): string {
  const cut = text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT)}… (${text.length} characters)`;
  return cut.toWellFormed().replaceAll("\0", "\uFFFD");
}
