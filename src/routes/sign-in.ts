import { Hono } from "hono";
import type { Context } from "hono";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import { takeSignInLink } from "../people/sign-in.ts";
import { renderSignInPage } from "../../views/sign-in-page.tsx";
import type { Env } from "./env.ts";
import { localPath } from "./local-path.ts";

/** /sign-in: with a one-time link; /sign-in/out ends the session. */
export function signIn(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();

  app.get("/", async (c) => {
    const link = c.req.query("link");
    const next = localPath(c.req.query("next"));
    // HEAD is what looks at a link before somebody follows it: it must not use it up.
    if (link === undefined || c.req.method === "HEAD") return c.html(renderSignInPage({ next, error: null }));
    const taken = await takeSignInLink(deps.db, link);
    if (taken?.personId) return begin(c, taken.personId, next);
    const error = new AppError("unauthorized", "This sign-in link has been used, or is too old.", {
      hint: "Restart the server for a new one, or sign in with the administrator's token.",
    });
    return c.html(renderSignInPage({ next, error }), error.status);
  });

  app.post("/out", async (c) => {
    const { headers } = await deps.auth.api.signOut({ headers: c.req.raw.headers, returnHeaders: true });
    passCookies(c, headers);
    return c.redirect("/sign-in", 303);
  });

  const begin = async (c: Context<Env>, personId: string, next: string): Promise<Response> => {
    const { headers } = await deps.auth.api.beginSession({ body: { personId }, returnHeaders: true });
    passCookies(c, headers);
    return c.redirect(next, 303);
  };

  return app;
}

function passCookies(c: Context<Env>, headers: Headers): void {
  for (const cookie of headers.getSetCookie()) c.header("Set-Cookie", cookie, { append: true });
}
