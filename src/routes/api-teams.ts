import { Hono } from "hono";
import type { Deps } from "../deps.ts";
import { getTeam, listTeams, type Team } from "../people/teams.ts";
import type { Env } from "./env.ts";
import { TeamChangeFields, TeamFields } from "./manage-fields.ts";
import { addTeam, dropTeam, editTeam } from "./manage-people.ts";
import { readNumber } from "./query.ts";
import { readJson } from "./read-body.ts";

/** /api/teams: lists teams, makes, shows, changes and removes one. */
export function apiTeams(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  const { db } = deps;
  app.get("/", async (c) => c.json({ teams: (await listTeams(db)).map(teamJson) }));
  app.post("/", async (c) => c.json(teamJson(await addTeam(c, deps, await readJson(c, TeamFields))), 201));
  app.get("/:id", async (c) => c.json(teamJson(await getTeam(db, readNumber("id", c.req.param("id"))))));
  app.patch("/:id", async (c) => {
    const fields = await readJson(c, TeamChangeFields);
    return c.json(teamJson(await editTeam(c, deps, readNumber("id", c.req.param("id")), fields)));
  });
  app.delete("/:id", async (c) => {
    await dropTeam(c, deps, readNumber("id", c.req.param("id")));
    return c.body(null, 204);
  });
  return app;
}

function teamJson({ id, name, databases, members, clips, createdAt }: Team): Record<string, unknown> {
  return { id, name, databases, members, clips, created_at: createdAt.toISOString() };
}
