import type { Context } from "hono";
import { Hono } from "hono";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import { actorOfPerson, recordEvent } from "../people/audit.ts";
import { nameOf } from "../people/email.ts";
import { findInvitation, type Invitation, takeInvitation } from "../people/invitations.ts";
import { hashPassword } from "../people/passwords.ts";
import { renderInvitationPage } from "../../views/invitation-page.tsx";
import { beginSession } from "./begin-session.ts";
import type { Env } from "./env.ts";
import { NewAccountFields, NewAccountForm } from "./new-account-fields.ts";
import { checkFields, readForm } from "./read-body.ts";

/** /invitations/<token>: by which somebody becomes a person here. It is used up by the form, not by its page. */
export function invitationPage(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  const { db, auth } = deps;

  app.get("/:token", async (c) => show(c, { invitation: await findInvitation(db, c.req.param("token")) }));

  app.post("/:token", async (c) => {
    const token = c.req.param("token");
    const form = await readForm(c, NewAccountForm);
    const invitation = await findInvitation(db, token);
    if (invitation === null) return show(c, { invitation });
    try {
      const { name, email, password } = checkFields(NewAccountFields, {
        ...form,
        email: invitation.email ?? form.email,
      });
      const passwordHash = await hashPassword(auth, password);
      const person = await takeInvitation(db, token, { name: name || nameOf(email), email, passwordHash });
      if (person === null) return await show(c, { invitation: null });
      await recordEvent(db, {
        action: "person.create",
        ...actorOfPerson(person, c.var.address),
        details: { by: "invitation", invitation: invitation.id, invited_by: invitation.createdBy, role: person.role },
      });
      await beginSession(c, deps, person.id, "invitation");
      return c.redirect("/", 303);
    } catch (error) {
      return show(c, { invitation, form, error });
    }
  });

  const show = (
    c: Context<Env>,
    { invitation, form, error }: { invitation: Invitation | null; form?: NewAccountForm; error?: unknown },
  ): Response | Promise<Response> => {
    const said = invitation === null ? doesNotWork() : error;
    if (said !== undefined && !(said instanceof AppError)) throw said;
    c.header("Cache-Control", "no-store");
    const path = c.req.path;
    const html = renderInvitationPage({
      path,
      invitation,
      form: form ?? NewAccountForm.parse({}),
      error: said ?? null,
    });
    return c.html(html, said?.status ?? 200);
  };

  return app;
}

/** The same words whether it was used, revoked, is too old, or was never made. */
function doesNotWork(): AppError {
  return new AppError("not_found", "This invitation does not work.", {
    hint: "It may have been used or revoked, or be older than 7 days. Ask whoever sent it for a new one.",
  });
}
