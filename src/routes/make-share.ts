import type { Context } from "hono";
import type { z } from "zod";
import { type Clip, getClip } from "../clips/clips.ts";
import { changeShare, createShare, getShare, rotateShare, type Share } from "../clips/shares.ts";
import type { Deps } from "../deps.ts";
import { baseUrl } from "./clip-json.ts";
import type { Env } from "./env.ts";
import { shareChanges, type ShareChangeFields, type ShareFields } from "./share-fields.ts";

/** Makes a share of checked fields; its address is said this once. @throws AppError as shareChanges and createShare do */
export async function makeShare(
  c: Context<Env>,
  deps: Deps,
  clip: Clip,
  { result = null, ...fields }: z.infer<typeof ShareFields>,
): Promise<{ id: string; url: string }> {
  const before = { lockedParameters: {}, openParameters: null };
  const changes = await shareChanges(fields, { sql: clip.sql, before, pinned: result !== null });
  // Its number is said with its first row: whoever shares it by that waits until it is stored.
  if (result !== null) await deps.runs.whenStored(clip.id, result);
  const { id, secret } = await createShare(deps.db, clip, { ...changes, result, createdBy: c.var.asker });
  return { id, url: shareUrl(c, deps, secret) };
}

/** Changes a share's rules by checked fields. @throws AppError not_found, and as shareChanges does */
export async function editShare({ db }: Deps, id: string, fields: z.infer<typeof ShareChangeFields>): Promise<Share> {
  const before = await getShare(db, id);
  const { sql } = await getClip(db, before.clip.slug, before.clip.deletedAt !== null);
  return changeShare(db, id, await shareChanges(fields, { sql, before, pinned: before.result !== null }));
}

/** Gives a share another address, which is said this once. @throws AppError not_found */
export async function newShareUrl(c: Context<Env>, deps: Deps, id: string): Promise<string> {
  const { secret } = await rotateShare(deps.db, id);
  return shareUrl(c, deps, secret);
}

function shareUrl(c: Context<Env>, deps: Deps, secret: string): string {
  return `${baseUrl(c, deps)}/shares/${secret}`;
}
