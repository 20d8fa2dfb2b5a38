import type { Context } from "hono";
import type { Deps } from "../deps.ts";
import { actorOfPerson, recordEvent } from "../people/audit.ts";
import { findActivePerson } from "../people/people.ts";
import { endSession, noteOrigin } from "../people/sessions.ts";
import type { Env } from "./env.ts";

/** How somebody showed who they are, as the audit says it. */
export type SignInWay = "password" | "two_factor" | "link" | "invitation" | "set_up" | "token" | "oidc";

type SignInDeps = Pick<Deps, "db" | "auth">;

/** Begins a session of a person's for this browser. @throws AppError unauthorized when they are disabled */
export async function beginSession(
  c: Context<Env>,
  deps: SignInDeps,
  personId: string,
  by: SignInWay,
): Promise<{ sessionId: string }> {
  const { headers } = await deps.auth.api.beginSession({ body: { personId }, returnHeaders: true });
  return keepSession(c, deps, headers, by);
}

/**
 * Gives this browser the session that better-auth has made: its answer's cookies go on, the session knows where it was
 * begun, the audit says so, and the session that the browser had before is over.
 * @param headers of better-auth's answer
 */
export async function keepSession(
  c: Context<Env>,
  deps: SignInDeps,
  headers: Headers,
  by: SignInWay,
): Promise<{ sessionId: string }> {
  const token = await sessionToken(deps, headers);
  const { address } = c.var;
  const session = token && (await noteOrigin(deps.db, token, { address, userAgent: c.req.header("User-Agent") }));
  const found = session && (await findActivePerson(deps.db, session.personId));
  if (!found) throw new Error("a sign-in has begun no session");
  await endSessionBefore(c, deps);
  passCookies(c, headers);
  await recordEvent(deps.db, { ...actorOfPerson(found.person, address), action: "session.begin", details: { by } });
  return { sessionId: session.id };
}

/** Ends the session that this browser came with: nobody can lay theirs under somebody else's sign-in. */
export async function endSessionBefore(c: Context<Env>, { db }: Pick<Deps, "db">): Promise<void> {
  const { access } = c.var;
  if (access?.person && access.sessionId !== null) await endSession(db, access.person.id, access.sessionId);
}

/** Hands the cookies of better-auth's answer to the browser. */
export function passCookies(c: Context, headers: Headers): void {
  for (const cookie of headers.getSetCookie()) c.header("Set-Cookie", cookie, { append: true });
}

/** The token in a new session's cookie, which stands before its signature. */
async function sessionToken({ auth }: SignInDeps, headers: Headers): Promise<string | null> {
  const { authCookies } = await auth.$context;
  const start = `${authCookies.sessionToken.name}=`;
  const cookie = headers.getSetCookie().find((one) => one.startsWith(start));
  const [, token] = /^([^.;]+)\./.exec(cookie?.slice(start.length) ?? "") ?? [];
  return token ?? null;
}
