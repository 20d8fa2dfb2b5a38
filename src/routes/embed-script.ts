import { Hono } from "hono";
import type { Deps } from "../deps.ts";
import { acceptedCodings, type Coding, type ContentCoding } from "../results/content-codings.ts";
import { checkConditions } from "./conditions.ts";
import type { Env } from "./env.ts";

/**
 * GET /embed.js: the script with which pages of other sites show shares. Its address stays, whatever is in it: caches
 * ask again after an hour. It says nothing of anybody, and any page may load it, one that is isolated (COEP) too.
 */
export function embedScript({ scripts }: Deps): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/embed.js", async (c) => {
    const script = (await scripts?.())?.get("embed-loader");
    if (!script) return c.notFound();
    const { bodies, file } = script;
    const available = [...bodies.keys()].filter((coding): coding is ContentCoding => coding !== "identity");
    const accepted = acceptedCodings(c.req.header("Accept-Encoding"), available);
    // The file's name has the hash of its bytes.
    const tagOf = (coding: Coding): string => `"${file}${coding === "identity" ? "" : `-${coding}`}"`;
    const known = await checkConditions(c, { tags: accepted.map(tagOf), modifiedAt: null });
    const [coding] = accepted;
    const fields = {
      "Cache-Control": "public, max-age=3600, stale-while-revalidate=86400",
      "Cross-Origin-Resource-Policy": "cross-origin",
      Vary: "Accept-Encoding",
      ETag: known ?? tagOf(coding),
    };
    if (known !== undefined) return c.body(null, 304, fields);
    return c.body(bodies.get(coding)!, 200, {
      ...fields,
      "Content-Type": "text/javascript; charset=utf-8",
      ...(coding === "identity" ? {} : { "Content-Encoding": coding }),
    });
  });
  return app;
}
