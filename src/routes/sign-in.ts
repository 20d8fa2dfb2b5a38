import { Hono } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { Context } from "hono";
import { z } from "zod";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import { createSession, endSession, SESSION_DAYS, takeSignInLink } from "../people/sign-in.ts";
import { isSameToken } from "../people/tokens.ts";
import { renderSignInPage } from "../../views/sign-in-page.tsx";
import { baseUrl } from "./clip-json.ts";
import type { Env } from "./env.ts";
import { SESSION_COOKIE } from "./identify.ts";
import { readForm } from "./read-body.ts";

const SignInFields = z.object({ token: z.string(), next: z.string().default("/") });

/** /sign-in: with the one-time link of the server's start, or with the administrator's token; /sign-in/out ends it. */
export function signIn(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();

  app.get("/", async (c) => {
    const link = c.req.query("link");
    const next = localPath(c.req.query("next"));
    // HEAD is what looks at a link before somebody follows it: it must not use it up.
    if (link === undefined || c.req.method === "HEAD") return c.html(renderSignInPage({ next, error: null }));
    if (await takeSignInLink(deps.db, link)) return begin(c, next);
    const error = new AppError("unauthorized", "This sign-in link has been used, or is too old.", {
      hint: "Restart the server for a new one, or sign in with the administrator's token.",
    });
    return c.html(renderSignInPage({ next, error }), error.status);
  });

  app.post("/", async (c) => {
    const { token, next } = await readForm(c, SignInFields);
    if (isSameToken(token.trim(), deps.token)) return begin(c, localPath(next));
    const error = new AppError("unauthorized", "This is not the administrator's token.", {
      hint: "It is the setting DATACLIPS_TOKEN; with the embedded PostgreSQL, the server prints it at its start.",
    });
    return c.html(renderSignInPage({ next: localPath(next), error }), error.status);
  });

  app.post("/out", async (c) => {
    const session = getCookie(c, SESSION_COOKIE);
    if (session !== undefined) await endSession(deps.db, session);
    deleteCookie(c, SESSION_COOKIE, { path: "/" });
    return c.redirect("/sign-in", 303);
  });

  const begin = async (c: Context<Env>, next: string): Promise<Response> => {
    setCookie(c, SESSION_COOKIE, await createSession(deps.db), {
      httpOnly: true,
      sameSite: "Lax",
      secure: baseUrl(c, deps).startsWith("https:"),
      path: "/",
      maxAge: SESSION_DAYS * 86_400,
    });
    return c.redirect(next, 303);
  };

  return app;
}

/** A path on this server, and never an address elsewhere. */
function localPath(next: string | undefined): string {
  if (next === undefined || !next.startsWith("/") || !URL.canParse(next, "http://local.invalid")) return "/";
  const { host, pathname, search } = new URL(next, "http://local.invalid");
  // "/.//example.com" has a path of "//example.com", which a browser would take for another host.
  return host === "local.invalid" && !pathname.startsWith("//") ? pathname + search : "/";
}
