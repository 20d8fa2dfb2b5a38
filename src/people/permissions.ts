import type { VisibleTo } from "../clips/visible-clips.ts";
import { AppError } from "../errors.ts";
import type { Access, Role } from "./access.ts";
import { FIRST_TEAM, ROLES } from "./tables.ts";

/** Every action, and the least role that may do it. The README's table is this one: a test compares them. */
export const ACTIONS = {
  "clips.read": "viewer",
  "clips.run": "viewer",
  "clips.write": "editor",
  "clips.fork": "editor",
  "sql.run": "editor",
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
  "people.sign_in": "administrator",
  "teams.manage": "administrator",
  "audit.read": "administrator",
} as const satisfies Record<string, Role>;

export type Action = keyof typeof ACTIONS;

/** What a key never does: it makes no other one, nor does it change, or make, what somebody signs in with. */
const NOT_BY_KEYS: ReadonlySet<Action> = new Set(["account.manage", "people.sign_in"]);

/** What reaches all databases: a key that is for some of them does not do it. */
const FOR_ALL_DATABASES: ReadonlySet<Action> = new Set([
  "people.manage",
  "people.sign_in",
  "teams.manage",
  "audit.read",
]);

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
  if (access.via === "key" && NOT_BY_KEYS.has(action)) return false;
  if (access.databases !== null && FOR_ALL_DATABASES.has(action)) return false;
  return hasRole(access.role, ACTIONS[action]);
}

/** Whether somebody may see a clip: it is of one of their teams, and on a database that their key is for. */
export function maySeeClip({ teams, databases }: Access, clip: ClipPlace): boolean {
  return (
    (teams === null || teams.some(({ id }) => id === clip.teamId)) &&
    (databases === null || databases.includes(clip.database))
  );
}

/** Which clips somebody sees in a list: those of which {@link maySeeClip} is true. */
export function visibleTo({ teams, databases }: Access): VisibleTo {
  return { teamIds: teams?.map(({ id }) => id) ?? null, databases };
}

/** Whether somebody may look at a database: their key is for it, and one of their teams may use it. */
export function mayUseDatabase({ teams, databases }: Access, database: string): boolean {
  return (
    (databases === null || databases.includes(database)) &&
    (teams === null || teams.some((team) => team.databases === null || team.databases.includes(database)))
  );
}

/** Whether somebody may write clips of a team on a database, or, without a team, of any of theirs. */
export function mayWriteOn(access: Access, database: string, teamId?: number): boolean {
  const { role, teams } = access;
  const own = teams === null || teamId === undefined ? teams : teams.filter(({ id }) => id === teamId);
  return hasRole(role, ACTIONS["clips.write"]) && mayUseDatabase({ ...access, teams: own }, database);
}

/** The team that gets a clip on a database where nobody says which; undefined: none of theirs may use the database. */
export function teamFor({ teams }: Access, database: string): number | undefined {
  const own = teams?.filter((team) => team.databases === null || team.databases.includes(database));
  if (own === undefined || own.some(({ id }) => id === FIRST_TEAM)) return FIRST_TEAM;
  return own[0]?.id;
}

/** Refuses what somebody may not do at all. @throws AppError forbidden */
export function checkAction(access: Access, action: Action): void {
  if (mayDo(access, action)) return;
  const least = ACTIONS[action];
  if (hasRole(access.role, least)) {
    throw new AppError("forbidden", "This is not for a key, or not for one of some databases only.", {
      hint: "Sign in with a browser.",
    });
  }
  throw new AppError("forbidden", `This takes ${withArticle(least)}, and you are ${describe(access)}.`, {
    hint:
      access.via === "key"
        ? "Make a key with a wider scope on your account's page, or sign in with a browser."
        : "Ask an administrator for another role.",
  });
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
  return via === "key" ? `using a key that makes you ${withArticle(role)}` : withArticle(role);
}

function withArticle(role: Role): string {
  return `${role === "viewer" ? "a" : "an"} ${role}`;
}
