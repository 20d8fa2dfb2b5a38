import { Hono } from "hono";
import { speakingSlug } from "../clips/slug.ts";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import { ChartFields } from "./clip-fields.ts";
import { changeClip } from "./change-clip.ts";
import type { Env } from "./env.ts";
import { readNumber } from "./query.ts";

/** POST /clips/<slug>/chart: saves how the clip's result is drawn; the version stays. */
export function chartForm(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  app.post("/clips/:slug/chart", async (c) => {
    const { clip } = c.var;
    const form = await c.req.formData();
    const words = (name: string): string[] => form.getAll(name).map(String);
    const [type = ""] = words("type");
    const checked = ChartFields.nullable().safeParse(
      type === "" ? null : { type, x: words("x")[0] || null, y: words("y") },
    );
    if (!checked.success) {
      const faults = checked.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`);
      throw new AppError("invalid_request", `This chart cannot be saved: ${faults.join("; ")}.`);
    }
    await changeClip(c, deps, clip, { chart: checked.data });
    const [result = ""] = words("result");
    const query = result === "" ? "" : `?result=${readNumber("result", result)}`;
    return c.redirect(`/clips/${speakingSlug(clip.slug, clip.title)}${query}#result`, 303);
  });
  return app;
}
