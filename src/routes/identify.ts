import type { Context, MiddlewareHandler } from "hono";
import { createAddressReader } from "../client-address.ts";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import type { Access } from "../people/access.ts";
import { findKey, KEY_PREFIX, ROLE_OF_SCOPE } from "../people/keys.ts";
import { findActivePerson } from "../people/people.ts";
import { hasRole } from "../people/permissions.ts";
import { isSameToken } from "../people/tokens.ts";
import type { Env } from "./env.ts";
import { createProxyAccess } from "./proxy-access.ts";
import { isSharePath } from "./share-paths.ts";

/** Methods that change nothing (RFC 9110, section 9.2.1). */
const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** Finds out who makes the request, and where it comes from; a wrong token is an error, none at all is not. */
export function identify(deps: Deps): MiddlewareHandler<Env> {
  const readAddress = createAddressReader(deps.trustedProxies ?? []);
  const accessByProxy = createProxyAccess(deps);
  return async (c, next) => {
    c.set(
      "address",
      readAddress({
        remoteAddress: c.env?.incoming?.socket.remoteAddress,
        forwardedFor: c.req.header("X-Forwarded-For"),
      }),
    );
    const access = await findAccess(deps, c, accessByProxy);
    c.set("access", access);
    c.set("asker", access?.asker ?? "anonymous");
    const isProgram = access?.via === "token" || access?.via === "key";
    if (!isProgram && !SAFE_METHODS.has(c.req.method)) checkSameOrigin(c.req.raw.headers, deps.publicUrl);
    await next();
  };
}

async function findAccess(
  deps: Deps,
  c: Context<Env>,
  accessByProxy: (c: Context<Env>) => Promise<Access | null>,
): Promise<Access | null> {
  const authorization = authorizationOf(c);
  if (authorization !== undefined) return accessByHeader(deps, authorization, c.var.address);
  // Whom the proxy names now, before whom it may have named when the session was begun.
  return (await accessByProxy(c)) ?? accessBySession(deps, c);
}

/** The header Authorization, unless it is a share's password, which is for the share to look at. */
function authorizationOf(c: Context<Env>): string | undefined {
  const sent = c.req.header("Authorization");
  return isSharePath(c.req.path) && /^Basic /i.test(sent ?? "") ? undefined : sent;
}

async function accessByHeader(deps: Deps, authorization: string, address: string): Promise<Access> {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(authorization.trim()) ?? [];
  if (bearer !== undefined && isSameToken(bearer, deps.token)) {
    const all = { person: null, role: "administrator", teams: null, databases: null, sessionId: null } as const;
    return { via: "token", asker: "token", ...all };
  }
  const access = bearer?.startsWith(KEY_PREFIX) ? await accessByKey(deps, bearer, address) : null;
  if (access !== null) return access;
  throw new AppError("unauthorized", "The token in the Authorization header is not right.", {
    hint: "It has to read: Bearer <DATACLIPS_TOKEN>, or Bearer and an API key, which may have expired or been revoked.",
  });
}

async function accessByKey({ db, keyUses }: Deps, key: string, address: string): Promise<Access | null> {
  const found = await findKey(db, key);
  const owner = found && (await findActivePerson(db, found.personId));
  if (!owner) return null;
  keyUses?.record(found.id, address);
  const { person, teams } = owner;
  const most = ROLE_OF_SCOPE[found.scope];
  return {
    via: "key",
    person,
    role: hasRole(most, person.role) ? person.role : most,
    teams: person.role === "administrator" ? null : teams,
    databases: found.databases,
    asker: `key:${found.id}`,
    sessionId: null,
  };
}

async function accessBySession({ db, auth }: Deps, c: Context<Env>): Promise<Access | null> {
  if (c.req.header("Cookie") === undefined) return null;
  const found = await auth.api.getSession({ headers: c.req.raw.headers });
  const owner = found && (await findActivePerson(db, found.user.id));
  if (!owner) return null;
  const { person, teams } = owner;
  return {
    via: "session",
    person,
    role: person.role,
    teams: person.role === "administrator" ? null : teams,
    databases: null,
    asker: `person:${person.id}`,
    sessionId: found.session.id,
  };
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
