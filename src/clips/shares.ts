import { and, count, desc, eq, inArray, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import { AppError, rootCause } from "../errors.ts";
import type { OwnDatabase } from "../own-database.ts";
import { hashToken } from "../people/tokens.ts";
import { clips, results, shares, shareUses, UUID } from "../tables.ts";
import type { Clip } from "./clips.ts";
import { RULE_COLUMNS, type ShareRules } from "./share-rules.ts";
import { createSlug } from "./slug.ts";
import { type VisibleTo, whereVisible } from "./visible-clips.ts";

/** A share as it is listed; the secret is not kept. */
export interface Share extends ShareRules {
  id: string;
  clip: { id: number; slug: string; title: string; teamId: number; database: string; deletedAt: Date | null };
  createdAt: Date;
  /** Who made it: see the table. */
  createdBy: string;
  /** The number of the result that it is pinned to; null: it shows the current one. */
  result: number | null;
  hasPassword: boolean;
  /** Whether it opens only with what an application has signed: see signed-embeds.ts. Settled when it is made. */
  signed: boolean;
  expired: boolean;
  /** Requests that were let through, as far as they are written down: see share-uses.ts. */
  uses: number;
  lastUsedAt: Date | null;
  lastAddress: string | null;
}

/** What a change of a share says; what is not there stays, or is as in a share without rules. */
export type ShareChanges = { [Rule in keyof ShareRules]?: ShareRules[Rule] | undefined } & {
  /** As {@link hashPassword} makes it; null: none. */
  passwordHash?: string | null | undefined;
};

/** What a new share is. */
export interface ShareDraft extends ShareChanges {
  /** The number of a result to pin it to, which from then on is kept; null: it shows the current result. */
  result?: number | null | undefined;
  signed?: boolean | undefined;
  createdBy: string;
  /** Those of whose results it may be; null: all. */
  databases?: readonly string[] | null | undefined;
}

const COLUMNS = {
  ...RULE_COLUMNS,
  id: shares.id,
  clip: {
    id: clips.id,
    slug: clips.slug,
    title: clips.title,
    teamId: clips.teamId,
    database: clips.database,
    deletedAt: clips.deletedAt,
  },
  createdAt: shares.createdAt,
  createdBy: shares.createdBy,
  result: results.number,
  signed: shares.signed,
  hasPassword: sql<boolean>`${shares.passwordHash} IS NOT NULL`,
  expired: sql<boolean>`coalesce(${shares.expiresAt} <= now(), false)`,
  uses: sql<number>`coalesce(${shareUses.uses}, 0)::float8`,
  lastUsedAt: shareUses.lastUsedAt,
  lastAddress: shareUses.lastAddress,
};

/** PostgreSQL's foreign_key_violation: a result was removed while a share was being pinned to it. */
const NO_SUCH_ROW = "23503";

/**
 * Makes a link to a clip; its secret is returned this once.
 * @throws AppError not_found for a result that is not there
 */
export async function createShare(
  db: OwnDatabase,
  clip: Clip,
  { result = null, databases = null, ...draft }: ShareDraft,
): Promise<{ id: string; secret: string }> {
  const secret = createSlug();
  const pinned = result === null ? null : await findResultId(db, clip.id, result, databases);
  try {
    const [share] = await db
      .insert(shares)
      .values({ ...draft, clipId: clip.id, secretHash: hashToken(secret), pinnedResultId: pinned })
      .returning({ id: shares.id });
    return { id: share!.id, secret };
  } catch (error) {
    if (result !== null && (rootCause(error) as { code?: string }).code === NO_SUCH_ROW) throw noSuchResult(result);
    throw error;
  }
}

/** The shares of a clip that are not revoked, the newest first. */
export async function listShares(db: OwnDatabase, clipId: number): Promise<Share[]> {
  return selectShares(db, eq(shares.clipId, clipId));
}

/** A page of all shares of clips that somebody may see, not revoked, the newest first. Those of deleted clips come back with them. */
export async function listAllShares(
  db: OwnDatabase,
  { page, pageSize, visibleTo }: { page: number; pageSize: number; visibleTo: VisibleTo },
): Promise<{ shares: Share[]; total: number }> {
  const visible = whereVisible(visibleTo);
  const [found, [counted]] = await Promise.all([
    selectShares(db, visible)
      .limit(pageSize)
      .offset((page - 1) * pageSize),
    db
      .select({ total: count() })
      .from(shares)
      .innerJoin(clips, eq(clips.id, shares.clipId))
      .where(and(isNull(shares.revokedAt), visible)),
  ]);
  return { shares: found, total: counted!.total };
}

/** A share that is not revoked. @throws AppError not_found */
export async function getShare(db: OwnDatabase, id: string): Promise<Share> {
  const [share] = UUID.test(id) ? await selectShares(db, eq(shares.id, id)) : [];
  if (share === undefined) throw noSuchShare();
  return share;
}

/** Changes a share's rules, at once on all servers. @throws AppError not_found */
export async function changeShare(db: OwnDatabase, id: string, changes: ShareChanges): Promise<Share> {
  // Drizzle leaves out what is undefined, and refuses an update of nothing.
  if (Object.values(changes).some((value) => value !== undefined)) await updateShare(db, id, changes);
  return getShare(db, id);
}

/** Gives a share another secret: the address that it had stops working, at once on all servers. @throws AppError not_found */
export async function rotateShare(db: OwnDatabase, id: string): Promise<{ id: string; secret: string }> {
  const secret = createSlug();
  await updateShare(db, id, { secretHash: hashToken(secret) });
  return { id, secret };
}

/**
 * Makes a share stop working, at once. The result that it is pinned to is kept for it no longer.
 * @param clipId the clip that it has to be of; any without it
 * @throws AppError not_found
 */
export async function revokeShare(db: OwnDatabase, id: string, clipId?: number): Promise<void> {
  const ofClip = clipId === undefined ? undefined : eq(shares.clipId, clipId);
  await updateShare(db, id, { revokedAt: sql`now()`, pinnedResultId: null }, ofClip);
}

async function updateShare(
  db: OwnDatabase,
  id: string,
  values: Parameters<ReturnType<typeof db.update<typeof shares>>["set"]>[0],
  where?: SQL,
): Promise<void> {
  const updated = UUID.test(id)
    ? await db
        .update(shares)
        .set(values)
        .where(and(eq(shares.id, id), isNull(shares.revokedAt), where))
        .returning({ id: shares.id })
    : [];
  if (updated.length === 0) throw noSuchShare();
}

function selectShares(db: OwnDatabase, where: SQL | undefined) {
  return db
    .select(COLUMNS)
    .from(shares)
    .innerJoin(clips, eq(clips.id, shares.clipId))
    .leftJoin(results, eq(results.id, shares.pinnedResultId))
    .leftJoin(shareUses, eq(shareUses.shareId, shares.id))
    .where(and(isNull(shares.revokedAt), where))
    .orderBy(desc(shares.createdAt), desc(shares.id))
    .$dynamic();
}

async function findResultId(
  db: OwnDatabase,
  clipId: number,
  number: number,
  databases: readonly string[] | null,
): Promise<number> {
  const [found] = await db
    .select({ id: results.id })
    .from(results)
    .where(
      and(
        eq(results.clipId, clipId),
        eq(results.number, number),
        isNotNull(results.sealedAt),
        databases === null ? undefined : inArray(results.database, [...databases]),
      ),
    );
  if (found === undefined) throw noSuchResult(number);
  return found.id;
}

/** What is said of a share that is not there, and of one that somebody may not see. */
export function noSuchShare(): AppError {
  return new AppError("not_found", "There is no such share, or it is revoked already.");
}

function noSuchResult(number: number): AppError {
  return new AppError("not_found", `This clip has no result ${number}.`, {
    hint: "It may have been removed since, by the rule for how long results are kept.",
  });
}
