import { and, eq, gt, isNull, or, sql } from "drizzle-orm";
import type { OwnDatabase } from "../own-database.ts";
import type { Scope } from "./access.ts";
import { apiKeys } from "./tables.ts";
import { createToken, hashToken } from "./tokens.ts";

/** By which a key is known as one, by people and by programs that look for secrets in code. */
export const KEY_PREFIX = "dck_";
/** So much of a key is kept to be shown. */
const SHOWN_LENGTH = 10;

/** What a new key is. */
export interface KeyDraft {
  name: string;
  scope: Scope;
  /** The databases that it is for; null: all that the person may use. */
  databases?: readonly string[] | null | undefined;
  expiresAt?: Date | null | undefined;
}

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
