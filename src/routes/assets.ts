import { Hono } from "hono";
import { PRINT_STYLE } from "../../views/print-style.ts";
import { STYLE } from "../../views/style.ts";
import type { Deps } from "../deps.ts";
import { acceptedCodings, type ContentCoding } from "../results/content-codings.ts";
import type { Env } from "./env.ts";

/** /assets: what pages load. */
export function assets({ scripts }: Deps): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/style.css", (c) => {
    c.header("Content-Type", "text/css; charset=utf-8");
    c.header("Cache-Control", "public, max-age=300");
    return c.body(STYLE + PRINT_STYLE);
  });
  app.get("/icon.svg", (c) => {
    c.header("Content-Type", "image/svg+xml");
    c.header("Cache-Control", "public, max-age=86400");
    return c.body(ICON);
  });
  // The name has a hash of the bytes: it never means others.
  app.get("/:file{[\\w-]+-[\\w-]{12}\\.js}", async (c) => {
    const known = scripts && [...(await scripts()).values()].find(({ file }) => file === c.req.param("file"));
    if (!known) return c.notFound();
    const available = [...known.bodies.keys()].filter((coding): coding is ContentCoding => coding !== "identity");
    const [coding] = acceptedCodings(c.req.header("Accept-Encoding"), available);
    c.header("Content-Type", "text/javascript; charset=utf-8");
    c.header("Cache-Control", "public, max-age=31536000, immutable");
    c.header("Vary", "Accept-Encoding");
    if (coding !== "identity") c.header("Content-Encoding", coding);
    return c.body(known.bodies.get(coding)!);
  });
  return app;
}

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#4b3fa7"/><path d="M9 11h14M9 16h14M9 21h8" stroke="#fff" stroke-width="2.6" stroke-linecap="round"/></svg>`;
