import type { Context } from "hono";
import type { z } from "zod";
import { getSigningKey } from "../clips/signed-embeds.ts";
import { type Clip, getClip } from "../clips/clips.ts";
import { changeShare, createShare, getShare, rotateShare, type Share } from "../clips/shares.ts";
import type { Deps } from "../deps.ts";
import { baseUrl } from "./clip-json.ts";
import { describeShare, describeShareChange } from "./describe-share.ts";
import type { Env } from "./env.ts";
import { recordChange } from "./record.ts";
import { shareChanges, type ShareChangeFields, type ShareFields } from "./share-fields.ts";
import { BY_SECRET } from "./share-ways.ts";

/** What opens a share: its address, which is said once, or the key with which an application signs. */
export type ShareOpener = { url: string; signingKey: null } | { url: null; signingKey: string };

/** Makes a share of checked fields. @throws AppError as shareChanges and createShare do */
export async function makeShare(
  c: Context<Env>,
  deps: Deps,
  clip: Clip,
  { result = null, signed = false, ...fields }: z.infer<typeof ShareFields>,
): Promise<{ id: string } & ShareOpener> {
  const before = { lockedParameters: {}, openParameters: null };
  const changes = await shareChanges(fields, { sql: clip.sql, before, pinned: result !== null });
  // Its number is said with its first row: whoever shares it by that waits until it is stored.
  if (result !== null) await deps.runs.whenStored(clip.id, result);
  const { id, secret } = await recordChange(c, deps, "share.create", async (db) => {
    const created = await createShare(db, clip, {
      ...changes,
      result,
      signed,
      createdBy: c.var.asker,
      databases: c.var.access?.databases,
    });
    return { ...created, clip, details: describeShare(await getShare(db, created.id), clip.maskedParameters) };
  });
  return { id, ...(await openerOf(c, deps, { id, secret, signed })) };
}

/** Changes a share's rules by checked fields. @throws AppError not_found, and as shareChanges does */
export async function editShare(
  c: Context<Env>,
  deps: Deps,
  id: string,
  fields: z.infer<typeof ShareChangeFields>,
): Promise<Share> {
  const { db } = deps;
  const before = await getShare(db, id);
  const clip = await getClip(db, before.clip.slug, before.clip.deletedAt !== null);
  const changes = await shareChanges(fields, { sql: clip.sql, before, pinned: before.result !== null });
  const { share } = await recordChange(c, deps, "share.change", async (tx) => {
    const after = await changeShare(tx, id, changes);
    const details = {
      ...describeShareChange(before, after, clip.maskedParameters),
      ...(changes.passwordHash ? { password: "changed" } : {}),
    };
    return { share: after, clip, details };
  });
  return share;
}

/** Gives a share another address, or another key. @throws AppError not_found */
export async function changeOpener(c: Context<Env>, deps: Deps, id: string): Promise<ShareOpener> {
  const { signed, clip } = await getShare(deps.db, id);
  const { secret } = await recordChange(c, deps, "share.rotate", async (db) => ({
    ...(await rotateShare(db, id)),
    clip,
    details: { share: id },
  }));
  return openerOf(c, deps, { id, secret, signed });
}

/** As the API says it. */
export function openerJson({ url, signingKey }: ShareOpener): Record<string, string> {
  return url === null ? { signing_key: signingKey } : { url };
}

/** The secret of a share that an application signs opens nothing: it is forgotten. */
async function openerOf(
  c: Context<Env>,
  deps: Deps,
  { id, secret, signed }: { id: string; secret: string; signed: boolean },
): Promise<ShareOpener> {
  if (signed) return { url: null, signingKey: await getSigningKey(deps.db, deps.secret, id) };
  return { url: `${baseUrl(c, deps)}${BY_SECRET.pathOf(secret)}`, signingKey: null };
}
