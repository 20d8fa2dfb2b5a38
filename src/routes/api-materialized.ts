import { Hono } from "hono";
import type { Context } from "hono";
import { type Clip, getClip } from "../clips/clips.ts";
import { readSlug } from "../clips/slug.ts";
import type { FollowerArrival } from "../databases/wait-for-followers.ts";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import { dematerializeClip, materializeClip, refreshMaterialized } from "../materialized/materialize.ts";
import { showMaterialized } from "../materialized/show-materialized.ts";
import type { Env } from "./env.ts";
import { MaterializedFields, materializedJson, materializedWish } from "./materialized-fields.ts";
import { readJson } from "./read-body.ts";

/** /api/clips/<slug>/materialized: show, make or change, refresh, take away. They answer when it is done. */
export function apiMaterialized(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  const find = (c: Context<Env, "/:slug/materialized">): Promise<Clip> =>
    getClip(deps.db, readSlug(c.req.param("slug")));
  const json = async (clip: Clip, followers?: readonly FollowerArrival[]): Promise<Record<string, unknown>> => {
    const shown = await showMaterialized(deps, await getClip(deps.db, clip.slug));
    if (shown === null) throw new AppError("not_found", "This clip is not materialized.");
    return { ...materializedJson(clip, shown), ...(followers === undefined ? {} : { followers }) };
  };

  app.get("/:slug/materialized", async (c) => c.json(await json(await find(c))));

  app.put("/:slug/materialized", async (c) => {
    const clip = await find(c);
    const done = await materializeClip(deps, clip, materializedWish(await readJson(c, MaterializedFields)));
    await deps.schedules?.followMaterialized(clip.id);
    return c.json(await json(clip, done?.followers));
  });

  app.post("/:slug/materialized/refresh", async (c) => {
    const clip = await find(c);
    const { followers } = await refreshMaterialized(deps, clip);
    return c.json(await json(clip, followers));
  });

  app.delete("/:slug/materialized", async (c) => {
    const clip = await find(c);
    const there = await dematerializeClip(deps, clip, { leave: c.req.query("leave") === "true" });
    if (!there) throw new AppError("not_found", "This clip is not materialized.");
    await deps.schedules?.followMaterialized(clip.id);
    return c.body(null, 204);
  });

  return app;
}
