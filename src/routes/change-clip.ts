import type { Context } from "hono";
import {
  type Clip,
  type ClipChanges,
  type ClipDraft,
  createClip,
  deleteClip,
  editClip,
  undeleteClip,
} from "../clips/clips.ts";
import { revokeShare } from "../clips/shares.ts";
import type { Deps } from "../deps.ts";
import { dematerializeClip, followEdit } from "../materialized/materialize.ts";
import { checkMaterializedChange } from "./check-materialized-change.ts";
import { describeClip, describeEdit } from "./describe-edit.ts";
import type { Env } from "./env.ts";
import { record, recordChange } from "./record.ts";
import { requireAccess } from "./require-access.ts";

/** What people do to clips, from the pages and from the API: done and recorded. What they send is checked before. */

/** Creates a clip. @param forkedFrom the clip that it is a copy of */
export async function addClip(c: Context<Env>, deps: Deps, draft: ClipDraft, forkedFrom?: Clip): Promise<Clip> {
  const { clip } = await recordChange(c, deps, "clip.create", async (db) => {
    const created = await createClip(db, draft, c.var.asker);
    return {
      clip: created,
      details: { ...describeClip(created), ...(forkedFrom && { forked_from: forkedFrom.slug }) },
    };
  });
  return clip;
}

/** Changes a clip, and what is materialized of it. @throws AppError as editClip does */
export async function changeClip(c: Context<Env>, deps: Deps, clip: Clip, changes: ClipChanges): Promise<Clip> {
  const { edited } = await recordChange(c, deps, "clip.edit", async (db) => {
    const after = await editClip(db, clip, { ...changes, createdBy: c.var.asker });
    const { restoredFrom } = changes;
    const details = {
      ...describeEdit(clip, after),
      ...(restoredFrom !== undefined && { restored_from: restoredFrom }),
    };
    return { edited: after, clip, details };
  });
  await followEdit(deps, edited);
  return edited;
}

/** Deletes a clip, so that it can be restored, and what is materialized of it. */
export async function removeClip(c: Context<Env>, deps: Deps, clip: Clip): Promise<void> {
  await checkMaterializedChange(deps.db, requireAccess(c), clip);
  if (await dematerializeClip(deps, clip)) await record(c, deps, "materialized.remove", { clip });
  await recordChange(c, deps, "clip.delete", async (db) => {
    await deleteClip(db, clip);
    return { clip };
  });
}

/** Restores a deleted clip. */
export async function restoreClip(c: Context<Env>, deps: Deps, deleted: Clip): Promise<Clip> {
  const { clip } = await recordChange(c, deps, "clip.undelete", async (db) => ({
    clip: await undeleteClip(db, deleted),
  }));
  return clip;
}

/** Revokes a share of a clip. @throws AppError not_found */
export async function endShare(c: Context<Env>, deps: Deps, clip: Pick<Clip, "id">, share: string): Promise<void> {
  await recordChange(c, deps, "share.revoke", async (db) => {
    await revokeShare(db, share, clip.id);
    return { clip, details: { share } };
  });
}
