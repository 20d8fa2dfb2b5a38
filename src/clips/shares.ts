import { and, desc, eq, isNull, sql } from "drizzle-orm";
import { AppError } from "../errors.ts";
import type { OwnDatabase } from "../own-database.ts";
import { hashToken } from "../people/tokens.ts";
import { clips, shares, UUID } from "../tables.ts";
import { type Clip, getClipById } from "./clips.ts";
import { createSlug } from "./slug.ts";

/** A share as its clip lists it; the secret is not kept. */
export interface Share {
  id: string;
  createdAt: Date;
}

/** Makes a link to a clip; its secret is returned this once. */
export async function createShare(db: OwnDatabase, clip: Clip): Promise<{ id: string; secret: string }> {
  const secret = createSlug();
  const [share] = await db
    .insert(shares)
    .values({ clipId: clip.id, secretHash: hashToken(secret) })
    .returning({ id: shares.id });
  return { id: share!.id, secret };
}

/** The shares of a clip that still work, the newest first. */
export async function listShares(db: OwnDatabase, clipId: number): Promise<Share[]> {
  return db
    .select({ id: shares.id, createdAt: shares.createdAt })
    .from(shares)
    .where(and(eq(shares.clipId, clipId), isNull(shares.revokedAt)))
    .orderBy(desc(shares.createdAt));
}

/**
 * The clip that a share's secret opens, and which share that is. A revoked share, one of a deleted clip and one that never was are the same.
 * @throws AppError not_found
 */
export async function getSharedClip(db: OwnDatabase, secret: string | null): Promise<{ clip: Clip; shareId: string }> {
  const [found] =
    secret === null
      ? []
      : await db
          .select({ clipId: shares.clipId, shareId: shares.id })
          .from(shares)
          .innerJoin(clips, eq(clips.id, shares.clipId))
          .where(and(eq(shares.secretHash, hashToken(secret)), isNull(shares.revokedAt), isNull(clips.deletedAt)));
  if (found === undefined) {
    throw new AppError("not_found", "This link does not work.", {
      hint: "It may be incomplete, or its owner has withdrawn it. Ask them for a new one.",
    });
  }
  return { clip: await getClipById(db, found.clipId), shareId: found.shareId };
}

/**
 * Makes a share stop working, at once.
 * @param clipId the clip that it has to be of; any without it
 * @throws AppError not_found
 */
export async function revokeShare(db: OwnDatabase, id: string, clipId?: number): Promise<void> {
  const ofClip = clipId === undefined ? undefined : eq(shares.clipId, clipId);
  const revoked = UUID.test(id)
    ? await db
        .update(shares)
        .set({ revokedAt: sql`now()` })
        .where(and(eq(shares.id, id), isNull(shares.revokedAt), ofClip))
        .returning({ id: shares.id })
    : [];
  if (revoked.length === 0) throw new AppError("not_found", "There is no such share, or it is revoked already.");
}
