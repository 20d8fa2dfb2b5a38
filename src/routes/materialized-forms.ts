import { Hono } from "hono";
import type { Context } from "hono";
import * as z from "zod";
import type { Clip } from "../clips/clips.ts";
import { speakingSlug } from "../clips/slug.ts";
import type { Deps } from "../deps.ts";
import { dematerializeClip, materializeClip, refreshMaterialized } from "../materialized/materialize.ts";
import type { Env } from "./env.ts";
import { materializedWish } from "./materialized-fields.ts";
import { readForm } from "./read-body.ts";
import { record } from "./record.ts";
import { recordMaterialized } from "./record-materialized.ts";

const Form = z.object({
  name: z.string().max(200).default(""),
  unique_columns: z.string().max(4000).default(""),
  cron: z.string().max(200).default(""),
  time_zone: z.string().max(200).default(""),
});

/** What the forms in a clip's page's section on its materialization send. */
export function materializedForms(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  const back = (c: Context<Env>, clip: Clip): Response =>
    c.redirect(`/clips/${speakingSlug(clip.slug, clip.title)}#materialized`, 303);

  app.post("/clips/:slug/materialized", async (c) => {
    const { clip } = c.var;
    const form = await readForm(c, Form);
    const columns = form.unique_columns.split(",").map((column) => column.trim());
    const wish = materializedWish({
      name: form.name.trim() || undefined,
      unique_columns: columns.every((column) => column === "") ? null : columns,
      cron: form.cron.trim() || null,
      time_zone: form.time_zone.trim() || null,
    });
    const done = await materializeClip(deps, clip, wish);
    await recordMaterialized(c, deps, "materialized.change", { clip, wish, done });
    return back(c, clip);
  });

  app.post("/clips/:slug/materialized/refresh", async (c) => {
    const { clip } = c.var;
    const done = await refreshMaterialized(deps, clip);
    await recordMaterialized(c, deps, "materialized.refresh", { clip, done });
    return back(c, clip);
  });

  app.post("/clips/:slug/materialized/remove", async (c) => {
    const { clip } = c.var;
    if (await dematerializeClip(deps, clip)) await record(c, deps, "materialized.remove", { clip });
    return back(c, clip);
  });

  return app;
}
