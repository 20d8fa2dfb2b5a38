import type { Context } from "hono";
import { Hono } from "hono";
import * as z from "zod";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import type { Access, Person } from "../people/access.ts";
import { hashPassword, hasPassword, isPasswordOf, savePassword } from "../people/passwords.ts";
import { renamePerson } from "../people/people.ts";
import { endSession, endSessions, endSignInLinks, listSessions, mayChooseNewPassword } from "../people/sessions.ts";
import type { SignInLimits } from "../people/sign-in-limits.ts";
import { DONE, renderAccountPage } from "../../views/account-page.tsx";
import { requireAccess } from "./require-access.ts";
import { beginSession } from "./begin-session.ts";
import type { Env } from "./env.ts";
import { Name } from "./person-fields.ts";
import { checkFields, readForm } from "./read-body.ts";
import { record } from "./record.ts";
import { sayRetryAfter } from "./send-error.ts";

const NameForm = z.object({ name: z.string() });
const NameFields = z.object({ name: Name.pipe(z.string().min(1, "must not be empty")) });
const PasswordForm = z.object({ current: z.string().default(""), password: z.string() });

/** /account: who somebody is here, their password, and the browsers in which they are signed in. */
export function accountPage(deps: Deps, limits: SignInLimits): Hono<Env> {
  const app = new Hono<Env>();
  const { db, auth } = deps;

  app.get("/", (c) => show(c));

  app.post("/", async (c) => {
    const person = whoOf(c);
    const form = await readForm(c, NameForm);
    try {
      const { name } = checkFields(NameFields, form);
      await renamePerson(db, person.id, name);
      await record(c, deps, "person.change", { details: { person: person.id, name } });
      return done(c, "name");
    } catch (error) {
      return show(c, error);
    }
  });

  app.post("/password", async (c) => {
    const person = whoOf(c);
    const { current, password } = await readForm(c, PasswordForm);
    try {
      if (c.var.access!.via !== "session") {
        throw new AppError("conflict", "The proxy in front of this server signs you in: a password is of no use.");
      }
      if (await asksForCurrent(c.var.access!)) await checkCurrent(c, person, current);
      const passwordHash = await hashPassword(auth, password);
      await savePassword(db, person.id, passwordHash);
      // Whoever knew the old one, or took a cookie or a link, is out; this browser gets a session anew.
      await endSessions(db, person.id, null);
      await endSignInLinks(db, person.id);
      await record(c, deps, "password.change");
      await beginSession(c, deps, person.id, "password");
      return done(c, "password");
    } catch (error) {
      return show(c, error);
    }
  });

  app.post("/sessions/end", async (c) => {
    const person = whoOf(c);
    const ended = await endSessions(db, person.id, c.var.access!.sessionId);
    await record(c, deps, "session.end", { details: { others: ended } });
    return done(c, "sessions");
  });

  app.post("/sessions/:id/end", async (c) => {
    const person = whoOf(c);
    if (!(await endSession(db, person.id, c.req.param("id")))) {
      throw new AppError("not_found", "There is no such session.", { hint: "It may have ended already." });
    }
    await record(c, deps, "session.end", { details: { session: c.req.param("id") } });
    return done(c, "sessions");
  });

  /** Whether a new password takes the one before: not where there is none, nor after a sign-in by link. */
  const asksForCurrent = async ({ person, sessionId }: Access): Promise<boolean> =>
    (await hasPassword(db, person!.id)) && !(sessionId !== null && (await mayChooseNewPassword(db, sessionId)));

  const checkCurrent = async (c: Context<Env>, { id, email }: Person, current: string): Promise<void> => {
    const by = { account: email, address: c.var.address };
    const right = await limits.compare(by, async () => ((await isPasswordOf(deps, id, current)) ? true : null));
    if (right === null) throw new AppError("forbidden", "The current password is not right.");
  };

  const show = async (c: Context<Env>, error?: unknown): Promise<Response> => {
    if (error !== undefined && !(error instanceof AppError)) throw error;
    sayRetryAfter(c, error);
    const access = requireAccess(c);
    const { person } = access;
    const html = renderAccountPage({
      access,
      account:
        person === null
          ? null
          : {
              person,
              hasPassword: await hasPassword(db, person.id),
              asksForCurrent: await asksForCurrent(access),
              sessions: await listSessions(db, person.id),
            },
      done: c.req.method === "POST" ? undefined : DONE.get(c.req.query("done") ?? ""),
      error: error ?? null,
    });
    return c.html(html, error?.status ?? 200);
  };

  return app;
}

function done(c: Context<Env>, what: "name" | "password" | "sessions"): Response {
  return c.redirect(`/account?done=${what}`, 303);
}

/** @throws AppError conflict where there is no person: the administrator's token is nobody's */
function whoOf(c: Context<Env>): Person {
  const { person } = requireAccess(c);
  if (person !== null) return person;
  throw new AppError("conflict", "The administrator's token is nobody's account.", {
    hint: "Sign in with a browser, as a person.",
  });
}
