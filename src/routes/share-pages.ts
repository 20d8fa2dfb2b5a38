import { Hono } from "hono";
import { getSharedClip } from "../clips/shares.ts";
import { readPageSlug } from "../clips/slug.ts";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import { openResult, type OpenedResult } from "../runs/open-result.ts";
import { renderSharedPage } from "../../views/shared-page.tsx";
import { clipParameters } from "./clip-json.ts";
import { FORMAT_FILE, readFormatFile } from "./clip-results.ts";
import type { Env } from "./env.ts";
import { readPreview } from "./preview.ts";
import { readResultQuery } from "./query.ts";
import { wantsPage } from "./send-error.ts";
import { sendResult } from "./send-result.ts";

/** Anyone's program may read a share that it knows the secret of; no cookie goes with it. */
const CORS = { "Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "*" };

/** /shares/<secret>: what anyone may see who has the link: a page, and the formats. */
export function sharePages(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();

  const open = async (secret: string | null, { url, signal }: Request) => {
    const { clip, shareId } = await getSharedClip(deps.db, secret);
    const { options, result, version, parameters } = readResultQuery(url);
    if (result !== undefined || version !== undefined) {
      throw new AppError(
        "invalid_request",
        "A share shows the clip's current result: it takes no result and no version.",
      );
    }
    const opened = (): Promise<OpenedResult> =>
      openResult(deps, clip, { parameters, asker: `share:${shareId}`, maxAgeSeconds: clip.maxAgeSeconds, signal });
    return { clip, options, parameters, opened };
  };

  app.get(`/${FORMAT_FILE}`, async (c) => {
    for (const [name, value] of Object.entries(CORS)) c.header(name, value);
    const { slug, format } = readFormatFile(c.req.param("file") ?? "");
    const { options, opened } = await open(slug, c.req.raw);
    return sendResult(c, deps, await opened(), { format, options });
  });

  app.get("/:secret", async (c) => {
    const secret = readPageSlug(c.req.param("secret"));
    const { clip, parameters, opened } = await open(secret, c.req.raw);
    const preview = await readPreview(opened);
    if ("error" in preview && !wantsPage(c)) throw preview.error;
    c.header("Cache-Control", "private, no-cache");
    return c.html(
      renderSharedPage({
        clip,
        secret: secret!,
        preview,
        parameters: await clipParameters(deps, clip),
        values: "error" in preview ? parameters : preview.parameters,
      }),
      "error" in preview ? preview.error.status : 200,
    );
  });

  return app;
}
