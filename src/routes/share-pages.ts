import { Hono } from "hono";
import type { Context } from "hono";
import { isOpenParameter, SHARE_FORMATS } from "../clips/share-rules.ts";
import type { Deps } from "../deps.ts";
import { FORMAT_NAMES } from "../results/formats.ts";
import { pictureOf } from "../../views/link-card.tsx";
import { renderSharedPage } from "../../views/shared-page.tsx";
import { askPassword, takePassword, throwAsked } from "./ask-password.ts";
import { awaitPreview, type PagePreview, plainSearch, statusOf, valuesOf } from "./await-preview.ts";
import { baseUrl, clipParameters } from "./clip-json.ts";
import { FORMAT_FILE, splitFormatFile } from "./clip-results.ts";
import type { Env } from "./env.ts";
import { pageScript } from "./page-script.ts";
import { readShare } from "./read-share.ts";
import { sayRetryAfter, wantsPage } from "./send-error.ts";
import { sendResult } from "./send-result.ts";
import type { OpenShare, ShareDoor } from "./share-door.ts";

/** /shares/<secret>, /embeds/<token>: what anyone may see who has the link: a page, and the formats. */
export function sharePages(deps: Deps, door: ShareDoor): Hono<Env> {
  const app = new Hono<Env>();
  const { way } = door;

  app.get(`/${FORMAT_FILE}`, async (c) => {
    const { name, format } = splitFormatFile(c.req.param("file") ?? "");
    const share = await door.open(c, way.readData(name), format).catch((error: unknown) => throwAsked(c, error));
    const { caching, options, opened } = readShare(c, deps, share);
    const { clip, admits } = share;
    return sendResult(c, deps, await opened(), {
      clipId: clip.id,
      format,
      options,
      caching,
      admits,
    });
  });

  /** Where the page is, for those who show a card in place of its address. */
  const cardOf = (c: Context<Env>, path: string, preview: PagePreview) => {
    const base = baseUrl(c, deps);
    const search = plainSearch(new URL(c.req.url));
    const chart = "head" in preview ? preview.chart : null;
    const picture = chart && pictureOf(`${base}${path}.png${search}`, chart);
    return { baseUrl: base, url: base + path + search, picture };
  };

  app.get("/:secret", async (c) => {
    const address = way.readPage(c.req.param("secret"));
    let share: OpenShare;
    try {
      share = await door.open(c, address, "html");
    } catch (error) {
      return askPassword(c, way.pathOf(address ?? ""), error);
    }
    const { clip, pinned, rules, passwordHash } = share;
    const path = way.pathOf(address!);
    const { asOf, parameters, opened } = readShare(c, deps, share);
    const preview = await awaitPreview(c, deps, opened, clip.chart);
    if ("error" in preview && !wantsPage(c)) throw preview.error;
    c.header("Cache-Control", passwordHash === null && !("running" in preview) ? "private, no-cache" : "no-store");
    if ("error" in preview) sayRetryAfter(c, preview.error);
    const values = valuesOf(preview, parameters);
    const isOpen = (name: string): boolean => isOpenParameter(rules, name);
    return c.html(
      renderSharedPage({
        clip,
        path,
        search: new URL(c.req.url).search,
        preview,
        pinned,
        formats: FORMAT_NAMES.filter((format) => (rules.formats ?? SHARE_FORMATS).includes(format)),
        asOf: asOf?.time ?? null,
        parameters: pinned === null ? (await clipParameters(deps, clip)).filter(({ name }) => isOpen(name)) : [],
        values: Object.fromEntries(Object.entries(values).filter(([name]) => isOpen(name))),
        card: passwordHash === null ? cardOf(c, path, preview) : null,
        script: "error" in preview ? null : await pageScript(c, deps, "result"),
      }),
      statusOf(preview),
    );
  });

  app.post("/:secret", (c) => {
    const address = way.readPage(c.req.param("secret"));
    return takePassword(c, door, address, way.pathOf(address ?? ""));
  });

  return app;
}
