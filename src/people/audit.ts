import type { OwnDatabase } from "../own-database.ts";
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

/** Something that was done. */
export interface AuditEvent extends Actor {
  action: AuditAction;
  clipId?: number | null | undefined;
  /** What is to be known of it: never a secret. */
  details?: Readonly<Record<string, unknown>> | undefined;
}

/** Writes down what was done. */
export async function recordEvent(db: OwnDatabase, event: AuditEvent): Promise<void> {
  await db.insert(auditEvents).values(event);
}
