import { asc, count, eq, inArray } from "drizzle-orm";
import { AppError, rootCause } from "../errors.ts";
import type { OwnDatabase } from "../own-database.ts";
import { clips } from "../tables.ts";
import { FIRST_TEAM, people, teamMembers, teams } from "./tables.ts";

/** A team as administrators see it. */
export interface Team {
  id: number;
  name: string;
  /** The databases on which its editors may write clips; null: all. */
  databases: readonly string[] | null;
  createdAt: Date;
  /** By name. */
  members: readonly { id: string; name: string; email: string }[];
  /** Its clips, deleted ones among them. */
  clips: number;
}

/** What a team is made of; checked by the routes. */
export interface TeamDraft {
  name: string;
  databases: readonly string[] | null;
}

/** PostgreSQL's unique_violation and foreign_key_violation. */
const NOT_UNIQUE = "23505";
const STILL_NAMED = "23503";

/** All teams by name, for somebody to choose from. */
export async function listTeamNames(db: OwnDatabase): Promise<{ id: number; name: string }[]> {
  return db.select({ id: teams.id, name: teams.name }).from(teams).orderBy(asc(teams.name));
}

/** All teams, by name. */
export async function listTeams(db: OwnDatabase): Promise<Team[]> {
  const [found, members, counts] = await Promise.all([
    db.select().from(teams).orderBy(asc(teams.name)),
    db
      .select({ teamId: teamMembers.teamId, id: people.id, name: people.name, email: people.email })
      .from(teamMembers)
      .innerJoin(people, eq(people.id, teamMembers.personId))
      .orderBy(asc(people.name), asc(people.email)),
    db.select({ teamId: clips.teamId, total: count() }).from(clips).groupBy(clips.teamId),
  ]);
  const clipsOf = new Map(counts.map(({ teamId, total }) => [teamId, total]));
  return found.map((team) => ({
    ...team,
    members: members.filter(({ teamId }) => teamId === team.id).map(({ id, name, email }) => ({ id, name, email })),
    clips: clipsOf.get(team.id) ?? 0,
  }));
}

/** @throws AppError not_found */
export async function getTeam(db: OwnDatabase, id: number): Promise<Team> {
  const team = (await listTeams(db)).find((one) => one.id === id);
  if (team === undefined) throw noSuchTeam();
  return team;
}

/** Makes a team. @throws AppError conflict for a name that there is; invalid_request for a member that is nobody */
export async function createTeam(
  db: OwnDatabase,
  { name, databases, memberIds = [] }: TeamDraft & { memberIds?: readonly string[] | undefined },
): Promise<Team> {
  const made = await db.transaction(async (tx) => {
    const [team] = await sayTaken(name, () => tx.insert(teams).values({ name, databases }).returning({ id: teams.id }));
    await setMembers(tx, team!.id, memberIds);
    return team!;
  });
  return getTeam(db, made.id);
}

/**
 * Changes a team, for every request from now on; what is not said stays. Its members are those that are named.
 * @throws AppError not_found; conflict for a name that there is; invalid_request for a member that is nobody
 */
export async function changeTeam(
  db: OwnDatabase,
  id: number,
  {
    name,
    databases,
    memberIds,
  }: {
    name?: string | undefined;
    databases?: readonly string[] | null | undefined;
    memberIds?: readonly string[] | undefined;
  },
): Promise<Team> {
  await db.transaction(async (tx) => {
    // The lock, so that two lists of members are not mixed.
    const [there] = await tx.select({ id: teams.id }).from(teams).where(eq(teams.id, id)).for("update");
    if (there === undefined) throw noSuchTeam();
    if (name !== undefined || databases !== undefined) {
      await sayTaken(name ?? "", () =>
        tx
          .update(teams)
          .set({ ...(name === undefined ? {} : { name }), ...(databases === undefined ? {} : { databases }) })
          .where(eq(teams.id, id)),
      );
    }
    if (memberIds !== undefined) await setMembers(tx, id, memberIds);
  });
  return getTeam(db, id);
}

/**
 * Removes a team that has no clips.
 * @throws AppError not_found; conflict for one that has clips, deleted ones too, and for the first team
 */
export async function removeTeam(db: OwnDatabase, id: number): Promise<Team> {
  const team = await getTeam(db, id);
  if (id === FIRST_TEAM) {
    throw new AppError("conflict", `The team ${team.name} is there from the beginning, and stays.`, {
      hint: "It can be renamed, and its members can leave it.",
    });
  }
  if (team.clips > 0) throw hasClips(team);
  try {
    await db.delete(teams).where(eq(teams.id, id));
  } catch (error) {
    // It has got one meanwhile.
    if (codeOf(error) === STILL_NAMED) throw hasClips(await getTeam(db, id));
    throw error;
  }
  return team;
}

async function setMembers(
  tx: Pick<OwnDatabase, "select" | "insert" | "delete">,
  teamId: number,
  memberIds: readonly string[],
): Promise<void> {
  const wanted = [...new Set(memberIds)];
  const known =
    wanted.length === 0 ? [] : await tx.select({ id: people.id }).from(people).where(inArray(people.id, wanted));
  if (known.length < wanted.length) throw new AppError("invalid_request", "Some of these members are nobody here.");
  await tx.delete(teamMembers).where(eq(teamMembers.teamId, teamId));
  if (known.length > 0) await tx.insert(teamMembers).values(known.map(({ id }) => ({ teamId, personId: id })));
}

function hasClips({ name, clips: total }: Team): AppError {
  return new AppError(
    "conflict",
    `The team ${name} has ${total} ${total === 1 ? "clip" : "clips"}, deleted ones counted.`,
    {
      hint: "Give them to another team first: on each one's page, by Edit. A deleted one has to be restored for that.",
    },
  );
}

async function sayTaken<Value>(name: string, use: () => Promise<Value>): Promise<Value> {
  try {
    return await use();
  } catch (error) {
    if (codeOf(error) === NOT_UNIQUE)
      throw new AppError("conflict", `There is a team ${JSON.stringify(name)} already.`);
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return (rootCause(error) as { code?: string }).code;
}

function noSuchTeam(): AppError {
  return new AppError("not_found", "There is no such team.");
}
