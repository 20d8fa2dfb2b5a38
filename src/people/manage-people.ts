import { and, asc, eq, inArray, isNull, sql } from "drizzle-orm";
import { AppError } from "../errors.ts";
import type { OwnDatabase } from "../own-database.ts";
import { UUID } from "../tables.ts";
import type { Person, Role } from "./access.ts";
import { endSessions, endSignInLinks } from "./sessions.ts";
import { people, teamMembers, teams } from "./tables.ts";

/** A person as administrators see them. */
export interface ListedPerson extends Person {
  twoFactor: boolean;
  /** Since then they cannot sign in; null: they can. */
  disabledAt: Date | null;
  createdAt: Date;
  /** Null: not yet, or longer ago than the audit goes back. */
  lastSignInAt: Date | null;
  /** By name. */
  teams: readonly { id: number; name: string }[];
}

/** What an administrator changes of a person; what is not there stays. */
export interface PersonChanges {
  role?: Role | undefined;
  /** All of their teams. */
  teamIds?: readonly number[] | undefined;
  disabled?: boolean | undefined;
}

// Raw names: in a query of one table Drizzle writes its columns without it.
const LAST_SIGN_IN = sql<Date | null>`(
  SELECT max(e.at) FROM audit_events AS e WHERE e.action = 'session.begin' AND e.actor = 'person:' || people.id)`;

const COLUMNS = {
  id: people.id,
  name: people.name,
  email: people.email,
  role: people.role,
  twoFactor: people.twoFactorEnabled,
  disabledAt: people.disabledAt,
  createdAt: people.createdAt,
  lastSignInAt: LAST_SIGN_IN.mapWith(people.createdAt),
};

/** Everybody, by name; those who are disabled too. */
export async function listPeople(db: OwnDatabase, ids?: readonly string[]): Promise<ListedPerson[]> {
  const [found, memberships] = await Promise.all([
    db
      .select(COLUMNS)
      .from(people)
      .where(ids && inArray(people.id, [...ids]))
      .orderBy(asc(people.name), asc(people.email)),
    db
      .select({ personId: teamMembers.personId, id: teams.id, name: teams.name })
      .from(teamMembers)
      .innerJoin(teams, eq(teams.id, teamMembers.teamId))
      .where(ids && inArray(teamMembers.personId, [...ids]))
      .orderBy(asc(teams.name)),
  ]);
  return found.map((person) => ({
    ...person,
    teams: memberships.filter(({ personId }) => personId === person.id).map(({ id, name }) => ({ id, name })),
  }));
}

/** @throws AppError not_found */
export async function getPerson(db: OwnDatabase, id: string): Promise<ListedPerson> {
  const [person] = UUID.test(id) ? await listPeople(db, [id]) : [];
  if (person === undefined) throw noSuchPerson();
  return person;
}

/**
 * Changes what a person may do, from the next request on. Who is disabled is signed out everywhere at once, and their
 * keys and sign-in links work no more.
 * @throws AppError not_found; invalid_request for a team that is not there; conflict for the last administrator
 */
export async function changePerson(
  db: OwnDatabase,
  id: string,
  { role, teamIds, disabled }: PersonChanges,
): Promise<ListedPerson> {
  if (!UUID.test(id)) throw noSuchPerson();
  await db.transaction(async (tx) => {
    if (disabled === true || (role !== undefined && role !== "administrator")) await checkOthers(tx, id);
    const [changed] = await tx
      .update(people)
      .set({
        ...(role === undefined ? {} : { role }),
        ...(disabled === undefined ? {} : { disabledAt: disabled ? sql`coalesce(${people.disabledAt}, now())` : null }),
        updatedAt: sql`now()`,
      })
      .where(eq(people.id, id))
      .returning({ id: people.id });
    if (changed === undefined) throw noSuchPerson();
    if (teamIds !== undefined) {
      const wanted = [...new Set(teamIds)];
      await checkTeams(tx, wanted);
      await tx.delete(teamMembers).where(eq(teamMembers.personId, id));
      if (wanted.length > 0) await tx.insert(teamMembers).values(wanted.map((teamId) => ({ teamId, personId: id })));
    }
    if (disabled === true) {
      await endSessions(tx, id, null);
      await endSignInLinks(tx, id);
    }
  });
  return getPerson(db, id);
}

/** Checks that teams are there, and lets nobody remove them meanwhile. @throws AppError invalid_request */
export async function checkTeams(db: Pick<OwnDatabase, "select">, teamIds: readonly number[]): Promise<void> {
  if (teamIds.length === 0) return;
  const found = await db
    .select({ id: teams.id })
    .from(teams)
    .where(inArray(teams.id, [...teamIds]))
    .orderBy(asc(teams.id))
    .for("key share");
  const missing = teamIds.filter((id) => found.every((team) => team.id !== id));
  if (missing.length > 0) throw new AppError("invalid_request", `There is no team ${missing.join(", ")}.`);
}

/**
 * Checks that there is an administrator besides a person, and holds on to all of them: of two who are demoted at the same
 * moment, the second waits here, and then no longer finds the first.
 * @throws AppError conflict
 */
async function checkOthers(tx: Pick<OwnDatabase, "select">, id: string): Promise<void> {
  const administrators = await tx
    .select({ id: people.id })
    .from(people)
    .where(and(eq(people.role, "administrator"), isNull(people.disabledAt)))
    .orderBy(asc(people.id))
    .for("update");
  const isOne = administrators.some((one) => one.id === id);
  if (!isOne || administrators.length > 1) return;
  throw new AppError("conflict", "This is the last administrator: without one, nobody could manage people.", {
    hint: "Make somebody else an administrator first.",
  });
}

function noSuchPerson(): AppError {
  return new AppError("not_found", "There is no such person.");
}
