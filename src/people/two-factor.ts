import { APIError } from "better-auth/api";
import { eq } from "drizzle-orm";
import { AppError } from "../errors.ts";
import type { OwnDatabase } from "../own-database.ts";
import type { Auth } from "./auth.ts";
import { people } from "./tables.ts";
import { giveBackCode, takeCode } from "./two-factor-codes.ts";

interface TwoFactorDeps {
  db: OwnDatabase;
  auth: Auth;
}

/** What authenticators show. */
const AUTHENTICATOR_CODE = /^\d{6}$/;
/** better-auth's lock after 10 wrong codes in a row, whatever browser they come from. */
const LOCK_SECONDS = 900;

/** Whether a person's sign-in by password takes a code, too. */
export async function hasTwoFactor(db: OwnDatabase, personId: string): Promise<boolean> {
  const [found] = await db.select({ on: people.twoFactorEnabled }).from(people).where(eq(people.id, personId));
  return found?.on ?? false;
}

/**
 * Looks at a code of an authenticator, or a backup code; either works once. With a session in the headers it is that
 * person's, and turns on what was begun; with the cookie of who has given their password, it begins their session.
 * @returns better-auth's answer, with its cookies; null: the code is not right, or was used
 * @throws AppError too_many_requests, unauthorized: see {@link explain}
 */
export async function tryCode(
  { db, auth }: TwoFactorDeps,
  personId: string,
  { code, headers }: { code: string; headers: Headers },
): Promise<Headers | null> {
  const typed = code.replaceAll(/\s+/g, "");
  if (!AUTHENTICATOR_CODE.test(typed)) {
    return orNull(() => auth.api.verifyBackupCode({ body: { code: typed }, headers, returnHeaders: true }));
  }
  if (!(await takeCode(db, personId, typed))) return null;
  let right: Headers | null = null;
  try {
    right = await orNull(() => auth.api.verifyTOTP({ body: { code: typed }, headers, returnHeaders: true }));
    return right;
  } finally {
    if (right === null) await giveBackCode(db, personId, typed);
  }
}

/** Null for a code, or a password, that is not right. */
async function orNull(ask: () => Promise<{ headers: Headers }>): Promise<Headers | null> {
  try {
    return (await ask()).headers;
  } catch (error) {
    return explain(error);
  }
}

/**
 * What better-auth's refusals mean.
 * @returns null: what was given is not right
 * @throws AppError too_many_requests, unauthorized (one has to begin with the password again), conflict
 */
export function explain(error: unknown): null {
  if (!(error instanceof APIError)) throw error;
  switch (error.body?.code) {
    case "INVALID_CODE":
    case "INVALID_BACKUP_CODE":
    case "INVALID_PASSWORD":
    case "PASSWORD_TOO_LONG":
      return null;
    case "ACCOUNT_TEMPORARILY_LOCKED":
      throw new AppError("too_many_requests", "Too many wrong codes were tried.", {
        hint: `No code is taken for ${LOCK_SECONDS / 60} minutes. An administrator can make you a link that signs you in.`,
        retryAfterSeconds: LOCK_SECONDS,
      });
    case "TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE":
    case "INVALID_TWO_FACTOR_COOKIE":
      throw new AppError("unauthorized", "This sign-in is over: it took too long, or too many codes were wrong.", {
        hint: "Begin again with your password.",
        cause: error,
      });
    case "TOTP_ALREADY_ENABLED":
    case "TOTP_NOT_ENABLED":
    case "TWO_FACTOR_NOT_ENABLED":
    case "BACKUP_CODES_NOT_ENABLED":
      throw new AppError("conflict", "Two-factor sign-in was turned on or off meanwhile.", {
        hint: "Look at its page anew.",
        cause: error,
      });
    default:
      throw error;
  }
}
