import { Hono } from "hono";
import { getClip } from "../clips/clips.ts";
import { getShare, listAllShares, listShares, revokeShare } from "../clips/shares.ts";
import { readSlug } from "../clips/slug.ts";
import type { Deps } from "../deps.ts";
import type { Env } from "./env.ts";
import { editShare, makeShare, newShareUrl } from "./make-share.ts";
import { readNumber } from "./query.ts";
import { readJson } from "./read-body.ts";
import { ShareChangeFields, ShareFields } from "./share-fields.ts";
import { shareJson } from "./share-json.ts";

const PAGE_SIZE = 50;

/** /api/clips/<slug>/shares: makes and lists the links to a clip. */
export function apiClipShares(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();

  app.post("/:slug/shares", async (c) => {
    const clip = await getClip(deps.db, readSlug(c.req.param("slug")));
    const { id, url } = await makeShare(c, deps, clip, await readJson(c, ShareFields));
    return c.json({ ...shareJson(await getShare(deps.db, id)), url }, 201);
  });

  app.get("/:slug/shares", async (c) => {
    const clip = await getClip(deps.db, readSlug(c.req.param("slug")));
    return c.json({ shares: (await listShares(deps.db, clip.id)).map(shareJson) });
  });

  return app;
}

/** /api/shares: lists all links of the installation, shows one, changes its rules, gives it another secret, revokes it. */
export function apiShares(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  const { db } = deps;

  app.get("/", async (c) => {
    const page = readNumber("page", c.req.query("page") ?? "1");
    const { shares, total } = await listAllShares(db, { page, pageSize: PAGE_SIZE });
    return c.json({ shares: shares.map(shareJson), page, page_size: PAGE_SIZE, total });
  });

  app.get("/:id", async (c) => c.json(shareJson(await getShare(db, c.req.param("id")))));

  app.patch("/:id", async (c) => {
    const fields = await readJson(c, ShareChangeFields);
    return c.json(shareJson(await editShare(deps, c.req.param("id"), fields)));
  });

  app.post("/:id/rotate", async (c) => {
    const id = c.req.param("id");
    const url = await newShareUrl(c, deps, id);
    return c.json({ ...shareJson(await getShare(db, id)), url });
  });

  app.delete("/:id", async (c) => {
    await revokeShare(db, c.req.param("id"));
    return c.body(null, 204);
  });

  return app;
}
