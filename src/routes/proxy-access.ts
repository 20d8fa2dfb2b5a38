import type { Context } from "hono";
import type { Deps } from "../deps.ts";
import type { Access } from "../people/access.ts";
import { actorOfPerson, recordEvent } from "../people/audit.ts";
import { findActivePerson } from "../people/people.ts";
import { createProxyEmailReader, findProxyPerson } from "../people/proxy-sign-in.ts";
import type { Env } from "./env.ts";

/**
 * Finds out who makes a request by what a trusted proxy says; null: none does.
 * The finder throws AppError unauthorized for who may not sign in, and where the header is not right.
 */
export function createProxyAccess({
  db,
  proxySignIn,
  trustedProxies = [],
}: Deps): (c: Context<Env>) => Promise<Access | null> {
  if (proxySignIn === undefined) return async () => null;
  const readEmail = createProxyEmailReader(proxySignIn, trustedProxies);
  return async (c) => {
    const email = readEmail(c.env?.incoming?.socket.remoteAddress, (name) => c.req.header(name));
    if (email === null) return null;
    const { person: found, isNew } = await findProxyPerson(db, proxySignIn, email);
    const asker = `person:${found.id}`;
    if (isNew) {
      await recordEvent(db, {
        ...actorOfPerson(found, c.var.address),
        action: "person.create",
        details: { by: "proxy", email },
      });
    }
    const owner = await findActivePerson(db, found.id);
    if (owner === null) return null;
    const { person, teams } = owner;
    return {
      via: "proxy",
      person,
      role: person.role,
      teams: person.role === "administrator" ? null : teams,
      databases: null,
      asker,
      sessionId: null,
    };
  };
}
