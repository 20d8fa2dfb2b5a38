import { and, eq, isNotNull, sql } from "drizzle-orm";
import { AppError } from "../errors.ts";
import type { OwnDatabase } from "../own-database.ts";
import type { Auth } from "./auth.ts";
import { PASSWORD_LENGTH } from "./password-length.ts";
import { accounts } from "./tables.ts";

/** What better-auth calls a way of signing in that is a password. */
const PROVIDER = "credential";

/**
 * Hashes a new password as sign-in compares it: better-auth's scrypt, with a salt of its own.
 * @throws AppError invalid_request when it is too short or too long
 */
export async function hashPassword(auth: Auth, password: string): Promise<string> {
  const { min, max } = PASSWORD_LENGTH;
  if (password.length < min || password.length > max) {
    throw new AppError("invalid_request", `A password has ${min} to ${max} characters.`, {
      hint: "Several words that nobody would guess are better than one with digits in it.",
    });
  }
  const context = await auth.$context;
  return context.password.hash(password);
}

/** Keeps a person's password, in place of the one that they had. */
export async function savePassword(
  db: Pick<OwnDatabase, "insert">,
  personId: string,
  passwordHash: string,
): Promise<void> {
  await db
    .insert(accounts)
    .values({ personId, providerId: PROVIDER, accountId: personId, password: passwordHash })
    .onConflictDoUpdate({
      target: [accounts.providerId, accounts.accountId],
      set: { password: passwordHash, updatedAt: sql`now()` },
    });
}

/** Whether a person may sign in with a password. */
export async function hasPassword(db: OwnDatabase, personId: string): Promise<boolean> {
  return (await findPasswordHash(db, personId)) !== null;
}

/** Whether a password is the one that a person signs in with. */
export async function isPasswordOf(
  { db, auth }: { db: OwnDatabase; auth: Auth },
  personId: string,
  password: string,
): Promise<boolean> {
  const hash = await findPasswordHash(db, personId);
  if (hash === null || password.length > PASSWORD_LENGTH.max) return false;
  const context = await auth.$context;
  return context.password.verify({ hash, password });
}

async function findPasswordHash(db: OwnDatabase, personId: string): Promise<string | null> {
  const [found] = await db
    .select({ password: accounts.password })
    .from(accounts)
    .where(and(eq(accounts.personId, personId), eq(accounts.providerId, PROVIDER), isNotNull(accounts.password)));
  return found?.password ?? null;
}
