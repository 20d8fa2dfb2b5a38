import type { Clip } from "../clips/clips.ts";
import { AppError } from "../errors.ts";
import type { OwnDatabase } from "../own-database.ts";
import type { Access } from "../people/access.ts";
import { checkWriteOn, mayWriteOn, teamFor } from "../people/permissions.ts";
import { listTeamNames } from "../people/teams.ts";

/** Where a clip is to be, as a request says it. */
interface WishedPlace {
  database?: string | undefined;
  teamId?: number | undefined;
}

/**
 * The team of a new clip: the one that is wished for, or else the first of somebody's that may use the database.
 * @throws AppError forbidden for a database, or a team, on which they may not write clips
 */
export async function placeNewClip(
  db: OwnDatabase,
  access: Access,
  { database, teamId }: { database: string; teamId?: number | undefined },
): Promise<number> {
  const chosen = teamId ?? teamFor(access, database);
  checkWriteOn(access, database, chosen);
  if (chosen === undefined) throw new Error("a clip was let through without a team");
  if (teamId !== undefined) await checkTeam(db, access, teamId);
  return chosen;
}

/**
 * The team of a copy: the one that is wished for; or the clip's own, if they may write there; or else as of a new clip.
 * @throws AppError forbidden as {@link placeNewClip} does
 */
export async function placeFork(
  db: OwnDatabase,
  access: Access,
  { database, teamId }: Clip,
  wished: number | undefined,
): Promise<number> {
  return placeNewClip(db, access, {
    database,
    teamId: wished ?? (mayWriteOn(access, database, teamId) ? teamId : undefined),
  });
}

/** Checks where a clip of theirs is to go. @throws AppError forbidden as {@link placeNewClip} does */
export async function checkMove(
  db: OwnDatabase,
  access: Access,
  clip: Clip,
  { database = clip.database, teamId = clip.teamId }: WishedPlace,
): Promise<void> {
  checkWriteOn(access, database, teamId);
  if (teamId !== clip.teamId) await checkTeam(db, access, teamId);
}

/** The teams between which somebody can choose for a clip. */
export async function teamChoices(db: OwnDatabase, access: Access): Promise<readonly { id: number; name: string }[]> {
  return access.teams ?? listTeamNames(db);
}

/** One's own teams are there; an administrator may have written anything. */
async function checkTeam(db: OwnDatabase, access: Access, teamId: number): Promise<void> {
  const teams = await teamChoices(db, access);
  if (teams.some(({ id }) => id === teamId)) return;
  throw new AppError("invalid_request", `There is no team ${teamId}.`, {
    hint: `The teams are: ${teams.map(({ id, name }) => `${id} (${name})`).join(", ")}.`,
  });
}
