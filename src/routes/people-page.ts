import { Hono } from "hono";
import type { Context } from "hono";
import * as z from "zod";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import { listInvitations } from "../people/invitations.ts";
import { listPeople } from "../people/manage-people.ts";
import { mayDo } from "../people/permissions.ts";
import { listTeamNames } from "../people/teams.ts";
import { renderPeoplePage } from "../../views/people-page.tsx";
import type { Env } from "./env.ts";
import { InvitationFields, PersonChangeFields, ticked } from "./manage-fields.ts";
import { editPerson, invite, makeSignInLink, withdrawInvitation } from "./manage-people.ts";
import { checkFields, readForm } from "./read-body.ts";
import { requireAccess } from "./require-access.ts";

const Form = z.record(z.string(), z.string());

/** /people: who is here, what they may do, and who is invited. */
export function peoplePage(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  const { db } = deps;

  const show = async (
    c: Context<Env>,
    said: { error?: AppError; link?: { url: string; for: "invitation" | "sign_in" } } = {},
  ): Promise<Response> => {
    const access = requireAccess(c);
    const [people, invitations, teams] = await Promise.all([listPeople(db), listInvitations(db), listTeamNames(db)]);
    c.header("Cache-Control", "no-store");
    const mayMakeLinks = mayDo(access, "people.sign_in");
    const { error = null, link = null } = said;
    return c.html(
      renderPeoplePage({ access, people, invitations, teams, mayMakeLinks, error, link }),
      error?.status ?? 200,
    );
  };

  /** Does something; what is wrong is said on the page. */
  const act = async (c: Context<Env>, use: () => Promise<Response>): Promise<Response> => {
    try {
      return await use();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return show(c, { error });
    }
  };
  const back = (c: Context<Env>): Response => c.redirect("/people", 303);

  app.get("/", (c) => show(c));

  // Links are shown in the answer itself, once: in a redirect they would stay in logs and histories.
  app.post("/invitations", (c) =>
    act(c, async () => {
      const form = await readForm(c, Form);
      const fields = checkFields(InvitationFields, {
        email: form["email"]?.trim() || null,
        role: form["role"],
        team_ids: ticked(form, "team_").map(Number),
      });
      const { url } = await invite(c, deps, fields);
      return show(c, { link: { url, for: "invitation" } });
    }),
  );

  app.post("/invitations/:id/revoke", (c) =>
    act(c, async () => {
      await withdrawInvitation(c, deps, c.req.param("id"));
      return back(c);
    }),
  );

  app.post("/:id", (c) =>
    act(c, async () => {
      const form = await readForm(c, Form);
      const fields = checkFields(PersonChangeFields, {
        role: form["role"],
        team_ids: ticked(form, "team_").map(Number),
      });
      await editPerson(c, deps, c.req.param("id"), fields);
      return back(c);
    }),
  );

  for (const [action, disabled] of [
    ["disable", true],
    ["enable", false],
  ] as const) {
    app.post(`/:id/${action}`, (c) =>
      act(c, async () => {
        await editPerson(c, deps, c.req.param("id"), { disabled });
        return back(c);
      }),
    );
  }

  app.post("/:id/sign-in-link", (c) =>
    act(c, async () => {
      const { url } = await makeSignInLink(c, deps, c.req.param("id"));
      return show(c, { link: { url, for: "sign_in" } });
    }),
  );

  return app;
}
