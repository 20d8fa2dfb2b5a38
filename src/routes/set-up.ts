import type { Context } from "hono";
import { Hono } from "hono";
import * as z from "zod";
import { firstClipPath } from "../clips/first-clip.ts";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import { actorOfPerson, recordEvent } from "../people/audit.ts";
import { nameOf } from "../people/email.ts";
import { hashPassword } from "../people/passwords.ts";
import { hasAdministrator } from "../people/people.ts";
import { isSetUp, makeFirstAdministrator } from "../people/set-up.ts";
import { findSignInLink } from "../people/sign-in.ts";
import { renderSetUpPage } from "../../views/set-up-page.tsx";
import { beginSession } from "./begin-session.ts";
import type { Env } from "./env.ts";
import { NewAccountFields, NewAccountForm } from "./new-account-fields.ts";
import { checkFields, readForm } from "./read-body.ts";

const SetUpForm = NewAccountForm.extend({ link: z.string().default("") });

/** /set-up: the server's one-time link makes the first administrator. The link is used up by the form, not by its page. */
export function setUp(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  const { db, auth } = deps;

  app.get("/", async (c) => {
    const link = c.req.query("link") ?? "";
    try {
      await checkLink(link);
      return show(c, { link });
    } catch (error) {
      return show(c, { link: null, error });
    }
  });

  app.post("/", async (c) => {
    const { link, ...form } = await readForm(c, SetUpForm);
    try {
      await checkLink(link);
    } catch (error) {
      return show(c, { link: null, error });
    }
    try {
      const { name, email, password } = checkFields(NewAccountFields, form);
      const passwordHash = await hashPassword(auth, password);
      const person = await makeFirstAdministrator(db, link, { name: name || nameOf(email), email, passwordHash });
      if (person === null) throw doesNotWork();
      await recordEvent(db, {
        action: "person.create",
        ...actorOfPerson(person, c.var.address),
        details: { by: "set_up", role: person.role },
      });
      await beginSession(c, deps, person.id, "set_up");
      return c.redirect((await firstClipPath(db)) ?? "/", 303);
    } catch (error) {
      return show(c, { link, form, error });
    }
  });

  /** @throws AppError that says why a link does not set anything up */
  const checkLink = async (link: string): Promise<void> => {
    if (await hasAdministrator(db)) throw isSetUp();
    const found = await findSignInLink(db, link);
    if (found === null || found.personId !== null) throw doesNotWork();
  };

  const show = (
    c: Context<Env>,
    { link, form, error }: { link: string | null; form?: NewAccountForm; error?: unknown },
  ): Response | Promise<Response> => {
    if (error !== undefined && !(error instanceof AppError)) throw error;
    c.header("Cache-Control", "no-store");
    const html = renderSetUpPage({ link, form: form ?? NewAccountForm.parse({}), error: error ?? null });
    return c.html(html, error?.status ?? 200);
  };

  return app;
}

function doesNotWork(): AppError {
  return new AppError("unauthorized", "This link has been used, or is too old.", {
    hint: "The server prints a new one when it starts; dataclips sign-in-link prints one too. The administrator's token, on the page that signs in, opens the set-up as well.",
  });
}
