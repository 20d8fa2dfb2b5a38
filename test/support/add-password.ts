import type { Deps } from "../../src/deps.ts";
import type { Person, Role } from "../../src/people/access.ts";
import { hashPassword, savePassword } from "../../src/people/passwords.ts";
import type { PersonDraft } from "../../src/people/people.ts";
import { addPerson } from "./add-person.ts";

/** What everybody in the tests signs in with. */
export const PASSWORD = "a password of the tests";

/** Adds somebody who signs in by email address and {@link PASSWORD}. */
export async function addPersonWithPassword(
  { db, auth }: Pick<Deps, "db" | "auth">,
  role: Role,
  draft: Partial<PersonDraft> = {},
): Promise<Person> {
  const person = await addPerson(db, role, draft);
  await savePassword(db, person.id, await hashPassword(auth, PASSWORD));
  return person;
}
