import { Hono } from "hono";
import { z } from "zod";
import { createClip, deleteClip, editClip, getClip, listClips, undeleteClip } from "../clips/clips.ts";
import { readSlug } from "../clips/slug.ts";
import { getVersion, listVersions } from "../clips/versions.ts";
import type { Deps } from "../deps.ts";
import { checkDatabaseChange, dematerializeClip, followEdit } from "../materialized/materialize.ts";
import { checkRefreshRule, checkRuleChange } from "../schedules/check-refresh-rule.ts";
import { showSchedule } from "../schedules/show-schedule.ts";
import { ClipChangeFields, clipDraft, ClipFields } from "./clip-fields.ts";
import { checkClip, clipJson, clipParameters, scheduleJson } from "./clip-json.ts";
import type { Env } from "./env.ts";
import { readNumber } from "./query.ts";
import { readJson } from "./read-body.ts";

const PAGE_SIZE = 50;

/** /api/clips: create, list, show, edit, fork, delete, undelete; versions and their restoring. */
export function apiClips(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  const { db } = deps;

  app.post("/", async (c) => {
    const fields = await readJson(c, ClipFields);
    const parameters = await checkClip(deps, fields.database, fields.sql);
    const draft = clipDraft(fields);
    const clip = await createClip(db, { ...draft, ...checkRefreshRule(draft, null, draft.sql) });
    await deps.schedules?.follow(clip);
    return c.json({ ...clipJson(c, deps, clip), parameters }, 201);
  });

  app.get("/", async (c) => {
    const page = readNumber("page", c.req.query("page") ?? "1");
    const deleted = c.req.query("deleted") === "true";
    const { clips, total } = await listClips(db, {
      search: c.req.query("q") ?? "",
      page,
      pageSize: PAGE_SIZE,
      deleted,
    });
    return c.json({ clips: clips.map((clip) => clipJson(c, deps, clip)), page, page_size: PAGE_SIZE, total });
  });

  app.get("/:slug", async (c) => {
    const clip = await getClip(db, readSlug(c.req.param("slug")));
    const [parameters, schedule] = await Promise.all([clipParameters(deps, clip), showSchedule(db, clip)]);
    return c.json({ ...clipJson(c, deps, clip), parameters, ...(schedule && { schedule: scheduleJson(schedule) }) });
  });

  app.patch("/:slug", async (c) => {
    const clip = await getClip(db, readSlug(c.req.param("slug")));
    const { version, ...fields } = await readJson(c, ClipChangeFields);
    // Its title can be changed even when its SQL does not work any more.
    const checked = fields.sql !== undefined || fields.database !== undefined;
    const parameters = checked
      ? await checkClip(deps, fields.database ?? clip.database, fields.sql ?? clip.sql)
      : await clipParameters(deps, clip);
    const changes = clipDraft(fields);
    const rule = checkRuleChange(changes, clip);
    await checkDatabaseChange(db, clip, fields);
    const edited = await editClip(db, clip, { ...changes, ...rule, baseVersion: version });
    await deps.schedules?.follow(edited, clip);
    await followEdit(deps, edited);
    return c.json({ ...clipJson(c, deps, edited), parameters });
  });

  app.delete("/:slug", async (c) => {
    const clip = await getClip(db, readSlug(c.req.param("slug")));
    if (await dematerializeClip(deps, clip)) await deps.schedules?.followMaterialized(clip.id);
    await deleteClip(db, clip);
    await deps.schedules?.follow(clip);
    return c.body(null, 204);
  });

  app.post("/:slug/undelete", async (c) => {
    const clip = await undeleteClip(db, await getClip(db, readSlug(c.req.param("slug")), true));
    await deps.schedules?.follow(clip);
    return c.json(clipJson(c, deps, clip));
  });

  app.post("/:slug/fork", async (c) => {
    const clip = await getClip(db, readSlug(c.req.param("slug")));
    const { title } = await readJson(c, ClipFields.pick({ title: true }).partial());
    const fork = await createClip(db, { ...clip, title: title ?? clip.title });
    await deps.schedules?.follow(fork);
    return c.json({ ...clipJson(c, deps, fork), parameters: await clipParameters(deps, fork) }, 201);
  });

  app.get("/:slug/versions", async (c) => {
    const clip = await getClip(db, readSlug(c.req.param("slug")));
    const versions = await listVersions(db, clip.id);
    return c.json({
      versions: versions.map(({ number, sql, restoredFrom, createdAt }) => ({
        version: number,
        sql,
        restored_from: restoredFrom,
        created_at: createdAt.toISOString(),
      })),
    });
  });

  app.post("/:slug/versions", async (c) => {
    const clip = await getClip(db, readSlug(c.req.param("slug")));
    const { restore } = await readJson(
      c,
      z.strictObject({ restore: z.number("must be the number of a version").int().positive() }),
    );
    const { sql } = await getVersion(db, clip.id, restore);
    const parameters = await checkClip(deps, clip.database, sql);
    checkRuleChange({ sql }, clip);
    const restored = await editClip(db, clip, { sql, restoredFrom: restore });
    await followEdit(deps, restored);
    return c.json({ ...clipJson(c, deps, restored), parameters }, 201);
  });

  return app;
}
