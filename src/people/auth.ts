import { betterAuth } from "better-auth";
import { createAuthEndpoint } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { twoFactor } from "better-auth/plugins";
import { z } from "zod";
import type { OwnDatabase } from "../own-database.ts";
import { accounts, people, sessions, twoFactors, verifications } from "./tables.ts";

/** The name of the cookie that holds a browser's session; over https browsers know it with a __Secure- before it. */
const COOKIE_PREFIX = "dataclips";
const DAY_SECONDS = 86_400;

/** What accounts are configured with. */
export interface AuthOptions {
  db: OwnDatabase;
  /** Signs the cookies of sessions, and encrypts what two-factor sign-in keeps. */
  secret: string;
  /** The address under which people reach the server; null: as each request says. */
  publicUrl: string | null;
}

/** Accounts: passwords, sessions, two-factor sign-in, sign-in with a provider, all by better-auth. */
export type Auth = ReturnType<typeof createAuth>;

/** Sets better-auth up on our tables. Its own HTTP endpoints are not served: our routes call its functions. */
export function createAuth({ db, secret, publicUrl }: AuthOptions) {
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
    account: { modelName: "accounts", fields: { userId: "personId" } },
    verification: { modelName: "verifications" },
    emailAndPassword: { enabled: true, minPasswordLength: 10, maxPasswordLength: 200, disableSignUp: true },
    plugins: [
      twoFactor({
        issuer: "Dataclips",
        twoFactorTable: "twoFactors",
        schema: { twoFactor: { fields: { userId: "personId" } } },
      }),
      beginSessions,
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
    logger: { disabled: true },
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
        const session = await internalAdapter.createSession(user.id);
        await setSessionCookie(ctx, { session, user });
        return ctx.json({ token: session.token });
      },
    ),
  },
};
