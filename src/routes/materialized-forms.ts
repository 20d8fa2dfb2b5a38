import { Hono } from "hono";
import type { Context } from "hono";
import { z } from "zod";
import { type Clip, getClip } from "../clips/clips.ts";
import { readPageSlug, speakingSlug } from "../clips/slug.ts";
import type { Deps } from "../deps.ts";
import { dematerializeClip, materializeClip, refreshMaterialized } from "../materialized/materialize.ts";
import type { Env } from "./env.ts";
import { materializedWish } from "./materialized-fields.ts";
import { readForm } from "./read-body.ts";

const Form = z.object({
  name: z.string().max(200).default(""),
  unique_columns: z.string().max(4000).default(""),
  cron: z.string().max(200).default(""),
  time_zone: z.string().max(200).default(""),
});

/** What the forms in a clip's page's section on its materialization send. */
export function materializedForms(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  const find = (c: Context<Env, "/:slug">): Promise<Clip> => getClip(deps.db, readPageSlug(c.req.param("slug")));
  const back = (c: Context<Env>, clip: Clip): Response =>
    c.redirect(`/clips/${speakingSlug(clip.slug, clip.title)}#materialized`, 303);

  app.post("/clips/:slug/materialized", async (c) => {
    const clip = await find(c);
    const form = await readForm(c, Form);
    const columns = form.unique_columns.split(",").map((column) => column.trim());
    const wish = materializedWish({
      name: form.name.trim() || undefined,
      unique_columns: columns.every((column) => column === "") ? null : columns,
      cron: form.cron.trim() || null,
      time_zone: form.time_zone.trim() || null,
    });
    await materializeClip(deps, clip, wish);
    await deps.schedules?.followMaterialized(clip.id);
    return back(c, clip);
  });

  app.post("/clips/:slug/materialized/refresh", async (c) => {
    const clip = await find(c);
    await refreshMaterialized(deps, clip);
    return back(c, clip);
  });

  app.post("/clips/:slug/materialized/remove", async (c) => {
    const clip = await find(c);
    await dematerializeClip(deps, clip);
    await deps.schedules?.followMaterialized(clip.id);
    return back(c, clip);
  });

  return app;
}
