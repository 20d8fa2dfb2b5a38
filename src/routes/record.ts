import type { Context } from "hono";
import type { Clip } from "../clips/clips.ts";
import type { Deps } from "../deps.ts";
import type { Access } from "../people/access.ts";
import { type Actor, fullName, recordEvent } from "../people/audit.ts";
import type { AuditAction } from "../people/audit-actions.ts";
import type { OwnDatabase } from "../own-database.ts";
import type { Env } from "./env.ts";

/** What an event in the audit log is about. */
interface Subject {
  clip?: Pick<Clip, "id"> | undefined;
  details?: Readonly<Record<string, unknown>>;
}

/**
 * Changes Dataclips' own database and records the change in the same transaction: both, or neither.
 * @param change does it, and returns what to record, beside what its caller wants of it
 */
export async function recordChange<Done extends Subject>(
  c: Context<Env>,
  { db }: Pick<Deps, "db">,
  action: AuditAction,
  change: (db: OwnDatabase) => Promise<Done>,
): Promise<Done> {
  return db.transaction(async (tx) => {
    const done = await change(tx);
    await recordEvent(tx, { ...actorOf(c), action, clipId: done.clip?.id, details: done.details });
    return done;
  });
}

/**
 * Records what a request has done outside of Dataclips' own tables, before it is answered. What cannot be recorded is in
 * the log, with who did it, and the answer is an error, although it is done.
 */
export async function record(
  c: Context<Env>,
  { db, log }: Pick<Deps, "db" | "log">,
  action: AuditAction,
  { clip, details }: Subject = {},
): Promise<void> {
  try {
    await recordEvent(db, { ...actorOf(c), action, clipId: clip?.id, details });
  } catch (error) {
    log.error("change_not_in_audit", error, { action, actor: c.var.asker, clip: clip?.id });
    throw error;
  }
}

/** Who makes a request, as runs are told: the run writes it down when it ends. */
export function askerOf(c: Context<Env>): {
  asker: string;
  askerName: string;
  address: string;
  databases: readonly string[] | null;
} {
  const { asker, access, address } = c.var;
  return { asker, askerName: nameOf(access), address, databases: access?.databases ?? null };
}

/** Who makes a request, as the audit says it. */
function actorOf(c: Context<Env>): Actor {
  return { actor: c.var.asker, actorName: nameOf(c.var.access), address: c.var.address };
}

function nameOf(access: Access | null): string {
  if (access === null) return "";
  return access.person === null ? "the administrator's token" : fullName(access.person);
}
