import { eq } from "drizzle-orm";
import { AppError } from "../errors.ts";
import type { OwnDatabase } from "../own-database.ts";
import { createPerson } from "./people.ts";
import { people } from "./tables.ts";

/** Somebody who is here, whether they may sign in or not. */
export interface KnownPerson {
  id: string;
  name: string;
  email: string;
  disabled: boolean;
  /** Whether somebody who is believed has said that the address is theirs. */
  emailVerified: boolean;
}

/** Somebody whom nobody invited: whoever runs the provider or the proxy says that the address is theirs. */
export interface Newcomer {
  email: string;
  name: string;
  role: "viewer" | "editor";
}

/** Finds a person by their email address, in small letters. */
export async function findKnownPerson(db: OwnDatabase, email: string): Promise<KnownPerson | null> {
  const [found] = await db
    .select({
      id: people.id,
      name: people.name,
      email: people.email,
      disabledAt: people.disabledAt,
      emailVerified: people.emailVerified,
    })
    .from(people)
    .where(eq(people.email, email));
  if (found === undefined) return null;
  const { disabledAt, ...person } = found;
  return { ...person, disabled: disabledAt !== null };
}

/** Makes somebody a person, in the team that is there from the beginning; of many requests at once, one makes them. */
export async function makeNewcomer(
  db: OwnDatabase,
  newcomer: Newcomer,
): Promise<{ person: KnownPerson; isNew: boolean }> {
  try {
    const { id, name, email } = await createPerson(db, { ...newcomer, emailVerified: true });
    return { person: { id, name, email, disabled: false, emailVerified: true }, isNew: true };
  } catch (error) {
    const there = isConflict(error) ? await findKnownPerson(db, newcomer.email) : null;
    if (there === null) throw error;
    return { person: there, isNew: false };
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof AppError && error.code === "conflict";
}
