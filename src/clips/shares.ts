import { and, desc, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { AppError, rootCause } from "../errors.ts";
import type { OwnDatabase } from "../own-database.ts";
import { hashToken } from "../people/tokens.ts";
import type { ParameterValues } from "../runs/parameters.ts";
import { clips, results, shares, UUID } from "../tables.ts";
import { type Clip, getClipById } from "./clips.ts";
import { createSlug } from "./slug.ts";

/** A share as its clip lists it; the secret is not kept. */
export interface Share {
  id: string;
  createdAt: Date;
  /** The number of the result that it is pinned to; null: it shows the current one. */
  result: number | null;
}

/** The result that a share is pinned to: it shows this one and no other, as it was, for ever. */
export interface PinnedResult {
  number: number;
  parameters: ParameterValues;
}

/** PostgreSQL's foreign_key_violation: a result was removed while a share was being pinned to it. */
const NO_SUCH_ROW = "23503";

/**
 * Makes a link to a clip; its secret is returned this once.
 * @param result the number of a result to pin it to, which from then on is kept; null: it shows the current result
 * @throws AppError not_found for a result that is not there
 */
export async function createShare(
  db: OwnDatabase,
  clip: Clip,
  result: number | null = null,
): Promise<{ id: string; secret: string }> {
  const secret = createSlug();
  const pinned = result === null ? null : await findResultId(db, clip.id, result);
  try {
    const [share] = await db
      .insert(shares)
      .values({ clipId: clip.id, secretHash: hashToken(secret), pinnedResultId: pinned })
      .returning({ id: shares.id });
    return { id: share!.id, secret };
  } catch (error) {
    if (result !== null && (rootCause(error) as { code?: string }).code === NO_SUCH_ROW) throw noSuchResult(result);
    throw error;
  }
}

async function findResultId(db: OwnDatabase, clipId: number, number: number): Promise<number> {
  const [found] = await db
    .select({ id: results.id })
    .from(results)
    .where(and(eq(results.clipId, clipId), eq(results.number, number), isNotNull(results.sealedAt)));
  if (found === undefined) throw noSuchResult(number);
  return found.id;
}

function noSuchResult(number: number): AppError {
  return new AppError("not_found", `This clip has no result ${number}.`, {
    hint: "It may have been removed since, by the rule for how long results are kept.",
  });
}

/** The shares of a clip that still work, the newest first. */
export async function listShares(db: OwnDatabase, clipId: number): Promise<Share[]> {
  return db
    .select({ id: shares.id, createdAt: shares.createdAt, result: results.number })
    .from(shares)
    .leftJoin(results, eq(results.id, shares.pinnedResultId))
    .where(and(eq(shares.clipId, clipId), isNull(shares.revokedAt)))
    .orderBy(desc(shares.createdAt));
}

/**
 * The clip that a share's secret opens, which share that is, and the result that it is pinned to. A revoked share, one of a deleted clip and one that never was are the same.
 * @throws AppError not_found
 */
export async function getSharedClip(
  db: OwnDatabase,
  secret: string | null,
): Promise<{ clip: Clip; shareId: string; pinned: PinnedResult | null }> {
  const [found] =
    secret === null
      ? []
      : await db
          .select({
            clipId: shares.clipId,
            shareId: shares.id,
            pinned: { number: results.number, parameters: results.parameters },
          })
          .from(shares)
          .innerJoin(clips, eq(clips.id, shares.clipId))
          .leftJoin(results, eq(results.id, shares.pinnedResultId))
          .where(and(eq(shares.secretHash, hashToken(secret)), isNull(shares.revokedAt), isNull(clips.deletedAt)));
  if (found === undefined) {
    throw new AppError("not_found", "This link does not work.", {
      hint: "It may be incomplete, or its owner has withdrawn it. Ask them for a new one.",
    });
  }
  const { clipId, shareId, pinned } = found;
  return { clip: await getClipById(db, clipId), shareId, pinned };
}

/**
 * Makes a share stop working, at once. The result that it is pinned to is kept for it no longer.
 * @param clipId the clip that it has to be of; any without it
 * @throws AppError not_found
 */
export async function revokeShare(db: OwnDatabase, id: string, clipId?: number): Promise<void> {
  const ofClip = clipId === undefined ? undefined : eq(shares.clipId, clipId);
  const revoked = UUID.test(id)
    ? await db
        .update(shares)
        .set({ revokedAt: sql`now()`, pinnedResultId: null })
        .where(and(eq(shares.id, id), isNull(shares.revokedAt), ofClip))
        .returning({ id: shares.id })
    : [];
  if (revoked.length === 0) throw new AppError("not_found", "There is no such share, or it is revoked already.");
}
