import { createAuthEndpoint } from "better-auth/api";

/** better-auth's name of the cookie of who has given their password, but not their code. */
const COOKIE = "two_factor";

/** A function for better-auth that says whose code is asked for. */
export const pendingSignIns = {
  id: "pending-sign-ins",
  endpoints: {
    /** The person who has given their password in this browser, but not their code yet; null: nobody has. */
    findPendingSignIn: createAuthEndpoint.serverOnly({ method: "GET", requireHeaders: true }, async (ctx) => {
      const { createAuthCookie, internalAdapter, secret } = ctx.context;
      const identifier = await ctx.getSignedCookie(createAuthCookie(COOKIE).name, secret);
      if (!identifier) return null;
      const found = await internalAdapter.findVerificationValue(identifier);
      return found && found.expiresAt > new Date() ? { personId: found.value } : null;
    }),
  },
};
