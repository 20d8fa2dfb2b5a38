import type { Clip } from "../clips/clips.ts";
import { AppError } from "../errors.ts";
import { findRecord } from "../materialized/records.ts";
import type { OwnDatabase } from "../own-database.ts";
import type { Access } from "../people/access.ts";
import { mayDo } from "../people/permissions.ts";

/**
 * Refuses a change of what a materialized clip runs, and its deletion, to who may not materialize: its view is made anew
 * on the primary, or dropped there.
 * @throws AppError forbidden
 */
export async function checkMaterializedChange(db: OwnDatabase, access: Access, clip: Clip): Promise<void> {
  if (mayDo(access, "materialized.manage") || (await findRecord(db, clip.id)) === null) return;
  throw new AppError("forbidden", "This clip is materialized: what it runs, it runs on the primary.", {
    hint: "Fork it and change the copy, or ask an administrator to change it, or to take the materialization away.",
  });
}
