import { Hono } from "hono";
import { STYLE } from "../../views/style.ts";
import type { Env } from "./env.ts";

/** /assets: what pages load. */
export function assets(): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/style.css", (c) => {
    c.header("Content-Type", "text/css; charset=utf-8");
    c.header("Cache-Control", "public, max-age=300");
    return c.body(STYLE);
  });
  app.get("/icon.svg", (c) => {
    c.header("Content-Type", "image/svg+xml");
    c.header("Cache-Control", "public, max-age=86400");
    return c.body(ICON);
  });
  return app;
}

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#4b3fa7"/><path d="M9 11h14M9 16h14M9 21h8" stroke="#fff" stroke-width="2.6" stroke-linecap="round"/></svg>`;
