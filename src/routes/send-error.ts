import type { Context } from "hono";
import type { Deps } from "../deps.ts";
import { type AppError, errorBody, toAppError } from "../errors.ts";
import { FORMAT_NAMES } from "../results/formats.ts";
import { renderErrorPage } from "../../views/error-page.tsx";
import { IMAGE_ENDINGS } from "./chart-paths.ts";
import type { Env } from "./env.ts";
import { loggedPath } from "./share-paths.ts";

const FORMAT_PATH = new RegExp(`\\.(${[...FORMAT_NAMES, ...IMAGE_ENDINGS].join("|")})$`);

/** Sends an error: JSON to programs, a page with the same words to browsers. */
export function sendError(
  c: Context<Env>,
  thrown: unknown,
  { log, health }: Partial<Pick<Deps, "log" | "health">> = {},
): Response | Promise<Response> {
  const error = toAppError(thrown);
  if (error.status === 500) log?.error("request_failed", error, { method: c.req.method, path: loggedPath(c.req.path) });
  if (error.code === "store_failed") health?.suspect(error);
  sayRetryAfter(c, error);
  c.header("Cache-Control", "no-store");
  if (!wantsPage(c)) {
    if (error.code === "unauthorized") c.header("WWW-Authenticate", 'Bearer realm="Dataclips"');
    return c.json(errorBody(error), error.status);
  }
  // Whose header is wrong (no access was found, not even that there is none) would come back with the same one.
  if (error.code === "unauthorized" && c.req.method === "GET" && c.var.access !== undefined) {
    const { pathname, search } = new URL(c.req.url);
    return c.redirect(`/sign-in?next=${encodeURIComponent(pathname + search)}`, 303);
  }
  return c.html(renderErrorPage({ error, access: c.var.access ?? null }), error.status);
}

/** Says when the same request may succeed, where an error says so: for pages that show one in their own way. */
export function sayRetryAfter(c: Context, error: AppError | null | undefined): void {
  if (error?.retryAfterSeconds !== undefined) c.header("Retry-After", String(error.retryAfterSeconds));
}

/** Browsers ask for HTML; the API and the formats are for programs, whoever asks. */
export function wantsPage(c: Context): boolean {
  if (c.req.path.startsWith("/api/") || FORMAT_PATH.test(c.req.path)) return false;
  return /\btext\/html\b/.test(c.req.header("Accept") ?? "");
}
