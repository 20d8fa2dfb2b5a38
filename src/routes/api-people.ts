import { Hono } from "hono";
import type { Deps } from "../deps.ts";
import { type Invitation, listInvitations } from "../people/invitations.ts";
import { getPerson, type ListedPerson, listPeople } from "../people/manage-people.ts";
import type { Env } from "./env.ts";
import { InvitationFields, PersonChangeFields } from "./manage-fields.ts";
import { editPerson, invite, makeSignInLink, withdrawInvitation } from "./manage-people.ts";
import { readJson } from "./read-body.ts";

/** /api/people: lists people, shows one, changes what they may do, makes a link that signs them in. */
export function apiPeople(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  const { db } = deps;
  app.get("/", async (c) => c.json({ people: (await listPeople(db)).map(personJson) }));
  app.get("/:id", async (c) => c.json(personJson(await getPerson(db, c.req.param("id")))));
  app.patch("/:id", async (c) => {
    const fields = await readJson(c, PersonChangeFields);
    return c.json(personJson(await editPerson(c, deps, c.req.param("id"), fields)));
  });
  app.post("/:id/sign-in-link", async (c) => {
    c.header("Cache-Control", "no-store");
    return c.json(await makeSignInLink(c, deps, c.req.param("id")), 201);
  });
  return app;
}

/** /api/invitations: lists those that work, makes one, revokes one. */
export function apiInvitations(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/", async (c) => c.json({ invitations: (await listInvitations(deps.db)).map(invitationJson) }));
  app.post("/", async (c) => {
    const made = await invite(c, deps, await readJson(c, InvitationFields));
    c.header("Cache-Control", "no-store");
    return c.json(made, 201);
  });
  app.delete("/:id", async (c) => {
    await withdrawInvitation(c, deps, c.req.param("id"));
    return c.body(null, 204);
  });
  return app;
}

function personJson(person: ListedPerson): Record<string, unknown> {
  return {
    id: person.id,
    name: person.name,
    email: person.email,
    role: person.role,
    teams: person.teams,
    two_factor: person.twoFactor,
    disabled_at: person.disabledAt?.toISOString() ?? null,
    last_sign_in_at: person.lastSignInAt?.toISOString() ?? null,
    created_at: person.createdAt.toISOString(),
  };
}

function invitationJson({ id, email, role, teamIds, teams, createdBy, ...times }: Invitation): Record<string, unknown> {
  return {
    id,
    email,
    role,
    team_ids: teamIds,
    teams,
    created_by: createdBy,
    created_at: times.createdAt.toISOString(),
    expires_at: times.expiresAt.toISOString(),
  };
}
