import type { Context, MiddlewareHandler } from "hono";
import { getCookie } from "hono/cookie";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import { isSession } from "../people/sign-in.ts";
import { hashToken, isSameToken } from "../people/tokens.ts";
import type { Env, Identity } from "./env.ts";

/** The name of the cookie that holds a browser's session. */
export const SESSION_COOKIE = "dataclips_session";

/** Methods that change nothing (RFC 9110, section 9.2.1). */
const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** Finds out who makes the request; a wrong token is an error, none at all is not. */
export function identify(deps: Deps): MiddlewareHandler<Env> {
  return async (c, next) => {
    const cookie = getCookie(c, SESSION_COOKIE);
    const identity = await findIdentity(deps, authorizationOf(c), cookie);
    c.set("identity", identity);
    c.set("asker", identity === "session" ? `session:${hashToken(cookie!)}` : "token");
    if (identity !== "token" && !SAFE_METHODS.has(c.req.method)) {
      checkSameOrigin(c.req.raw.headers, deps.publicUrl);
    }
    await next();
  };
}

/** Lets only the administrator through. */
export const requireIdentity: MiddlewareHandler<Env> = async (c, next) => {
  if (c.var.identity === null) {
    throw new AppError("unauthorized", "You are not signed in.", {
      hint: "Send the header Authorization: Bearer <DATACLIPS_TOKEN>, or sign in with a browser at /sign-in.",
    });
  }
  await next();
};

/** The header Authorization, unless it is a share's password, which is for the share to look at. */
function authorizationOf(c: Context<Env>): string | undefined {
  const sent = c.req.header("Authorization");
  return c.req.path.startsWith("/shares/") && /^Basic /i.test(sent ?? "") ? undefined : sent;
}

async function findIdentity(
  { db, token }: Deps,
  authorization: string | undefined,
  cookie: string | undefined,
): Promise<Identity> {
  if (authorization !== undefined) {
    const [, bearer] = /^Bearer +(\S+)$/i.exec(authorization.trim()) ?? [];
    if (bearer !== undefined && isSameToken(bearer, token)) return "token";
    throw new AppError("unauthorized", "The token in the Authorization header is not right.", {
      hint: "It has to read: Bearer <DATACLIPS_TOKEN>.",
    });
  }
  return cookie !== undefined && (await isSession(db, cookie)) ? "session" : null;
}

/**
 * Refuses what another site makes a browser send (CSRF): every browser names the page's origin when it posts, by
 * Sec-Fetch-Site or by Origin. What names neither is no browser's, and has to bring a token.
 */
function checkSameOrigin(headers: Headers, publicUrl: string | null): void {
  const site = headers.get("Sec-Fetch-Site");
  const origin = headers.get("Origin");
  const hosts = [headers.get("Host"), publicUrl === null ? null : new URL(publicUrl).host];
  const same =
    site === null
      ? origin !== null && URL.canParse(origin) && hosts.includes(new URL(origin).host)
      : site === "same-origin";
  if (same) return;
  throw new AppError("forbidden", "This request did not come from a page of this server.", {
    hint: "Use the page's own buttons; programs send the header Authorization: Bearer <DATACLIPS_TOKEN>.",
  });
}
