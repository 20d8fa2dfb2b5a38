import type { Context } from "hono";
import type { z } from "zod";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import { createInvitation, revokeInvitation } from "../people/invitations.ts";
import { changePerson, checkTeams, getPerson, type ListedPerson } from "../people/manage-people.ts";
import { createSignInLink } from "../people/sign-in.ts";
import { FIRST_TEAM } from "../people/tables.ts";
import { changeTeam, createTeam, getTeam, removeTeam, type Team } from "../people/teams.ts";
import { UUID } from "../tables.ts";
import { baseUrl } from "./clip-json.ts";
import type { Env } from "./env.ts";
import type { InvitationFields, PersonChangeFields, TeamChangeFields, TeamFields } from "./manage-fields.ts";
import { recordChange } from "./record.ts";

/** What administrators do to people and teams, from the pages and from the API: done, and written down. */

/** Invites somebody; the link is said this once. @throws AppError invalid_request for a team that is not there */
export async function invite(
  c: Context<Env>,
  deps: Deps,
  { email, role, team_ids: teamIds = [FIRST_TEAM] }: z.infer<typeof InvitationFields>,
): Promise<{ id: string; url: string }> {
  await checkTeams(deps.db, teamIds);
  const { id, token } = await recordChange(c, deps, "person.invite", async (db) => {
    const created = await createInvitation(db, { email, role, teamIds, createdBy: c.var.asker });
    return { ...created, details: { invitation: created.id, email, role, team_ids: teamIds } };
  });
  return { id, url: `${baseUrl(c, deps)}/invitations/${token}` };
}

/** @throws AppError not_found */
export async function withdrawInvitation(c: Context<Env>, deps: Deps, id: string): Promise<void> {
  await recordChange(c, deps, "invitation.revoke", async (db) => {
    if (!UUID.test(id) || !(await revokeInvitation(db, id))) {
      throw new AppError("not_found", "There is no such invitation, or it has been used or revoked already.");
    }
    return { details: { invitation: id } };
  });
}

/** Changes a person. @throws AppError as changePerson does */
export async function editPerson(
  c: Context<Env>,
  deps: Deps,
  id: string,
  { role, team_ids: teamIds, disabled }: z.infer<typeof PersonChangeFields>,
): Promise<ListedPerson> {
  const { person } = await recordChange(c, deps, "person.change", async (db) => {
    const before = await getPerson(db, id);
    const after = await changePerson(db, id, { role, teamIds, disabled });
    return { person: after, details: { person: id, email: after.email, from: state(before), to: state(after) } };
  });
  return person;
}

/** Makes a link that signs a person in once, for somebody who has lost their password. @throws AppError not_found, conflict */
export async function makeSignInLink(c: Context<Env>, deps: Deps, id: string): Promise<{ url: string }> {
  const { email, disabledAt } = await getPerson(deps.db, id);
  if (disabledAt !== null) {
    throw new AppError("conflict", "They are disabled: a link would not sign them in.", { hint: "Enable them first." });
  }
  const { link } = await recordChange(c, deps, "person.sign_in_link", async (db) => ({
    link: await createSignInLink(db, id),
    details: { person: id, email },
  }));
  return { url: `${baseUrl(c, deps)}/sign-in?link=${link}` };
}

/** Makes a team. @throws AppError as createTeam does, and invalid_request for a database that is not there */
export async function addTeam(
  c: Context<Env>,
  deps: Deps,
  { name, databases, member_ids: memberIds }: z.infer<typeof TeamFields>,
): Promise<Team> {
  checkDatabases(deps, databases);
  const { team } = await recordChange(c, deps, "team.create", async (db) => {
    const { id } = await createTeam(db, { name, databases, memberIds });
    const created = await getTeam(db, id);
    return { team: created, details: { team: id, ...teamState(created) } };
  });
  return team;
}

/** Changes a team. @throws AppError as changeTeam does, and invalid_request for a database that is not there */
export async function editTeam(
  c: Context<Env>,
  deps: Deps,
  id: number,
  { name, databases, member_ids: memberIds }: z.infer<typeof TeamChangeFields>,
): Promise<Team> {
  checkDatabases(deps, databases ?? null);
  const { team } = await recordChange(c, deps, "team.change", async (db) => {
    const before = await getTeam(db, id);
    const after = await changeTeam(db, id, { name, databases, memberIds });
    return { team: after, details: { team: id, from: teamState(before), to: teamState(after) } };
  });
  return team;
}

/** @throws AppError as removeTeam does */
export async function dropTeam(c: Context<Env>, deps: Deps, id: number): Promise<void> {
  await recordChange(c, deps, "team.delete", async (db) => {
    const { name } = await removeTeam(db, id);
    return { details: { team: id, name } };
  });
}

function checkDatabases({ databases }: Deps, names: readonly string[] | null): void {
  for (const name of names ?? []) databases.get(name);
}

function state({ role, teams, disabledAt }: ListedPerson): Record<string, unknown> {
  return { role, teams: teams.map(({ name }) => name), disabled: disabledAt !== null };
}

function teamState({ name, databases, members }: Team): Record<string, unknown> {
  return { name, databases, members: members.map(({ email }) => email) };
}
