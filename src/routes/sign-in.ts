import { APIError } from "better-auth/api";
import type { Context } from "hono";
import { Hono } from "hono";
import * as z from "zod";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import { findActivePerson, findOldestAdministrator, hasAdministrator } from "../people/people.ts";
import { allowNewPassword } from "../people/sessions.ts";
import type { SignInLimits } from "../people/sign-in-limits.ts";
import { createSignInLink, findSignInLink, takeSignInLink } from "../people/sign-in.ts";
import { isSameToken } from "../people/tokens.ts";
import { renderSignInPage, type SignInForm } from "../../views/sign-in-page.tsx";
import { beginSession, endSessionBefore, keepSession, passCookies } from "./begin-session.ts";
import type { Env } from "./env.ts";
import { localPath } from "./local-path.ts";
import { readForm } from "./read-body.ts";
import { record } from "./record.ts";
import { sayRetryAfter } from "./send-error.ts";

const PasswordForm = z.object({ email: z.string(), password: z.string(), next: z.string().optional() });
const TokenForm = z.object({ token: z.string(), next: z.string().optional() });

/** So much is kept of the email address of a sign-in that failed. */
const EMAIL_SHOWN = 200;

/** What is said whoever it is: not whether there is such a person, nor whether they may sign in. */
const WRONG = new AppError("unauthorized", "The email address or the password is not right.", {
  hint: "Who has forgotten the password asks an administrator for a link that signs them in.",
});

/** /sign-in: by password, by a one-time link, or with the administrator's token; /sign-in/out ends the session. */
export function signIn(deps: Deps, limits: SignInLimits): Hono<Env> {
  const app = new Hono<Env>();
  const { db } = deps;

  app.get("/", async (c) => {
    const next = c.req.query("next");
    const link = c.req.query("link");
    // HEAD is what looks at a link before somebody follows it: it must not use it up.
    if (link === undefined || c.req.method === "HEAD") return show(c, { next });
    const found = await findSignInLink(db, link);
    if (found !== null && found.personId === null) return c.redirect(setUpPath(link), 303);
    const taken = await takeSignInLink(db, link);
    if (!taken?.personId || (await findActivePerson(db, taken.personId)) === null) {
      const error = new AppError("unauthorized", "This sign-in link has been used, or is too old.", {
        hint: "Sign in with your password, or ask an administrator for a new link.",
      });
      return show(c, { next, error });
    }
    const { sessionId } = await beginSession(c, deps, taken.personId, "link");
    await allowNewPassword(db, sessionId);
    return c.redirect(next === undefined ? "/account#password" : localPath(next), 303);
  });

  app.post("/", async (c) => {
    const { email, password, next } = await readForm(c, PasswordForm);
    try {
      const by = { account: email, address: c.var.address };
      const answer = await limits.compare(by, () => signInByPassword(c, deps, email.trim(), password));
      if (answer === null) {
        await record(c, deps, "session.fail", { details: { by: "password", email: shownEmail(email) } });
        throw WRONG;
      }
      const { headers, needsCode } = answer;
      if (needsCode) {
        await endSessionBefore(c, deps);
        passCookies(c, headers);
        return c.redirect(`/sign-in/two-factor?next=${encodeURIComponent(localPath(next))}`, 303);
      }
      await keepSession(c, deps, headers, "password");
      return c.redirect(localPath(next), 303);
    } catch (error) {
      return show(c, { next, error, form: { kind: "password", email } });
    }
  });

  app.post("/token", async (c) => {
    const { token, next } = await readForm(c, TokenForm);
    try {
      const right = await limits.compare({ account: null, address: c.var.address }, async () =>
        isSameToken(token.trim(), deps.token) ? true : null,
      );
      if (right === null) {
        await record(c, deps, "session.fail", { details: { by: "token" } });
        throw new AppError("unauthorized", "This is not the administrator's token.");
      }
      const administrator = await findOldestAdministrator(db);
      if (administrator === null) return c.redirect(setUpPath(await createSignInLink(db, null)), 303);
      await beginSession(c, deps, administrator.id, "token");
      return c.redirect(localPath(next), 303);
    } catch (error) {
      return show(c, { next, error, form: { kind: "token" } });
    }
  });

  app.post("/out", async (c) => {
    const { person, sessionId } = c.var.access ?? {};
    const { headers } = await deps.auth.api.signOut({ headers: c.req.raw.headers, returnHeaders: true });
    if (person && sessionId) await record(c, deps, "session.end");
    passCookies(c, headers);
    return c.redirect("/sign-in", 303);
  });

  /** The page, with what went wrong in a form of it. */
  const show = async (
    c: Context<Env>,
    {
      next,
      error,
      form = { kind: "password", email: "" },
    }: { next?: string | undefined; error?: unknown; form?: SignInForm },
  ): Promise<Response> => {
    if (error !== undefined && !(error instanceof AppError)) throw error;
    sayRetryAfter(c, error);
    const isNew = !(await hasAdministrator(db));
    const providers = deps.oidc === undefined ? [] : [{ name: deps.oidc.name, path: "/sign-in/oidc" }];
    const html = renderSignInPage({ next: localPath(next), error: error ?? null, form, isNew, providers });
    return c.html(html, error?.status ?? 200);
  };

  return app;
}

/**
 * Asks better-auth, which hashes the password also where there is nobody to compare it with. Null: it is wrong, or
 * there is no such person, or they may not sign in.
 */
async function signInByPassword(
  c: Context<Env>,
  { auth }: Deps,
  email: string,
  password: string,
): Promise<{ headers: Headers; needsCode: boolean } | null> {
  try {
    const { headers, response } = await auth.api.signInEmail({
      body: { email, password },
      headers: c.req.raw.headers,
      returnHeaders: true,
    });
    return { headers, needsCode: "twoFactorRedirect" in response };
  } catch (error) {
    if (error instanceof APIError && error.statusCode < 500) return null;
    throw error;
  }
}

/** An email address as it was given, as far as PostgreSQL's jsonb can hold it. */
function shownEmail(email: string): string {
  return email
    .replaceAll(/\p{Cc}/gu, "")
    .slice(0, EMAIL_SHOWN)
    .toWellFormed();
}

function setUpPath(link: string): string {
  return `/set-up?link=${encodeURIComponent(link)}`;
}
