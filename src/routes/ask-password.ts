import type { Context } from "hono";
import * as z from "zod";
import { AppError } from "../errors.ts";
import { renderSharePasswordPage } from "../../views/share-password-page.tsx";
import type { Env } from "./env.ts";
import { readForm } from "./read-body.ts";
import { sayRetryAfter, wantsPage } from "./send-error.ts";
import type { ShareDoor } from "./share-door.ts";

const REALM = 'Basic realm="Dataclips share", charset="UTF-8"';

/** Shows the form for a share's password to a browser; other errors go on their way. @param path that of the page */
export function askPassword(c: Context<Env>, path: string, error: unknown): Response | Promise<Response> {
  const { code } = error as AppError;
  const isAsked = code === "password_required" || (code === "too_many_requests" && c.req.method === "POST");
  if (!isAsked || !wantsPage(c)) return throwAsked(c, error);
  sayRetryAfter(c, error as AppError);
  c.header("Cache-Control", "no-store");
  const action = path + new URL(c.req.url).search;
  return c.html(
    renderSharePasswordPage({ action, error: c.req.method === "POST" ? (error as AppError) : null }),
    (error as AppError).status,
  );
}

/** Takes the password of that form, and shows the page, or the form again. @param address the share's; null: there is none */
export async function takePassword(
  c: Context<Env>,
  door: ShareDoor,
  address: string | null,
  path: string,
): Promise<Response> {
  try {
    await door.takePassword(
      c,
      address,
      async () => (await readForm(c, z.strictObject({ password: z.string().max(1000, "is too long") }))).password,
    );
  } catch (error) {
    return askPassword(c, path, error);
  }
  return c.redirect(path + new URL(c.req.url).search, 303);
}

/** Throws an error; one that asks for a password says how a program gives it. */
export function throwAsked(c: Context<Env>, error: unknown): never {
  if (error instanceof AppError && error.code === "password_required") c.header("WWW-Authenticate", REALM);
  throw error;
}
