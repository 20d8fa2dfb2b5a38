import type { Context } from "hono";
import type { Clip } from "../clips/clips.ts";
import type { Deps } from "../deps.ts";
import type { Access } from "../people/access.ts";
import { type Actor, fullName, recordEvent } from "../people/audit.ts";
import type { AuditAction } from "../people/audit-actions.ts";
import type { Env } from "./env.ts";

/**
 * Writes down what a request has done, before it is answered. What cannot be written down is in the log, by who did it,
 * and the answer is an error, though it is done.
 */
export async function record(
  c: Context<Env>,
  { db, log }: Pick<Deps, "db" | "log">,
  action: AuditAction,
  { clip, details }: { clip?: Pick<Clip, "id"> | undefined; details?: Readonly<Record<string, unknown>> } = {},
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
