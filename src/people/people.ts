import { and, asc, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { AppError } from "../errors.ts";
import type { OwnDatabase } from "../own-database.ts";
import { UUID } from "../tables.ts";
import type { Person, Role, TeamAccess } from "./access.ts";
import { FIRST_TEAM, people, teamMembers, teams } from "./tables.ts";

const COLUMNS = { id: people.id, name: people.name, email: people.email, role: people.role };

/** What a new person is. */
export interface PersonDraft {
  name: string;
  email: string;
  role: Role;
  /** The team that is there from the beginning, unless others are named. */
  teamIds?: readonly number[] | undefined;
  /** Whether somebody who is believed says that the address is theirs, and not only they themselves. */
  emailVerified?: boolean | undefined;
}

/**
 * Makes a person, who cannot sign in with a password before they have one.
 * @throws AppError conflict when there is one with this email address
 */
export async function createPerson(
  db: Pick<OwnDatabase, "transaction">,
  { name, email, role, teamIds = [FIRST_TEAM], emailVerified = false }: PersonDraft,
): Promise<Person> {
  return db.transaction(async (tx) => {
    const [person] = await tx
      .insert(people)
      .values({ name, email: email.toLowerCase(), role, emailVerified })
      .onConflictDoNothing({ target: people.email })
      .returning(COLUMNS);
    if (person === undefined) {
      throw new AppError("conflict", `There is somebody with the email address ${email} already.`, {
        hint: "They can sign in; an administrator can make them a link for it.",
      });
    }
    if (teamIds.length > 0) {
      await tx.insert(teamMembers).values(teamIds.map((teamId) => ({ teamId, personId: person.id })));
    }
    return person;
  });
}

/** A person who may sign in, with their teams; null if there is none, or they may not any more. */
export async function findActivePerson(
  db: OwnDatabase,
  id: string,
): Promise<{ person: Person; teams: TeamAccess[] } | null> {
  if (!UUID.test(id)) return null;
  const rows = await db
    .select({ ...COLUMNS, team: { id: teams.id, name: teams.name, databases: teams.databases } })
    .from(people)
    .leftJoin(teamMembers, eq(teamMembers.personId, people.id))
    .leftJoin(teams, eq(teams.id, teamMembers.teamId))
    .where(and(eq(people.id, id), isNull(people.disabledAt)))
    .orderBy(asc(teams.name));
  const [first] = rows;
  if (first === undefined) return null;
  const { team: _, ...person } = first;
  return { person, teams: rows.flatMap(({ team }) => (team === null ? [] : [team])) };
}

/** Whether there is an administrator who may sign in: until then, a one-time link makes the first one. */
export async function hasAdministrator(db: Pick<OwnDatabase, "select">): Promise<boolean> {
  return (await findOldestAdministrator(db)) !== null;
}

/** The administrator who may sign in and has been here for longest; null if there is none. */
export async function findOldestAdministrator(db: Pick<OwnDatabase, "select">): Promise<Person | null> {
  const [found] = await db
    .select(COLUMNS)
    .from(people)
    .where(and(eq(people.role, "administrator"), isNull(people.disabledAt)))
    .orderBy(asc(people.createdAt), asc(people.id))
    .limit(1);
  return found ?? null;
}

/** The person with an email address, who may sign in; null if there is none. */
export async function findActivePersonByEmail(db: OwnDatabase, email: string): Promise<Person | null> {
  const [found] = await db
    .select(COLUMNS)
    .from(people)
    .where(and(eq(people.email, email.toLowerCase()), isNull(people.disabledAt)));
  return found ?? null;
}

/** Whether a person may not sign in any more. */
export async function isDisabled(db: OwnDatabase, personId: string): Promise<boolean> {
  const [found] = await db
    .select({ id: people.id })
    .from(people)
    .where(and(eq(people.id, personId), isNotNull(people.disabledAt)));
  return found !== undefined;
}

/** Gives a person another name. */
export async function renamePerson(db: OwnDatabase, personId: string, name: string): Promise<void> {
  await db
    .update(people)
    .set({ name, updatedAt: sql`now()` })
    .where(eq(people.id, personId));
}
