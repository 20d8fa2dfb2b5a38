import { and, eq, gt, isNull, or, sql } from "drizzle-orm";
import { AppError } from "../errors.ts";
import type { OwnDatabase } from "../own-database.ts";
import { hashToken } from "../people/tokens.ts";
import type { ParameterValues } from "../runs/parameters.ts";
import { clips, results, shares } from "../tables.ts";
import { type Clip, getClipById } from "./clips.ts";
import { RULE_COLUMNS, type ShareRules } from "./share-rules.ts";

/** The result that a share is pinned to: it shows this one and no other, as it was, for ever. */
export interface PinnedResult {
  number: number;
  parameters: ParameterValues;
}

/** What a share's secret opens, if its rules let one in. */
export interface SharedClip {
  clip: Clip;
  id: string;
  secretHash: string;
  passwordHash: string | null;
  pinned: PinnedResult | null;
  rules: ShareRules;
  /** When it expires, in milliseconds of this server's clock: by the database's, which all servers share. */
  expiresAtMs: number;
}

/** The query of every request, built once for each database. */
const findBySecret = new WeakMap<OwnDatabase, ReturnType<typeof prepareFindBySecret>>();

/** Without a name PostgreSQL keeps nothing of it, so that it works through a pooler too. */
function prepareFindBySecret(db: OwnDatabase) {
  return db
    .select({
      ...RULE_COLUMNS,
      clipId: shares.clipId,
      id: shares.id,
      secretHash: shares.secretHash,
      passwordHash: shares.passwordHash,
      pinned: { number: results.number, parameters: results.parameters },
      leftMs: sql<number | null>`(extract(epoch FROM ${shares.expiresAt} - now()) * 1000)::float8`,
    })
    .from(shares)
    .innerJoin(clips, eq(clips.id, shares.clipId))
    .leftJoin(results, eq(results.id, shares.pinnedResultId))
    .where(
      and(
        eq(shares.secretHash, sql.placeholder("secretHash")),
        isNull(shares.revokedAt),
        or(isNull(shares.expiresAt), gt(shares.expiresAt, sql`now()`)),
        isNull(clips.deletedAt),
      ),
    )
    .prepare("");
}

/**
 * The clip that a share's secret opens, and the share's rules. It is looked up by the secret's hash, so that no time
 * tells how much of a guess is right; a share that is revoked or expired, one of a deleted clip and one that never was are
 * the same, by one and the same query.
 * @throws AppError not_found
 */
export async function getSharedClip(db: OwnDatabase, secret: string | null): Promise<SharedClip> {
  let find = findBySecret.get(db);
  if (find === undefined) findBySecret.set(db, (find = prepareFindBySecret(db)));
  const askedAt = Date.now();
  const [found] = secret === null ? [] : await find.execute({ secretHash: hashToken(secret) });
  if (found === undefined) throw noSuchLink();
  const { clipId, id, secretHash, passwordHash, pinned, leftMs, ...rules } = found;
  return {
    clip: await getClipById(db, clipId),
    id,
    secretHash,
    passwordHash,
    pinned,
    rules,
    expiresAtMs: leftMs === null ? Infinity : askedAt + leftMs,
  };
}

function noSuchLink(): AppError {
  return new AppError("not_found", "This link does not work.", {
    hint: "It may be incomplete, or its owner has withdrawn it. Ask them for a new one.",
  });
}
