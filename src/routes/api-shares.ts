import { Hono } from "hono";
import { z } from "zod";
import { getClip } from "../clips/clips.ts";
import { createShare, listShares, revokeShare } from "../clips/shares.ts";
import { readSlug } from "../clips/slug.ts";
import type { Deps } from "../deps.ts";
import { baseUrl } from "./clip-json.ts";
import type { Env } from "./env.ts";
import { readJson } from "./read-body.ts";

/** /api/clips/<slug>/shares: makes and lists the links to a clip. */
export function apiClipShares(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();

  app.post("/:slug/shares", async (c) => {
    const clip = await getClip(deps.db, readSlug(c.req.param("slug")));
    await readJson(c, z.strictObject({}));
    const { id, secret } = await createShare(deps.db, clip);
    return c.json({ id, url: `${baseUrl(c, deps)}/shares/${secret}` }, 201);
  });

  app.get("/:slug/shares", async (c) => {
    const clip = await getClip(deps.db, readSlug(c.req.param("slug")));
    const shares = await listShares(deps.db, clip.id);
    return c.json({ shares: shares.map(({ id, createdAt }) => ({ id, created_at: createdAt.toISOString() })) });
  });

  return app;
}

/** DELETE /api/shares/<id>: the link stops working at once. */
export function apiShares({ db }: Deps): Hono<Env> {
  const app = new Hono<Env>();
  app.delete("/:id", async (c) => {
    await revokeShare(db, c.req.param("id"));
    return c.body(null, 204);
  });
  return app;
}
