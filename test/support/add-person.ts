import { randomUUID } from "node:crypto";
import type { OwnDatabase } from "../../src/own-database.ts";
import type { Person, Role } from "../../src/people/access.ts";
import { createPerson, type PersonDraft } from "../../src/people/people.ts";

/** Adds somebody to a test's server; in the first team, unless others are said. */
export function addPerson(db: OwnDatabase, role: Role, draft: Partial<PersonDraft> = {}): Promise<Person> {
  return createPerson(db, { name: `An ${role}`, email: `${role}-${randomUUID()}@example.com`, role, ...draft });
}
