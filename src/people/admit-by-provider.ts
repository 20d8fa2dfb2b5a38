import { and, eq } from "drizzle-orm";
import { AppError } from "../errors.ts";
import type { OwnDatabase } from "../own-database.ts";
import { domainOf, nameOf, readEmail } from "./email.ts";
import { findKnownPerson, type KnownPerson, makeNewcomer } from "./newcomers.ts";
import type { OidcConfig } from "./oidc-config.ts";
import { accounts, people } from "./tables.ts";

/** What is kept of a name that the provider says. */
const NAME_LENGTH = 100;

/** What a provider says of somebody (OpenID Connect Core 1.0, section 5.1), verified as being from it. */
export interface Claims {
  sub?: unknown;
  email?: unknown;
  email_verified?: unknown;
  name?: unknown;
}

/** Whom a provider's word has let in. */
export interface Admitted {
  person: KnownPerson;
  /** Whether it has made them a person here. */
  isNew: boolean;
}

/**
 * Decides whom a provider signs in. The account that it has signed in before is theirs for ever, whatever its address
 * is now. Else it is the person with its address, if that is known to be theirs: an administrator has invited that
 * address, or this browser is signed in as them. (Who is invited without an address says one; it could be somebody
 * else's, who would then share the account.) Else it is a newcomer of one of the domains, or nobody.
 * @param signedInAs the person that the browser is signed in as already
 * @throws AppError forbidden
 */
export async function admitByProvider(
  db: OwnDatabase,
  { issuer, name: provider, domains, role }: OidcConfig,
  claims: Claims,
  signedInAs: string | null,
): Promise<Admitted> {
  const email = readEmail(claims.email);
  if (email === null) {
    throw new AppError("forbidden", `The answer of ${provider} has no email address.`, {
      hint: "Whoever runs it has to let this client have the scope email.",
    });
  }
  // Some say it as a text.
  if (claims.email_verified !== true && claims.email_verified !== "true") {
    throw new AppError("forbidden", `The answer of ${provider} does not say that ${email} is yours.`, {
      hint: "Confirm the address there; it has to say email_verified.",
    });
  }
  const linked = await findLinked(db, issuer, String(claims.sub));
  const known = linked ?? (await findKnownPerson(db, email));
  if (known === null) {
    if (!domains.includes(domainOf(email))) {
      throw new AppError("forbidden", `Nobody with the email address ${email} is known here.`, {
        hint: "Ask an administrator for an invitation.",
      });
    }
    const made = await makeNewcomer(db, { email, name: readName(claims.name) ?? nameOf(email), role });
    checkEnabled(made.person);
    return made;
  }
  checkEnabled(known);
  if (linked === null && !known.emailVerified) {
    if (signedInAs !== known.id) {
      throw new AppError("forbidden", `There is somebody with the email address ${email} here already.`, {
        hint: `If it is you, sign in as you did until now, and then with ${provider} once more: from then on either will do.`,
      });
    }
    await db.update(people).set({ emailVerified: true }).where(eq(people.id, known.id));
  }
  return { person: known, isNew: false };
}

/** The person whom the provider has signed in before, by its own name for them. */
async function findLinked(db: OwnDatabase, issuer: string, subject: string): Promise<KnownPerson | null> {
  const [found] = await db
    .select({ email: people.email })
    .from(accounts)
    .innerJoin(people, eq(people.id, accounts.personId))
    .where(and(eq(accounts.providerId, issuer), eq(accounts.accountId, subject)));
  return found === undefined ? null : findKnownPerson(db, found.email);
}

function checkEnabled({ email, disabled }: KnownPerson): void {
  if (disabled) {
    throw new AppError("forbidden", `${email} may not sign in here any more.`, { hint: "Ask an administrator." });
  }
}

/** A name without line ends and the like. */
function readName(name: unknown): string | null {
  if (typeof name !== "string") return null;
  const read = name
    .toWellFormed()
    .replaceAll(/\p{Cc}+/gu, " ")
    .trim()
    .slice(0, NAME_LENGTH);
  return read === "" ? null : read;
}
