import { Hono } from "hono";
import type { Context } from "hono";
import type { Clip } from "../clips/clips.ts";
import type { AppError } from "../errors.ts";
import { compileTemplate } from "../runs/template.ts";
import { renderNewSharePage } from "../../views/new-share-page.tsx";
import type { Env } from "./env.ts";
import { readNumber } from "./query.ts";
import { requireAccess } from "./require-access.ts";
import { type ShareForm, shareForm } from "./share-form.ts";

/** /clips/<slug>/shares/new?result=7: the form for a link with rules. It is sent to /clips/<slug>/shares. */
export function newSharePage(): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/clips/:slug/shares/new", async (c) => {
    const { clip } = c.var;
    const result = c.req.query("result");
    return showNewShare(c, clip, { result: result === undefined ? null : readNumber("result", result) });
  });
  return app;
}

/**
 * Shows the form, as new or as somebody wrote it.
 * @param result the one that the link can be pinned to
 */
export async function showNewShare(
  c: Context<Env>,
  clip: Clip,
  { result, error, written }: { result: number | null; error?: AppError; written?: ShareForm },
): Promise<Response> {
  const parameters = compileTemplate(clip.sql).parameters.map(({ name }) => name);
  const form = written ?? shareForm(null, parameters);
  c.header("Cache-Control", "no-store");
  return c.html(
    renderNewSharePage({ access: requireAccess(c), clip, parameters, form, result, error: error ?? null }),
    error?.status ?? 200,
  );
}
