import { and, eq, gt, isNull, not, or, type SQL, sql } from "drizzle-orm";
import { AppError } from "../errors.ts";
import type { OwnDatabase } from "../own-database.ts";
import { hashToken } from "../people/tokens.ts";
import type { ParameterValues } from "../runs/parameters.ts";
import { clips, results, shares, UUID } from "../tables.ts";
import { type Clip, getClipById } from "./clips.ts";
import { RULE_COLUMNS, type ShareRules } from "./share-rules.ts";

/** The result that a share is pinned to: it shows this one and no other, as it was, for ever. */
export interface PinnedResult {
  number: number;
  parameters: ParameterValues;
}

/** What a share's secret, or a signature, opens, if its rules let one in. */
export interface SharedClip {
  clip: Clip;
  id: string;
  secretHash: string;
  passwordHash: string | null;
  pinned: PinnedResult | null;
  rules: ShareRules;
  /** When it expires, by this process's `performance.now()`; by the database's clock, which all servers share. */
  expiresMs: number;
}

/** The queries of every request, built once for each database. */
const queries = new WeakMap<OwnDatabase, { bySecret: FindShare; bySignature: FindShare }>();

type FindShare = ReturnType<typeof prepareFind>;

/**
 * The clip that a share's secret opens, and the share's rules. It is looked up by the secret's hash, so that no time
 * tells how much of a guess is right; a share that is revoked or expired, one of a deleted clip, one that opens only with
 * a signature and one that never was are the same, by one and the same query.
 * @throws AppError not_found
 */
export async function getSharedClip(db: OwnDatabase, secret: string | null): Promise<SharedClip> {
  const found = secret === null ? null : await findShared(db, queriesOf(db).bySecret, hashToken(secret));
  if (found === null) throw noSuchLink();
  return found;
}

/** A share that opens with what an application has signed; null if it does not work, or is not such a one. */
export async function findSignedShare(db: OwnDatabase, id: string): Promise<SharedClip | null> {
  return UUID.test(id) ? findShared(db, queriesOf(db).bySignature, id) : null;
}

/** What is said of every link that does not work, whatever the reason. */
export function noSuchLink(): AppError {
  return new AppError("not_found", "This link does not work.", {
    hint: "It may be incomplete, or its owner has withdrawn it. Ask them for a new one.",
  });
}

async function findShared(db: OwnDatabase, find: FindShare, key: string): Promise<SharedClip | null> {
  const askedMs = performance.now();
  const [found] = await find.execute({ key });
  if (found === undefined) return null;
  const { clipId, id, secretHash, passwordHash, pinned, leftMs, ...rules } = found;
  return {
    clip: await getClipById(db, clipId),
    id,
    secretHash,
    passwordHash,
    pinned,
    rules,
    expiresMs: leftMs === null ? Infinity : askedMs + leftMs,
  };
}

function queriesOf(db: OwnDatabase): { bySecret: FindShare; bySignature: FindShare } {
  let found = queries.get(db);
  if (found === undefined) {
    const key = sql.placeholder("key");
    found = {
      bySecret: prepareFind(db, and(eq(shares.secretHash, key), not(shares.signed))),
      bySignature: prepareFind(db, and(eq(shares.id, key), shares.signed)),
    };
    queries.set(db, found);
  }
  return found;
}

/** Without a name PostgreSQL keeps nothing of it, so that it works through a pooler too. */
function prepareFind(db: OwnDatabase, which: SQL | undefined) {
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
        which,
        isNull(shares.revokedAt),
        or(isNull(shares.expiresAt), gt(shares.expiresAt, sql`now()`)),
        isNull(clips.deletedAt),
      ),
    )
    .prepare("");
}
