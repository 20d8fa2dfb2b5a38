import { createProxyCheck, type TrustedProxies } from "../client-address.ts";
import { AppError } from "../errors.ts";
import type { OwnDatabase } from "../own-database.ts";
import { nameOf, readEmail } from "./email.ts";
import { findKnownPerson, type KnownPerson, makeNewcomer } from "./newcomers.ts";
import type { ProxySignIn } from "./proxy-config.ts";

/** Reads whom a request is from by what its proxy says; null: nobody says so who is believed. */
export type ReadProxyEmail = (
  remoteAddress: string | undefined,
  header: (name: string) => string | undefined,
) => string | null;

/**
 * Looks at the header only where the socket itself is a trusted proxy's: what X-Forwarded-For says makes no difference.
 * The reader throws AppError unauthorized, where the header does not hold one email address.
 */
export function createProxyEmailReader(signIn: ProxySignIn, trustedProxies: TrustedProxies): ReadProxyEmail {
  const isProxy = createProxyCheck(trustedProxies);
  return (remoteAddress, header) => {
    if (remoteAddress === undefined || !isProxy(remoteAddress)) return null;
    const sent = header(signIn.header);
    if (sent === undefined) return null;
    // Node puts two headers of a name into one, with a comma, which no address has here.
    const email = readEmail(sent);
    if (email !== null) return email;
    throw new AppError("unauthorized", `The proxy's header ${signIn.header} does not hold one email address.`, {
      hint: "Whoever runs the proxy has to set it, and to remove what others send under its name.",
    });
  };
}

/**
 * The person whom the proxy names: made when they are first seen.
 * @returns isNew: whether it was this request that made them
 * @throws AppError unauthorized for who is disabled
 */
export async function findProxyPerson(
  db: OwnDatabase,
  { role }: Pick<ProxySignIn, "role">,
  email: string,
): Promise<{ person: KnownPerson; isNew: boolean }> {
  const known = await findKnownPerson(db, email);
  const found =
    known === null ? await makeNewcomer(db, { email, name: nameOf(email), role }) : { person: known, isNew: false };
  if (found.person.disabled) {
    throw new AppError("unauthorized", `${email} may not sign in here any more.`, { hint: "Ask an administrator." });
  }
  return found;
}
