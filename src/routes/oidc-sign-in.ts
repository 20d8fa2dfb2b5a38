import type { Context } from "hono";
import { Hono } from "hono";
import * as z from "zod";
import type { Deps } from "../deps.ts";
import { networkOf } from "../client-address.ts";
import { AppError } from "../errors.ts";
import { actorOfPerson, recordEvent } from "../people/audit.ts";
import type { CounterOf } from "../rate-counter.ts";
import { renderContinuePage } from "../../views/continue-page.tsx";
import { renderSignInRefusedPage } from "../../views/sign-in-refused-page.tsx";
import { keepSession, passCookies } from "./begin-session.ts";
import type { Env } from "./env.ts";
import { localPath } from "./local-path.ts";
import { readForm } from "./read-body.ts";
import { record } from "./record.ts";

/** So many requests of an address that lead to no sign-in, in so long a time: each leaves a row behind. */
export const OIDC_TRIES = 60;
const WINDOW_MS = 15 * 60_000;

const NextForm = z.object({ next: z.string().optional() });

/** /sign-in/oidc: sign-in with a provider, and where it sends people back to. */
export function oidcSignIn(deps: Deps, counters: CounterOf): Hono<Env> {
  const app = new Hono<Env>();
  const tries = counters("sign-ins with a provider", WINDOW_MS);

  app.post("/", async (c) => {
    const oidc = oidcOf(deps);
    takeTry(c);
    const { next } = await readForm(c, NextForm);
    try {
      const { url, headers } = await oidc.begin(localPath(next));
      passCookies(c, headers);
      // Not a redirect: browsers follow one of a form only to where form-action lets it go, and providers send people on.
      c.header("Refresh", `0; url=${url}`);
      c.header("Cache-Control", "no-store");
      return c.html(renderContinuePage({ provider: oidc.name, url }));
    } catch (error) {
      return refuse(c, oidc.name, error);
    }
  });

  app.get("/callback", async (c) => {
    const oidc = oidcOf(deps);
    const { access, address } = c.var;
    takeTry(c);
    try {
      const { person, isNew, headers, next } = await oidc.complete(c.req.raw, access?.person?.id ?? null);
      if (isNew) {
        await recordEvent(deps.db, {
          ...actorOfPerson(person, address),
          action: "person.create",
          details: { by: "oidc", email: person.email },
        });
      }
      await keepSession(c, deps, headers, "oidc");
      // That which has begun it, and this one: a whole office may come at once.
      for (let given = 0; given < 2; given++) tries.giveBack(networkOf(address));
      return c.redirect(localPath(next), 303);
    } catch (error) {
      const refused = refuse(c, oidc.name, error);
      await record(c, deps, "session.fail", { details: { by: "oidc", reason: (error as AppError).message } });
      return refused;
    }
  });

  const takeTry = (c: Context<Env>): void => {
    const retryAfterSeconds = tries.take(networkOf(c.var.address), OIDC_TRIES);
    if (retryAfterSeconds === 0) return;
    throw new AppError("too_many_requests", "Signing in was begun too often from this address.", { retryAfterSeconds });
  };

  /** Says on a page what is wrong; the log says what better-auth made of it. */
  const refuse = (c: Context<Env>, provider: string, error: unknown): Response | Promise<Response> => {
    if (!(error instanceof AppError)) throw error;
    if (error.cause !== undefined) deps.log.error("oidc_sign_in_failed", error.cause, { provider });
    c.header("Cache-Control", "no-store");
    return c.html(renderSignInRefusedPage({ error }), error.status);
  };

  return app;
}

/** @throws AppError not_found, where no provider is configured */
function oidcOf({ oidc }: Deps) {
  if (oidc !== undefined) return oidc;
  throw new AppError("not_found", "There is no sign-in with a provider here.", {
    hint: "The settings DATACLIPS_OIDC_… name one.",
  });
}
