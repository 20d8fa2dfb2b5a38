import { Hono } from "hono";
import { getShare, listAllShares, listShares } from "../clips/shares.ts";
import type { Deps } from "../deps.ts";
import { visibleTo } from "../people/permissions.ts";
import { endShare } from "./change-clip.ts";
import type { Env } from "./env.ts";
import { changeOpener, editShare, makeShare, openerJson } from "./make-share.ts";
import { readNumber } from "./query.ts";
import { readJson } from "./read-body.ts";
import { requireAccess } from "./require-access.ts";
import { ShareChangeFields, ShareFields } from "./share-fields.ts";
import { shareJson } from "./share-json.ts";

const PAGE_SIZE = 50;

/** /api/clips/<slug>/shares: makes and lists the links to a clip. */
export function apiClipShares(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();

  app.post("/:slug/shares", async (c) => {
    const { clip } = c.var;
    const { id, ...opener } = await makeShare(c, deps, clip, await readJson(c, ShareFields));
    c.header("Cache-Control", "no-store");
    return c.json({ ...shareJson(await getShare(deps.db, id)), ...openerJson(opener) }, 201);
  });

  app.get("/:slug/shares", async (c) => {
    const { clip } = c.var;
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
    const { shares, total } = await listAllShares(db, {
      page,
      pageSize: PAGE_SIZE,
      visibleTo: visibleTo(requireAccess(c)),
    });
    return c.json({ shares: shares.map(shareJson), page, page_size: PAGE_SIZE, total });
  });

  app.get("/:id", (c) => c.json(shareJson(c.var.share)));

  app.patch("/:id", async (c) => {
    const fields = await readJson(c, ShareChangeFields);
    return c.json(shareJson(await editShare(c, deps, c.req.param("id"), fields)));
  });

  app.post("/:id/rotate", async (c) => {
    const id = c.req.param("id");
    const opener = await changeOpener(c, deps, id);
    c.header("Cache-Control", "no-store");
    return c.json({ ...shareJson(await getShare(db, id)), ...openerJson(opener) });
  });

  app.delete("/:id", async (c) => {
    const { share } = c.var;
    await endShare(c, deps, share.clip, share.id);
    return c.body(null, 204);
  });

  return app;
}
