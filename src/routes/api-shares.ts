import { Hono } from "hono";
import { z } from "zod";
import { getClip } from "../clips/clips.ts";
import { createShare, listShares, revokeShare } from "../clips/shares.ts";
import { readSlug } from "../clips/slug.ts";
import type { Deps } from "../deps.ts";
import { baseUrl } from "./clip-json.ts";
import type { Env } from "./env.ts";
import { readJson } from "./read-body.ts";

const ShareFields = z.strictObject({
  result: z
    .number("must be the number of a result")
    .int("must be the number of a result")
    .min(1)
    .max(999_999_999)
    .nullish(),
});

/** Of a pinned share, its result's number; the others show the current one. */
function pinnedTo(result: number | null): { result?: number } {
  return result === null ? {} : { result };
}

/** /api/clips/<slug>/shares: makes and lists the links to a clip. */
export function apiClipShares(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();

  app.post("/:slug/shares", async (c) => {
    const clip = await getClip(deps.db, readSlug(c.req.param("slug")));
    const { result = null } = await readJson(c, ShareFields);
    // Its number is said with its first row: whoever shares it by that waits until it is stored.
    if (result !== null) await deps.runs.whenStored(clip.id, result);
    const { id, secret } = await createShare(deps.db, clip, result);
    return c.json({ id, url: `${baseUrl(c, deps)}/shares/${secret}`, ...pinnedTo(result) }, 201);
  });

  app.get("/:slug/shares", async (c) => {
    const clip = await getClip(deps.db, readSlug(c.req.param("slug")));
    const shares = await listShares(deps.db, clip.id);
    return c.json({
      shares: shares.map(({ id, createdAt, result }) => ({
        id,
        created_at: createdAt.toISOString(),
        ...pinnedTo(result),
      })),
    });
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
