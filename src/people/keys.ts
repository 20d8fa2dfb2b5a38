import { and, count, desc, eq, gt, isNull, or, sql } from "drizzle-orm";
import { AppError } from "../errors.ts";
import type { OwnDatabase } from "../own-database.ts";
import { UUID } from "../tables.ts";
import type { Role, Scope } from "./access.ts";
import { apiKeys, people } from "./tables.ts";
import { createToken, hashToken } from "./tokens.ts";

/** By which a key is known as one, by people and by programs that look for secrets in code. */
export const KEY_PREFIX = "dck_";
/** So much of a key is kept to be shown. */
const SHOWN_LENGTH = 10;

/** The most that a key's scope makes of its person, and the least that they have to be to make it. */
export const ROLE_OF_SCOPE: Readonly<Record<Scope, Role>> = { read: "viewer", write: "editor", admin: "administrator" };

/** What a new key is. */
export interface KeyDraft {
  name: string;
  scope: Scope;
  /** The databases that it is for; null: all that the person may use. */
  databases?: readonly string[] | null | undefined;
  /** Null: it works until it is revoked. */
  expiresAt?: Date | null | undefined;
}

/** A key as it is listed; the key itself is not kept. */
export interface Key {
  id: string;
  /** Whose it is. */
  person: { id: string; name: string; email: string };
  name: string;
  /** Its first letters. */
  prefix: string;
  scope: Scope;
  databases: readonly string[] | null;
  createdAt: Date;
  expiresAt: Date | null;
  expired: boolean;
  /** As far as it is written down: see key-uses.ts. */
  lastUsedAt: Date | null;
  lastAddress: string | null;
}

const COLUMNS = {
  id: apiKeys.id,
  person: { id: people.id, name: people.name, email: people.email },
  name: apiKeys.name,
  prefix: apiKeys.prefix,
  scope: apiKeys.scope,
  databases: apiKeys.databases,
  createdAt: apiKeys.createdAt,
  expiresAt: apiKeys.expiresAt,
  expired: sql<boolean>`coalesce(${apiKeys.expiresAt} <= now(), false)`,
  lastUsedAt: apiKeys.lastUsedAt,
  lastAddress: apiKeys.lastAddress,
};

/** Makes a key of a person's; the key itself is returned this once. */
export async function createKey(
  db: OwnDatabase,
  personId: string,
  draft: KeyDraft,
): Promise<{ id: string; key: string }> {
  const key = KEY_PREFIX + createToken();
  const [made] = await db
    .insert(apiKeys)
    .values({ ...draft, personId, keyHash: hashToken(key), prefix: key.slice(0, SHOWN_LENGTH) })
    .returning({ id: apiKeys.id });
  return { id: made!.id, key };
}

/** What a key lets its person do, if it works: looked up by its hash, so that no time tells how much of a guess is right. */
export async function findKey(
  db: OwnDatabase,
  key: string,
): Promise<{ id: string; personId: string; scope: Scope; databases: readonly string[] | null } | null> {
  const [found] = await db
    .select({ id: apiKeys.id, personId: apiKeys.personId, scope: apiKeys.scope, databases: apiKeys.databases })
    .from(apiKeys)
    .where(
      and(
        eq(apiKeys.keyHash, hashToken(key)),
        isNull(apiKeys.revokedAt),
        or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, sql`now()`)),
      ),
    );
  return found ?? null;
}

/**
 * A page of keys that are not revoked, the newest first.
 * @param personId whose; null: everybody's
 */
export async function listKeys(
  db: OwnDatabase,
  personId: string | null,
  { page, pageSize }: { page: number; pageSize: number },
): Promise<{ keys: Key[]; total: number }> {
  const where = and(isNull(apiKeys.revokedAt), personId === null ? undefined : eq(apiKeys.personId, personId));
  const [keys, [counted]] = await Promise.all([
    selectKeys(db)
      .where(where)
      .orderBy(desc(apiKeys.createdAt), desc(apiKeys.id))
      .limit(pageSize)
      .offset((page - 1) * pageSize),
    db.select({ total: count() }).from(apiKeys).where(where),
  ]);
  return { keys, total: counted!.total };
}

/**
 * Makes a key stop working, at once on all servers.
 * @param personId whose it has to be; null: anybody's
 * @returns what it was
 * @throws AppError not_found, for somebody else's too
 */
export async function revokeKey(db: OwnDatabase, id: string, personId: string | null): Promise<Key> {
  const [revoked] = UUID.test(id)
    ? await db
        .update(apiKeys)
        .set({ revokedAt: sql`now()` })
        .where(
          and(
            eq(apiKeys.id, id),
            isNull(apiKeys.revokedAt),
            personId === null ? undefined : eq(apiKeys.personId, personId),
          ),
        )
        .returning({ id: apiKeys.id })
    : [];
  if (revoked === undefined) throw noSuchKey();
  return getKey(db, id);
}

/** A key, whether revoked or not. @throws AppError not_found */
export async function getKey(db: OwnDatabase, id: string): Promise<Key> {
  const [key] = await selectKeys(db).where(eq(apiKeys.id, id));
  if (key === undefined) throw noSuchKey();
  return key;
}

function selectKeys(db: OwnDatabase) {
  return db.select(COLUMNS).from(apiKeys).innerJoin(people, eq(people.id, apiKeys.personId));
}

function noSuchKey(): AppError {
  return new AppError("not_found", "There is no such key, or it is revoked already.");
}
