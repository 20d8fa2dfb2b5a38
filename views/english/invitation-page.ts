import type { Role } from "../../src/people/access.ts";

export const words = {
  title: "Invitation",
  youAreInvited: "You are invited to Dataclips",
  /** `by`: null for whoever had the administrator's token. */
  invites: (by: string | null, role: Role, teams: readonly string[]) =>
    `${by ?? "The administrator"} invites you as ${MEANS[role]}${inTeams(teams)}.`,
  makeAccount: "Make my account",
};

/** What a role lets one do, in a few words. */
const MEANS: Readonly<Record<Role, string>> = {
  viewer: "a viewer, who sees and runs the clips of their teams",
  editor: "an editor, who also writes clips and shares them",
  administrator: "an administrator, who may do everything",
};

function inTeams(teams: readonly string[]): string {
  return teams.length === 0 ? "" : `, in the ${teams.length === 1 ? "team" : "teams"} ${teams.join(", ")}`;
}
