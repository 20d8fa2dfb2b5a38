import type { Context } from "hono";
import { Hono } from "hono";
import * as z from "zod";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import type { Person } from "../people/access.ts";
import { hasPassword } from "../people/passwords.ts";
import type { SignInLimits } from "../people/sign-in-limits.ts";
import { explain, hasTwoFactor, tryCode } from "../people/two-factor.ts";
import { renderTwoFactorPage, type TwoFactorView } from "../../views/two-factor-page.tsx";
import { passCookies } from "./begin-session.ts";
import type { Env } from "./env.ts";
import { readForm } from "./read-body.ts";
import { record } from "./record.ts";
import { requireAccess } from "./require-access.ts";
import { sayRetryAfter } from "./send-error.ts";

const PATH = "/account/two-factor";
const PasswordForm = z.object({ password: z.string() });
const CodeForm = z.object({ code: z.string().max(100), secret: z.string().regex(/^[A-Z2-7]{16,128}$/, "is not one") });

/** /account/two-factor: a code besides the password, turned on and off. */
export function twoFactorPage(deps: Deps, limits: SignInLimits): Hono<Env> {
  const app = new Hono<Env>();
  const { db, auth } = deps;

  app.get("/", (c) => show(c));

  app.post("/", (c) =>
    withPassword(c, async (password, headers) => {
      const { response } = await auth.api.enableTwoFactor({ body: { password }, headers, returnHeaders: true });
      if (response.method !== "totp") throw new Error("better-auth has turned on something else");
      return show(c, { kind: "confirm", uri: response.totpURI });
    }),
  );

  app.post("/confirm", async (c) => {
    const person = whoOf(c);
    const { code, secret } = await readForm(c, CodeForm);
    // Else a session alone would be shown the backup codes of what is on.
    if (await hasTwoFactor(db, person.id)) return c.redirect(PATH, 303);
    try {
      const by = { account: null, address: c.var.address };
      const headers = await limits.compare(by, () => tryCode(deps, person.id, { code, headers: c.req.raw.headers }));
      if (headers === null) {
        throw new AppError("forbidden", "This code is not right, or has been used already.", {
          hint: "Take the one that the app shows now, and look whether your device's clock is right.",
        });
      }
      passCookies(c, headers);
      await record(c, deps, "two_factor.change", { details: { to: "on" } });
      const { backupCodes } = await auth.api.viewBackupCodes({ body: { userId: person.id } });
      return await show(c, { kind: "codes", backupCodes });
    } catch (error) {
      return show(c, { kind: "confirm", uri: uriOf(secret, person.email) }, error);
    }
  });

  app.post("/codes", (c) =>
    withPassword(c, async (password, headers) => {
      const { backupCodes } = await auth.api.generateBackupCodes({ body: { password }, headers });
      await record(c, deps, "two_factor.change", { details: { to: "new backup codes" } });
      return show(c, { kind: "codes", backupCodes });
    }),
  );

  app.post("/off", (c) =>
    withPassword(c, async (password, headers) => {
      const answer = await auth.api.disableTwoFactor({ body: { password }, headers, returnHeaders: true });
      passCookies(c, answer.headers);
      await record(c, deps, "two_factor.change", { details: { to: "off" } });
      return c.redirect(PATH, 303);
    }),
  );

  /** Does what takes the password; a wrong one is said on the page. */
  const withPassword = async (
    c: Context<Env>,
    use: (password: string, headers: Headers) => Promise<Response>,
  ): Promise<Response> => {
    const { email } = whoOf(c);
    const { password } = await readForm(c, PasswordForm);
    try {
      const by = { account: email, address: c.var.address };
      const done = await limits.compare(by, () => use(password, c.req.raw.headers).catch(explain));
      if (done !== null) return done;
      throw new AppError("forbidden", "The password is not right.");
    } catch (error) {
      return show(c, undefined, error);
    }
  };

  const show = async (c: Context<Env>, view?: TwoFactorView, error?: unknown): Promise<Response> => {
    if (error !== undefined && !(error instanceof AppError)) throw error;
    sayRetryAfter(c, error);
    const access = requireAccess(c);
    const usual = access.via === "session" ? await usualView(access.person!) : { kind: "no session" as const };
    const html = renderTwoFactorPage({ access, view: view ?? usual, error: error ?? null });
    // What is shown once is not kept.
    c.header("Cache-Control", "no-store");
    return c.html(html, error?.status ?? 200);
  };

  const usualView = async ({ id }: Person): Promise<TwoFactorView> => {
    if (await hasTwoFactor(db, id)) return { kind: "on" };
    return { kind: (await hasPassword(db, id)) ? "off" : "no password" };
  };

  return app;
}

/** @throws AppError conflict where there is no session: two-factor sign-in is turned on in a browser that is signed in */
function whoOf(c: Context<Env>): Person {
  const { via, person } = requireAccess(c);
  if (via === "session" && person !== null) return person;
  throw new AppError("conflict", "Two-factor sign-in is for who signs in here with a password.", {
    hint: "Sign in with a browser at /sign-in.",
  });
}

/** The address by which authenticators take a secret, as better-auth makes it. */
function uriOf(secret: string, email: string): string {
  const label = `Dataclips:${encodeURIComponent(email)}`;
  return `otpauth://totp/${label}?${new URLSearchParams({ secret, issuer: "Dataclips", digits: "6", period: "30" })}`;
}
