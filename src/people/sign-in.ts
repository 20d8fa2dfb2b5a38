import { and, eq, gt, lt, sql } from "drizzle-orm";
import type { OwnDatabase } from "../own-database.ts";
import { sessions, signInLinks } from "../tables.ts";
import { createToken, hashToken } from "./tokens.ts";

/** How long a sign-in link works, if nobody uses it. */
const LINK_DAYS = 1;
/** How long a browser stays signed in. */
export const SESSION_DAYS = 30;

/** Makes the token of a link that signs in one browser, once. */
export async function createSignInLink(db: OwnDatabase): Promise<string> {
  const token = createToken();
  await db.insert(signInLinks).values({ tokenHash: hashToken(token), expiresAt: inDays(LINK_DAYS) });
  return token;
}

/** Uses a sign-in link up; returns whether it worked. */
export async function takeSignInLink(db: OwnDatabase, token: string): Promise<boolean> {
  const taken = await db
    .delete(signInLinks)
    .where(and(eq(signInLinks.tokenHash, hashToken(token)), gt(signInLinks.expiresAt, sql`now()`)))
    .returning({ tokenHash: signInLinks.tokenHash });
  return taken.length > 0;
}

/** Begins a browser's session; returns the token for its cookie. */
export async function createSession(db: OwnDatabase): Promise<string> {
  const token = createToken();
  await db.delete(sessions).where(lt(sessions.expiresAt, sql`now()`));
  await db.insert(sessions).values({ tokenHash: hashToken(token), expiresAt: inDays(SESSION_DAYS) });
  return token;
}

/** Whether a cookie's token is of a session that still goes on. */
export async function isSession(db: OwnDatabase, token: string): Promise<boolean> {
  const found = await db
    .select({ tokenHash: sessions.tokenHash })
    .from(sessions)
    .where(and(eq(sessions.tokenHash, hashToken(token)), gt(sessions.expiresAt, sql`now()`)));
  return found.length > 0;
}

/** Ends a browser's session. */
export async function endSession(db: OwnDatabase, token: string): Promise<void> {
  await db.delete(sessions).where(eq(sessions.tokenHash, hashToken(token)));
}

function inDays(days: number): Date {
  return new Date(Date.now() + days * 86_400_000);
}
