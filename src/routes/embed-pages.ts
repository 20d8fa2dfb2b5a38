import { Hono } from "hono";
import type { Deps } from "../deps.ts";
import { renderEmbedPage } from "../../views/embed-page.tsx";
import { askPassword, takePassword } from "./ask-password.ts";
import { awaitPreview, plainSearch, statusOf } from "./await-preview.ts";
import { readEmbedOptions } from "./embed-options.ts";
import type { Env } from "./env.ts";
import { pageScript } from "./page-script.ts";
import { readShare } from "./read-share.ts";
import { sayRetryAfter, wantsPage } from "./send-error.ts";
import type { OpenShare, ShareDoor } from "./share-door.ts";

/**
 * /shares/<secret>/embed, /embeds/<token>/embed: the share's page for a frame, by the same door and the same rules; pages
 * of the origins that it names may have it in one (see allow-frames.ts).
 */
export function embedPages(deps: Deps, door: ShareDoor): Hono<Env> {
  const app = new Hono<Env>();
  const { way } = door;

  app.get("/:secret/embed", async (c) => {
    const address = way.readPage(c.req.param("secret"));
    const path = way.pathOf(address ?? "");
    let share: OpenShare;
    try {
      share = await door.open(c, address, "html");
    } catch (error) {
      return askPassword(c, `${path}/embed`, error);
    }
    const { clip, pinned, passwordHash } = share;
    const { options, pageUrl } = readEmbedOptions(c.req.url);
    const { asOf, opened } = readShare(c, deps, share, pageUrl.href);
    const preview = await awaitPreview(c, deps, opened, clip.chart);
    if ("error" in preview && !wantsPage(c)) throw preview.error;
    c.header("Cache-Control", passwordHash === null && !("running" in preview) ? "private, no-cache" : "no-store");
    if ("error" in preview) sayRetryAfter(c, preview.error);
    return c.html(
      renderEmbedPage({
        title: pinned !== null && "head" in preview ? preview.head.title : clip.title,
        href: path + plainSearch(pageUrl),
        address: `${path}/embed${new URL(c.req.url).search}`,
        progress: `${path}/run${pageUrl.search}`,
        database: clip.database,
        preview,
        pinned,
        asOf: asOf?.time ?? null,
        options,
        script: await pageScript(c, deps, "embed"),
      }),
      statusOf(preview),
    );
  });

  app.post("/:secret/embed", (c) => {
    const address = way.readPage(c.req.param("secret"));
    return takePassword(c, door, address, `${way.pathOf(address ?? "")}/embed`);
  });

  return app;
}
