import { and, desc, eq, gt, ne, sql } from "drizzle-orm";
import type { OwnDatabase } from "../own-database.ts";
import { UUID } from "../tables.ts";
import { sessions, signInLinks, verifications } from "./tables.ts";

/** So much of what a browser says of itself is kept. */
const USER_AGENT_LENGTH = 300;
/** How long after a sign-in by link a password may be chosen without the one before. */
const NEW_PASSWORD_MS = 3_600_000;

/** A browser that is signed in. */
export interface Session {
  id: string;
  /** Where it signed in from; null: not known. */
  address: string | null;
  userAgent: string | null;
  createdAt: Date;
  /** To a day. */
  usedAt: Date;
}

/** Writes down where a session was begun, and gives its id and whose it is. */
export async function noteOrigin(
  db: OwnDatabase,
  token: string,
  { address, userAgent }: { address: string; userAgent: string | undefined },
): Promise<{ id: string; personId: string } | null> {
  const [noted] = await db
    .update(sessions)
    .set({ address, userAgent: userAgent?.slice(0, USER_AGENT_LENGTH) ?? null })
    .where(eq(sessions.token, token))
    .returning({ id: sessions.id, personId: sessions.personId });
  return noted ?? null;
}

/** The sessions of a person, the one used last first. */
export async function listSessions(db: OwnDatabase, personId: string): Promise<Session[]> {
  return db
    .select({
      id: sessions.id,
      address: sessions.address,
      userAgent: sessions.userAgent,
      createdAt: sessions.createdAt,
      usedAt: sessions.updatedAt,
    })
    .from(sessions)
    .where(and(eq(sessions.personId, personId), gt(sessions.expiresAt, sql`now()`)))
    .orderBy(desc(sessions.updatedAt), desc(sessions.id));
}

/** Ends one session of a person. Returns whether there was one. */
export async function endSession(db: OwnDatabase, personId: string, id: string): Promise<boolean> {
  if (!UUID.test(id)) return false;
  const ended = await db
    .delete(sessions)
    .where(and(eq(sessions.personId, personId), eq(sessions.id, id)))
    .returning({ id: sessions.id });
  return ended.length > 0;
}

/** Ends the sessions of a person, but for one, where it is said. Returns how many. */
export async function endSessions(
  db: Pick<OwnDatabase, "delete">,
  personId: string,
  but: string | null,
): Promise<number> {
  const ended = await db
    .delete(sessions)
    .where(and(eq(sessions.personId, personId), but === null ? undefined : ne(sessions.id, but)))
    .returning({ id: sessions.id });
  return ended.length;
}

/** Makes the sign-in links of a person work no more. */
export async function endSignInLinks(db: Pick<OwnDatabase, "delete">, personId: string): Promise<void> {
  await db.delete(signInLinks).where(eq(signInLinks.personId, personId));
}

/** Lets a session, which a link has begun, choose a password without the one before, for an hour. */
export async function allowNewPassword(db: OwnDatabase, sessionId: string): Promise<void> {
  const expiresAt = new Date(Date.now() + NEW_PASSWORD_MS);
  await db.insert(verifications).values({ identifier: newPassword(sessionId), value: sessionId, expiresAt });
}

/** Whether a session may choose a password without the one before. */
export async function mayChooseNewPassword(db: OwnDatabase, sessionId: string): Promise<boolean> {
  const [found] = await db
    .select({ id: verifications.id })
    .from(verifications)
    .where(and(eq(verifications.identifier, newPassword(sessionId)), gt(verifications.expiresAt, sql`now()`)));
  return found !== undefined;
}

function newPassword(sessionId: string): string {
  return `new-password-${sessionId}`;
}
