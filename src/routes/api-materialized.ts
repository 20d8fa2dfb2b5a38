import { Hono } from "hono";
import { type Clip, getClip } from "../clips/clips.ts";
import type { FollowerArrival } from "../databases/wait-for-followers.ts";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import { dematerializeClip, materializeClip, refreshMaterialized } from "../materialized/materialize.ts";
import { showMaterialized } from "../materialized/show-materialized.ts";
import type { Env } from "./env.ts";
import { MaterializedFields, materializedJson, materializedWish } from "./materialized-fields.ts";
import { readJson } from "./read-body.ts";
import { record } from "./record.ts";
import { recordMaterialized } from "./record-materialized.ts";

/** /api/clips/<slug>/materialized: show, make or change, refresh, take away. They answer when it is done. */
export function apiMaterialized(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  const json = async (clip: Clip, followers?: readonly FollowerArrival[]): Promise<Record<string, unknown>> => {
    const shown = await showMaterialized(deps, await getClip(deps.db, clip.slug));
    if (shown === null) throw new AppError("not_found", "This clip is not materialized.");
    return { ...materializedJson(clip, shown), ...(followers === undefined ? {} : { followers }) };
  };

  app.get("/:slug/materialized", async (c) => c.json(await json(c.var.clip)));

  app.put("/:slug/materialized", async (c) => {
    const { clip } = c.var;
    const wish = materializedWish(await readJson(c, MaterializedFields));
    const done = await materializeClip(deps, clip, wish);
    await recordMaterialized(c, deps, "materialized.change", { clip, wish, done });
    return c.json(await json(clip, done?.followers));
  });

  app.post("/:slug/materialized/refresh", async (c) => {
    const { clip } = c.var;
    const done = await refreshMaterialized(deps, clip);
    await recordMaterialized(c, deps, "materialized.refresh", { clip, done });
    return c.json(await json(clip, done.followers));
  });

  app.delete("/:slug/materialized", async (c) => {
    const { clip } = c.var;
    const there = await dematerializeClip(deps, clip, { leave: c.req.query("leave") === "true" });
    if (!there) throw new AppError("not_found", "This clip is not materialized.");
    await record(c, deps, "materialized.remove", { clip });
    return c.body(null, 204);
  });

  return app;
}
