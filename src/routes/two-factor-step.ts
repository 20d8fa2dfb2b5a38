import type { Context } from "hono";
import { Hono } from "hono";
import * as z from "zod";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import type { Person } from "../people/access.ts";
import { findActivePerson } from "../people/people.ts";
import type { SignInLimits } from "../people/sign-in-limits.ts";
import { tryCode } from "../people/two-factor.ts";
import { renderTwoFactorStepPage } from "../../views/two-factor-step-page.tsx";
import { keepSession } from "./begin-session.ts";
import type { Env } from "./env.ts";
import { localPath } from "./local-path.ts";
import { readForm } from "./read-body.ts";
import { record } from "./record.ts";
import { sayRetryAfter } from "./send-error.ts";

const CodeForm = z.object({ code: z.string().max(100), next: z.string().optional() });

/** /sign-in/two-factor: the code of who has given their password, where they have turned that on. */
export function twoFactorStep(deps: Deps, limits: SignInLimits): Hono<Env> {
  const app = new Hono<Env>();
  const { db, auth } = deps;

  app.get("/", async (c) => {
    const next = localPath(c.req.query("next"));
    return (await findPending(c)) === null ? beginAgain(c, next) : show(c, { next, error: null });
  });

  app.post("/", async (c) => {
    const form = await readForm(c, CodeForm);
    const next = localPath(form.next);
    const person = await findPending(c);
    if (person === null) return beginAgain(c, next);
    try {
      // better-auth counts for each account by itself, in the database.
      const by = { account: null, address: c.var.address };
      const headers = await limits.compare(by, () =>
        tryCode(deps, person.id, { code: form.code, headers: withoutSession(c.req.raw.headers) }),
      );
      if (headers === null) {
        await record(c, deps, "session.fail", { details: { by: "two_factor", email: person.email } });
        throw new AppError("unauthorized", "This code is not right, or has been used already.", {
          hint: "A code counts for half a minute, and once. Wait for the next one, and look whether your device's clock is right.",
        });
      }
      await keepSession(c, deps, headers, "two_factor");
      return c.redirect(next, 303);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return show(c, { next, error });
    }
  });

  /** Who has given their password in this browser, but not their code yet. */
  const findPending = async (c: Context<Env>): Promise<Person | null> => {
    const found = await auth.api.findPendingSignIn({ headers: c.req.raw.headers });
    const owner = found && (await findActivePerson(db, found.personId));
    return owner === null ? null : owner.person;
  };

  const beginAgain = (c: Context<Env>, next: string): Response =>
    c.redirect(`/sign-in?next=${encodeURIComponent(next)}`, 303);

  const show = async (
    c: Context<Env>,
    { next, error }: { next: string; error: AppError | null },
  ): Promise<Response> => {
    sayRetryAfter(c, error);
    const isOver = error !== null && (await findPending(c)) === null;
    return c.html(renderTwoFactorStepPage({ next, error, isOver }), error?.status ?? 200);
  };

  return app;
}

/**
 * better-auth takes the code of whoever is signed in, before that of who is about to be: with somebody else's session
 * in the browser, it would be theirs that counts.
 */
function withoutSession(headers: Headers): Headers {
  const cookies = (headers.get("Cookie") ?? "").split(/; */).filter((cookie) => !/\.session_/.test(cookie));
  return new Headers({ Cookie: cookies.join("; ") });
}
