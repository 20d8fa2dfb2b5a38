import { Hono } from "hono";
import type { Context } from "hono";
import * as z from "zod";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import { listPeople } from "../people/manage-people.ts";
import { listTeams } from "../people/teams.ts";
import { renderTeamsPage } from "../../views/teams-page.tsx";
import type { Env } from "./env.ts";
import { TeamFields, ticked } from "./manage-fields.ts";
import { addTeam, dropTeam, editTeam } from "./manage-people.ts";
import { readNumber } from "./query.ts";
import { checkFields, readForm } from "./read-body.ts";
import { requireAccess } from "./require-access.ts";

const Form = z.record(z.string(), z.string());

/** /teams: whose clips there are, on which databases, and who is in which team. */
export function teamsPage(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  const { db } = deps;

  const show = async (c: Context<Env>, error: AppError | null = null): Promise<Response> => {
    const [teams, people] = await Promise.all([listTeams(db), listPeople(db)]);
    const databases = deps.databases.all.map(({ name }) => name);
    c.header("Cache-Control", "no-store");
    return c.html(renderTeamsPage({ access: requireAccess(c), teams, people, databases, error }), error?.status ?? 200);
  };

  /** Does something and shows the page anew; what is wrong is said on it. */
  const act = async (c: Context<Env>, use: () => Promise<unknown>): Promise<Response> => {
    try {
      await use();
      return c.redirect("/teams", 303);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return show(c, error);
    }
  };
  const read = async (c: Context<Env>): Promise<z.infer<typeof TeamFields>> => {
    const form = await readForm(c, Form);
    const databases = ticked(form, "database_");
    const all = form["all_databases"] !== undefined;
    // Who ticks some means those, and has overlooked the other box.
    if (all && databases.length > 0) {
      throw new AppError("invalid_request", "Tick all databases, or those that the team may use, and not both.");
    }
    return checkFields(TeamFields, {
      name: form["name"] ?? "",
      databases: all ? null : databases,
      member_ids: ticked(form, "member_"),
    });
  };

  app.get("/", (c) => show(c));
  app.post("/", (c) => act(c, async () => addTeam(c, deps, await read(c))));
  app.post("/:id", (c) => act(c, async () => editTeam(c, deps, readNumber("id", c.req.param("id")), await read(c))));
  app.post("/:id/remove", (c) => act(c, () => dropTeam(c, deps, readNumber("id", c.req.param("id")))));

  return app;
}
