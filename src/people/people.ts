import { and, asc, count, eq, isNull } from "drizzle-orm";
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
}

/**
 * Makes a person, who cannot sign in with a password before they have one.
 * @throws AppError conflict when there is one with this email address
 */
export async function createPerson(
  db: OwnDatabase,
  { name, email, role, teamIds = [FIRST_TEAM] }: PersonDraft,
): Promise<Person> {
  return db.transaction(async (tx) => {
    const [person] = await tx
      .insert(people)
      .values({ name, email: email.toLowerCase(), role })
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

/** Whether there is anybody yet: until then, the one-time link makes the first administrator. */
export async function hasPeople(db: OwnDatabase): Promise<boolean> {
  const [counted] = await db.select({ total: count() }).from(people);
  return counted!.total > 0;
}
