import type { Context } from "hono";
import type { Clip } from "../clips/clips.ts";
import type { Deps } from "../deps.ts";
import type { Access } from "../people/access.ts";
import { type Actor, recordEvent } from "../people/audit.ts";
import type { AuditAction } from "../people/audit-actions.ts";
import type { Env } from "./env.ts";

/** Writes down what a request has done, before it is answered. */
export async function record(
  c: Context<Env>,
  { db }: Pick<Deps, "db">,
  action: AuditAction,
  { clip, details }: { clip?: Pick<Clip, "id"> | undefined; details?: Readonly<Record<string, unknown>> } = {},
): Promise<void> {
  await recordEvent(db, { ...actorOf(c), action, clipId: clip?.id, details });
}

/** Who makes a request, as the audit says it. */
export function actorOf(c: Context<Env>): Actor {
  return { actor: c.var.asker, actorName: nameOf(c.var.access), address: c.var.address };
}

function nameOf(access: Access | null): string {
  if (access === null) return "";
  return access.person === null ? "the administrator's token" : `${access.person.name} <${access.person.email}>`;
}
