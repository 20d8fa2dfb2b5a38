import { sql } from "drizzle-orm";
import { AppError } from "../errors.ts";
import type { OwnDatabase } from "../own-database.ts";
import type { Person } from "./access.ts";
import type { NewAccount } from "./invitations.ts";
import { savePassword } from "./passwords.ts";
import { createPerson, hasAdministrator } from "./people.ts";
import { takeSetUpLink } from "./sign-in.ts";

/** "set-up" in ASCII, cut to 32 bits: the advisory lock around it. */
const SET_UP_LOCK = 0x7365742d;

/**
 * Makes the first administrator, and uses the link up; null if the link does not work. Both are done, or neither is.
 * @throws AppError conflict once there is an administrator, also one who was made at the same moment
 */
export async function makeFirstAdministrator(
  db: OwnDatabase,
  link: string,
  { name, email, passwordHash }: NewAccount,
): Promise<Person | null> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`SELECT pg_advisory_xact_lock(${SET_UP_LOCK})`);
    if (await hasAdministrator(tx)) throw isSetUp();
    if (!(await takeSetUpLink(tx, link))) return null;
    const person = await createPerson(tx, { name, email, role: "administrator" });
    await savePassword(tx, person.id, passwordHash);
    return person;
  });
}

/** What is said once there is an administrator. */
export function isSetUp(): AppError {
  return new AppError("conflict", "This Dataclips is set up already.", {
    hint: "Sign in. Who has no account asks an administrator for an invitation.",
  });
}
