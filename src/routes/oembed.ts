import { Hono } from "hono";
import type { Context } from "hono";
import type { Deps } from "../deps.ts";
import { AppError, errorBody } from "../errors.ts";
import { FRAME_HEIGHT, FRAME_WIDTH, frameHtml } from "../../views/embed-snippets.tsx";
import { baseUrl } from "./clip-json.ts";
import { readEmbedOptions } from "./embed-options.ts";
import type { Env } from "./env.ts";
import { type Oembed, oembedXml } from "./oembed-xml.ts";
import { readNumber } from "./query.ts";
import { readShare } from "./read-share.ts";
import type { OpenShare, ShareDoor } from "./share-door.ts";

/**
 * GET /oembed?url=…: how a share's address is shown in another page, for programs that make previews of links. It comes
 * in by the same door as whoever opens the address, counts like that, and says nothing that its page does not.
 * @param doors to the shares, by how their paths begin
 */
export function oembed(deps: Deps, doors: Readonly<Record<"shares" | "embeds", ShareDoor>>): Hono<Env> {
  const app = new Hono<Env>();

  /** The share of an address of this server, let in by its door. @throws AppError not_found for every other one */
  const open = async (c: Context<Env>, url: string): Promise<{ address: string; share: OpenShare }> => {
    const { origin, pathname, search } = URL.canParse(url) ? new URL(url) : new URL("about:blank");
    const [, kind, part] = /^\/(shares|embeds)\/([^/]+)(?:\/embed)?$/.exec(pathname) ?? [];
    if (part === undefined || origin !== new URL(baseUrl(c, deps)).origin) {
      throw new AppError("not_found", "This is not the address of a share of this server.");
    }
    const door = doors[kind as keyof typeof doors];
    return { address: origin + pathname + search, share: await door.open(c, door.way.readPage(part), "html") };
  };

  app.get("/oembed", async (c) => {
    const { url, format = "json", maxwidth, maxheight } = c.req.query();
    if (url === undefined) {
      throw new AppError("invalid_request", "url is missing: the address of a share.", {
        hint: `${baseUrl(c, deps)}/oembed?url=${encodeURIComponent(`${baseUrl(c, deps)}/shares/…`)}`,
      });
    }
    if (format !== "json" && format !== "xml") {
      // The specification's own status for that.
      return c.json(errorBody(new AppError("invalid_request", "format can be json or xml.")), 501);
    }
    const width = Math.min(FRAME_WIDTH, maxwidth === undefined ? Infinity : readNumber("maxwidth", maxwidth));
    const height = Math.min(FRAME_HEIGHT, maxheight === undefined ? Infinity : readNumber("maxheight", maxheight));
    const { address, share } = await open(c, url);
    const { pageUrl } = readEmbedOptions(address);
    const { opened } = readShare(c, deps, share, pageUrl.href);
    const title = share.pinned === null ? share.clip.title : await titleOf(opened);
    const said: Oembed = {
      version: "1.0",
      title,
      provider_name: "Dataclips",
      provider_url: baseUrl(c, deps),
      // A frame that no page may have is not given: what is left is a link with a title.
      ...(share.rules.origins?.length
        ? { type: "rich", html: frameHtml({ address, title, width, height }), width, height }
        : { type: "link" }),
    };
    if (format === "json") return c.json(said);
    return c.body(oembedXml(said), 200, { "Content-Type": "text/xml; charset=utf-8" });
  });

  return app;
}

/** A pinned result has its own title. */
async function titleOf(opened: ReturnType<typeof readShare>["opened"]): Promise<string> {
  const { source, leave } = await opened();
  leave();
  return source.head.title;
}
