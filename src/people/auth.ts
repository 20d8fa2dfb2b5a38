// Not "better-auth" and "better-auth/plugins", which load what is not used here: a quarter of a second at each start.
import { betterAuth } from "better-auth/minimal";
import { createAuthEndpoint } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import { hashPassword, verifyPassword } from "better-auth/crypto";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import type { genericOAuth } from "better-auth/plugins/generic-oauth";
import { twoFactor } from "better-auth/plugins/two-factor";
import * as z from "zod";
import { AppError } from "../errors.ts";
import type { OwnDatabase } from "../own-database.ts";
import { inTurn } from "../scrypt-turns.ts";
import { PASSWORD_LENGTH } from "./password-length.ts";
import { isDisabled } from "./people.ts";
import { pendingSignIns } from "./pending-sign-in.ts";
import { accounts, people, sessions, twoFactors, verifications } from "./tables.ts";

/** The name of the cookie that holds a browser's session; over https browsers know it with a __Secure- before it. */
const COOKIE_PREFIX = "dataclips";
const DAY_SECONDS = 86_400;
const NO_TOKENS = { accessToken: null, refreshToken: null, idToken: null };

/** What accounts are configured with. */
export interface AuthOptions {
  db: OwnDatabase;
  /** Signs the cookies of sessions, and encrypts what two-factor sign-in keeps. */
  secret: string;
  /** The address under which people reach the server; null: as each request says. */
  publicUrl: string | null;
  /** With which providers people sign in: see oidc.ts. */
  providers?: ReturnType<typeof genericOAuth>;
  /** Writes down what better-auth says of what went wrong; without it, that is not said. */
  log?: (message: string, error?: unknown) => void;
}

/** Accounts: passwords, sessions, two-factor sign-in, sign-in with a provider, all by better-auth. */
export type Auth = ReturnType<typeof createAuth>;

/** Sets better-auth up on our tables. Its own HTTP endpoints are not served: our routes call its functions. */
export function createAuth({ db, secret, publicUrl, providers, log }: AuthOptions) {
  return betterAuth({
    appName: "Dataclips",
    secret,
    ...(publicUrl === null ? {} : { baseURL: publicUrl }),
    database: drizzleAdapter(db, {
      provider: "pg",
      schema: { people, sessions, accounts, verifications, twoFactors },
      transaction: true,
    }),
    user: { modelName: "people" },
    session: {
      modelName: "sessions",
      fields: { userId: "personId", ipAddress: "address" },
      expiresIn: 30 * DAY_SECONDS,
      updateAge: DAY_SECONDS,
    },
    account: { modelName: "accounts", fields: { userId: "personId" }, updateAccountOnSignIn: false },
    verification: { modelName: "verifications" },
    databaseHooks: {
      // Whichever way they come: who is disabled gets no session, and is not told why.
      session: { create: { before: async ({ userId }) => !(await isDisabled(db, userId)) } },
      // Nothing is asked of a provider later: what would let somebody do so is not kept.
      account: { create: { before: async (account) => ({ data: { ...account, ...NO_TOKENS } }) } },
    },
    emailAndPassword: {
      enabled: true,
      minPasswordLength: PASSWORD_LENGTH.min,
      maxPasswordLength: PASSWORD_LENGTH.max,
      disableSignUp: true,
      password: {
        hash: (password) => inTurn(() => hashPassword(password)),
        verify: (compared) => inTurn(() => verifyPassword(compared)),
      },
    },
    plugins: [
      twoFactor({
        issuer: "Dataclips",
        twoFactorTable: "twoFactors",
        schema: { twoFactor: { fields: { userId: "personId" } } },
      }),
      beginSessions,
      pendingSignIns,
      ...(providers === undefined ? [] : [providers]),
    ],
    advanced: {
      cookiePrefix: COOKIE_PREFIX,
      useSecureCookies: publicUrl?.startsWith("https:") ?? false,
      // Our own tables make them.
      database: { generateId: false },
      ipAddress: { disableIpTracking: true },
      // identify checks where a request comes from, for every route.
      disableCSRFCheck: true,
    },
    telemetry: { enabled: false },
    logger:
      log === undefined ? { disabled: true } : { level: "error", log: (_, message, cause) => log(message, cause) },
  });
}

/** Begins a session of a person who has shown who they are in a way of ours, such as a sign-in link. */
const beginSessions = {
  id: "begin-sessions",
  endpoints: {
    beginSession: createAuthEndpoint.serverOnly(
      { method: "POST", body: z.object({ personId: z.uuid() }) },
      async (ctx) => {
        const { internalAdapter } = ctx.context;
        const user = await internalAdapter.findUserById(ctx.body.personId);
        if (!user) throw new Error("a session was begun for nobody");
        const session: Awaited<ReturnType<typeof internalAdapter.createSession>> | null =
          await internalAdapter.createSession(user.id);
        if (session === null) throw new AppError("unauthorized", "This person cannot sign in.");
        await setSessionCookie(ctx, { session, user });
        return ctx.json({ token: session.token });
      },
    ),
  },
};
