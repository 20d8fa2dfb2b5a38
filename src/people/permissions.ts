import { AppError } from "../errors.ts";
import type { Access, Role } from "./access.ts";
import { ROLES } from "./tables.ts";

/** Every action, and the least role that may do it. The README's table is this one: a test compares them. */
export const ACTIONS = {
  "clips.read": "viewer",
  "clips.run": "viewer",
  "clips.write": "editor",
  "shares.read": "editor",
  "shares.write": "editor",
  "databases.read": "viewer",
  "schema.read": "editor",
  "helpers.read": "editor",
  "helpers.manage": "administrator",
  "links.read": "editor",
  "links.manage": "administrator",
  "materialized.read": "viewer",
  "materialized.manage": "administrator",
  "account.manage": "viewer",
  "people.manage": "administrator",
  "teams.manage": "administrator",
  "audit.read": "administrator",
} as const satisfies Record<string, Role>;

export type Action = keyof typeof ACTIONS;

/** Whose a clip is and where it runs: what decides who may see it. */
export interface ClipPlace {
  teamId: number;
  database: string;
}

/** Whether a role has what another one is the least for. */
export function hasRole(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}

/** Whether somebody may do such things at all; whether they may do it to this clip is said by {@link maySeeClip}. */
export function mayDo(access: Access, action: Action): boolean {
  // A key never makes another one, nor does it change what its owner signs in with.
  if (action === "account.manage" && access.via === "key") return false;
  return hasRole(access.role, ACTIONS[action]);
}

/** Whether somebody may see a clip: it is of one of their teams, and on a database that their key is for. */
export function maySeeClip({ teams, databases }: Access, clip: ClipPlace): boolean {
  return (
    (teams === null || teams.some(({ id }) => id === clip.teamId)) &&
    (databases === null || databases.includes(clip.database))
  );
}

/** Whether somebody may write clips of a team on a database, or, without a team, of any of theirs. */
export function mayWriteOn({ role, teams, databases }: Access, database: string, teamId?: number): boolean {
  return (
    hasRole(role, ACTIONS["clips.write"]) &&
    (databases === null || databases.includes(database)) &&
    (teams === null ||
      teams.some(
        (team) =>
          (teamId === undefined || team.id === teamId) &&
          (team.databases === null || team.databases.includes(database)),
      ))
  );
}

/** Refuses what somebody's role does not let them do. @throws AppError forbidden */
export function checkAction(access: Access, action: Action): void {
  if (mayDo(access, action)) return;
  const least = ACTIONS[action];
  throw new AppError(
    "forbidden",
    `This takes ${least === "editor" ? "an" : "a"} ${least}, and you are ${describe(access)}.`,
    {
      hint:
        access.via === "key"
          ? "Make a key with a wider scope on your account's page, or sign in with a browser."
          : "Ask an administrator for another role.",
    },
  );
}

/** Refuses a clip on a database, or of a team, that is not somebody's to write on. @throws AppError forbidden */
export function checkWriteOn(access: Access, database: string, teamId?: number): void {
  checkAction(access, "clips.write");
  if (mayWriteOn(access, database, teamId)) return;
  throw new AppError(
    "forbidden",
    `You may not write clips on the database ${database}${teamId === undefined ? "" : " for this team"}.`,
    {
      hint: "Choose another one, or ask an administrator to let your team use it.",
    },
  );
}

function describe({ via, role }: Access): string {
  const article = role === "viewer" ? "a" : "an";
  return via === "key" ? `using a key that makes you ${article} ${role}` : `${article} ${role}`;
}
