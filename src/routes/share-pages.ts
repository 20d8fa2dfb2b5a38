import { Hono } from "hono";
import { maxAgeSecondsOf } from "../clips/refresh-rule.ts";
import { getSharedClip, type PinnedResult } from "../clips/shares.ts";
import { readPageSlug } from "../clips/slug.ts";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import { openResult, type OpenedResult } from "../runs/open-result.ts";
import { renderSharedPage } from "../../views/shared-page.tsx";
import { clipParameters } from "./clip-json.ts";
import { FORMAT_FILE, readFormatFile } from "./clip-results.ts";
import type { Env } from "./env.ts";
import { readPreview } from "./preview.ts";
import { readResultQuery, type ResultQuery } from "./query.ts";
import { wantsPage } from "./send-error.ts";
import { sendResult } from "./send-result.ts";

/** Anyone's program may read a share that it knows the secret of; no cookie goes with it. */
const CORS = { "Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "*" };

/** /shares/<secret>: what anyone may see who has the link: a page, and the formats. */
export function sharePages(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();

  const open = async (secret: string | null, { url, signal }: Request) => {
    const { clip, shareId, pinned } = await getSharedClip(deps.db, secret);
    const query = readResultQuery(url);
    const { options, asOf, parameters } = query;
    const maxAgeSeconds = maxAgeSecondsOf(clip);
    if (pinned !== null) checkPinned(query, pinned);
    else if (query.result !== undefined || query.version !== undefined) {
      throw new AppError(
        "invalid_request",
        "A share shows the clip's current result: it takes no result and no version.",
      );
    }
    const opened = (): Promise<OpenedResult> =>
      openResult(deps, clip, {
        ...(pinned === null ? { asOf } : { result: pinned.number }),
        parameters,
        asker: `share:${shareId}`,
        maxAgeSeconds,
        // At once the newest there is, unless nothing old will do.
        staleWhileRevalidate: query.wait === null && maxAgeSeconds !== 0,
        signal,
      });
    return { clip, pinned, maxAgeSeconds, options, asOf, parameters, opened };
  };

  app.get(`/${FORMAT_FILE}`, async (c) => {
    for (const [name, value] of Object.entries(CORS)) c.header(name, value);
    const { slug, format } = readFormatFile(c.req.param("file") ?? "");
    const { clip, pinned, maxAgeSeconds, options, opened } = await open(slug, c.req.raw);
    return sendResult(c, deps, await opened(), {
      clipId: clip.id,
      format,
      options,
      caching: { audience: "public", maxAgeSeconds: pinned === null ? maxAgeSeconds : null },
    });
  });

  app.get("/:secret", async (c) => {
    const secret = readPageSlug(c.req.param("secret"));
    const { clip, pinned, asOf, parameters, opened } = await open(secret, c.req.raw);
    const preview = await readPreview(opened);
    if ("error" in preview && !wantsPage(c)) throw preview.error;
    c.header("Cache-Control", "private, no-cache");
    return c.html(
      renderSharedPage({
        clip,
        secret: secret!,
        preview,
        pinned,
        asOf: asOf?.time ?? null,
        parameters: pinned === null ? await clipParameters(deps, clip) : [],
        values: "error" in preview ? parameters : preview.parameters,
      }),
      "error" in preview ? preview.error.status : 200,
    );
  });

  return app;
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
