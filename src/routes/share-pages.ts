import { Hono } from "hono";
import type { Context } from "hono";
import { z } from "zod";
import { maxAgeSecondsOf } from "../clips/refresh-rule.ts";
import type { PinnedResult } from "../clips/share-access.ts";
import { isOpenParameter, SHARE_FORMATS, shareParameters } from "../clips/share-rules.ts";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import { FORMAT_NAMES } from "../results/formats.ts";
import { openResult, type OpenedResult } from "../runs/open-result.ts";
import { renderSharePasswordPage } from "../../views/share-password-page.tsx";
import { renderSharedPage } from "../../views/shared-page.tsx";
import { PRIVATE } from "./cache-control.ts";
import { clipParameters } from "./clip-json.ts";
import { FORMAT_FILE, splitFormatFile } from "./clip-results.ts";
import type { Env } from "./env.ts";
import { pageScript } from "./page-script.ts";
import { readPreview } from "./preview.ts";
import { readResultQuery, type ResultQuery } from "./query.ts";
import { readForm } from "./read-body.ts";
import { wantsPage } from "./send-error.ts";
import { sendResult } from "./send-result.ts";
import { createShareDoor, type OpenShare } from "./share-door.ts";
import type { ShareWay } from "./share-ways.ts";

const REALM = 'Basic realm="Dataclips share", charset="UTF-8"';

/** /shares/<secret>, /embeds/<token>: what anyone may see who has the link: a page, and the formats. */
export function sharePages(deps: Deps, way: ShareWay): Hono<Env> {
  const app = new Hono<Env>();
  const door = createShareDoor(deps, way);

  /** What the address asks of a share that is open. */
  const read = (c: Context<Env>, { clip, id, pinned, rules, mayRun }: OpenShare) => {
    const { url, signal } = c.req.raw;
    const query = readResultQuery(url);
    const { options, asOf } = query;
    const maxAgeSeconds = maxAgeSecondsOf(clip);
    if (pinned !== null) checkPinned(query, pinned);
    else if (query.result !== undefined || query.version !== undefined) {
      throw new AppError(
        "invalid_request",
        "A share shows the clip's current result: it takes no result and no version.",
      );
    }
    const parameters = pinned === null ? shareParameters(rules, query.parameters) : query.parameters;
    const opened = (): Promise<OpenedResult> =>
      openResult(deps, clip, {
        ...(pinned === null ? { asOf } : { result: pinned.number }),
        parameters,
        asker: `share:${id}`,
        askerName: rules.name === "" ? "a link" : `the link ${rules.name}`,
        address: c.var.address,
        maxAgeSeconds,
        // At once the newest there is, unless nothing old will do.
        staleWhileRevalidate: query.wait === null && maxAgeSeconds !== 0,
        mayRun,
        signal,
      });
    return { maxAgeSeconds, options, asOf, parameters, opened };
  };

  app.get(`/${FORMAT_FILE}`, async (c) => {
    const { name, format } = splitFormatFile(c.req.param("file") ?? "");
    const share = await door.open(c, way.readData(name), format).catch((error: unknown) => throwAsked(c, error));
    const { maxAgeSeconds, options, opened } = read(c, share);
    const { clip, pinned, passwordHash, expiresAtMs, admits } = share;
    return sendResult(c, deps, await opened(), {
      clipId: clip.id,
      format,
      options,
      caching:
        passwordHash === null
          ? { audience: "public", maxAgeSeconds: pinned === null ? maxAgeSeconds : null, untilMs: expiresAtMs }
          : PRIVATE,
      admits,
    });
  });

  app.get("/:secret", async (c) => {
    const address = way.readPage(c.req.param("secret"));
    let share: OpenShare;
    try {
      share = await door.open(c, address, "html");
    } catch (error) {
      return askPassword(c, address, error);
    }
    const { clip, pinned, rules, passwordHash } = share;
    const { asOf, parameters, opened } = read(c, share);
    const preview = await readPreview(opened);
    if ("error" in preview && !wantsPage(c)) throw preview.error;
    c.header("Cache-Control", passwordHash === null ? "private, no-cache" : "no-store");
    if ("error" in preview && preview.error.retryAfterSeconds !== undefined) {
      c.header("Retry-After", String(preview.error.retryAfterSeconds));
    }
    const values = "error" in preview ? parameters : preview.parameters;
    const isOpen = (name: string): boolean => isOpenParameter(rules, name);
    return c.html(
      renderSharedPage({
        clip,
        path: way.pathOf(address!),
        preview,
        pinned,
        formats: FORMAT_NAMES.filter((format) => (rules.formats ?? SHARE_FORMATS).includes(format)),
        asOf: asOf?.time ?? null,
        parameters: pinned === null ? (await clipParameters(deps, clip)).filter(({ name }) => isOpen(name)) : [],
        values: Object.fromEntries(Object.entries(values).filter(([name]) => isOpen(name))),
        script: "error" in preview ? null : await pageScript(c, deps, "result"),
      }),
      "error" in preview ? preview.error.status : 200,
    );
  });

  app.post("/:secret", async (c) => {
    const address = way.readPage(c.req.param("secret"));
    try {
      await door.takePassword(
        c,
        address,
        async () => (await readForm(c, z.strictObject({ password: z.string().max(1000, "is too long") }))).password,
      );
    } catch (error) {
      return askPassword(c, address, error);
    }
    return c.redirect(`${way.pathOf(address!)}${new URL(c.req.url).search}`, 303);
  });

  /** Shows the form for a share's password to a browser; other errors go on their way. */
  const askPassword = (c: Context<Env>, address: string | null, error: unknown): Response | Promise<Response> => {
    const { code } = error as AppError;
    const isAsked = code === "password_required" || (code === "too_many_requests" && c.req.method === "POST");
    if (!isAsked || !wantsPage(c)) return throwAsked(c, error);
    const { status, retryAfterSeconds } = error as AppError;
    if (retryAfterSeconds !== undefined) c.header("Retry-After", String(retryAfterSeconds));
    c.header("Cache-Control", "no-store");
    const action = `${way.pathOf(address!)}${new URL(c.req.url).search}`;
    return c.html(
      renderSharePasswordPage({ action, error: c.req.method === "POST" ? (error as AppError) : null }),
      status,
    );
  };

  return app;
}

/** Throws an error; one that asks for a password says how a program gives it. */
function throwAsked(c: Context<Env>, error: unknown): never {
  if (error instanceof AppError && error.code === "password_required") c.header("WWW-Authenticate", REALM);
  throw error;
}

/** A link to one result has nothing to choose: what its address says besides has to be so. */
function checkPinned({ result, version, asOf, parameters }: ResultQuery, pinned: PinnedResult): void {
  if (result !== undefined || version !== undefined || asOf !== undefined) {
    throw new AppError(
      "invalid_request",
      "This link shows one result, which does not change: it takes no result, no version and no as_of.",
    );
  }
  for (const [name, value] of Object.entries(parameters)) {
    if (Object.hasOwn(pinned.parameters, name) && pinned.parameters[name] === value) continue;
    throw new AppError(
      "invalid_parameter",
      `This link shows one result, which does not change: ${JSON.stringify(name)} cannot be another value.`,
      { hint: "Leave it out of the address." },
    );
  }
}
