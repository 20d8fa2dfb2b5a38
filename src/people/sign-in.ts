import { and, eq, gt, isNull, sql } from "drizzle-orm";
import type { OwnDatabase } from "../own-database.ts";
import { signInLinks } from "./tables.ts";
import { createToken, hashToken } from "./tokens.ts";

/** How long a sign-in link works, if nobody uses it. */
const LINK_DAYS = 1;

/**
 * Makes the token of a link that signs in one browser, once.
 * @param personId whom it signs in; null: it makes the first administrator, as long as there is nobody
 */
export async function createSignInLink(db: OwnDatabase, personId: string | null): Promise<string> {
  const token = createToken();
  const expiresAt = new Date(Date.now() + LINK_DAYS * 86_400_000);
  await db.insert(signInLinks).values({ tokenHash: hashToken(token), expiresAt, personId });
  return token;
}

/** Looks at a sign-in link without using it up; null if it does not work. */
export async function findSignInLink(db: OwnDatabase, token: string): Promise<{ personId: string | null } | null> {
  const [found] = await db.select({ personId: signInLinks.personId }).from(signInLinks).where(works(token));
  return found ?? null;
}

/** Uses a sign-in link up; null if it does not work. */
export async function takeSignInLink(
  db: Pick<OwnDatabase, "delete">,
  token: string,
): Promise<{ personId: string | null } | null> {
  const [taken] = await db.delete(signInLinks).where(works(token)).returning({ personId: signInLinks.personId });
  return taken ?? null;
}

/**
 * Uses up the link that makes the first administrator, and with it all others that would have; false if it does not
 * work, or is somebody's own.
 */
export async function takeSetUpLink(db: Pick<OwnDatabase, "delete">, token: string): Promise<boolean> {
  const ofNobody = isNull(signInLinks.personId);
  const taken = await db
    .delete(signInLinks)
    .where(and(works(token), ofNobody))
    .returning({ tokenHash: signInLinks.tokenHash });
  if (taken.length === 0) return false;
  await db.delete(signInLinks).where(ofNobody);
  return true;
}

function works(token: string) {
  return and(eq(signInLinks.tokenHash, hashToken(token)), gt(signInLinks.expiresAt, sql`now()`));
}
