import { Hono } from "hono";
import * as z from "zod";
import { listClips } from "../clips/list-clips.ts";
import { getVersion, listVersions } from "../clips/versions.ts";
import type { Deps } from "../deps.ts";
import { checkDatabaseChange } from "../materialized/materialize.ts";
import { visibleTo } from "../people/permissions.ts";
import { checkRefreshRule, checkRuleChange } from "../schedules/check-refresh-rule.ts";
import { showSchedule } from "../schedules/show-schedule.ts";
import { addClip, changeClip, removeClip, restoreClip } from "./change-clip.ts";
import { checkMaterializedChange } from "./check-materialized-change.ts";
import { ClipChangeFields, clipDraft, ClipFields } from "./clip-fields.ts";
import { checkClip, clipJson, clipParameters, scheduleJson } from "./clip-json.ts";
import { checkMove, placeFork, placeNewClip } from "./clip-place.ts";
import type { Env } from "./env.ts";
import { readListQuery } from "./list-query.ts";
import { checkMasked } from "./masked-parameters.ts";
import { readJson } from "./read-body.ts";
import { requireAccess } from "./require-access.ts";

const PAGE_SIZE = 50;

/** /api/clips: create, list, show, edit, fork, delete, undelete; versions and their restoring. */
export function apiClips(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  const { db } = deps;

  app.post("/", async (c) => {
    const fields = await readJson(c, ClipFields);
    const draft = clipDraft(fields);
    const teamId = await placeNewClip(db, requireAccess(c), draft);
    const parameters = await checkClip(deps, fields.database, fields.sql);
    checkMasked(draft.maskedParameters, draft.sql);
    const clip = await addClip(c, deps, { ...draft, teamId, ...checkRefreshRule(draft, null, draft.sql) });
    return c.json({ ...clipJson(c, deps, clip), parameters }, 201);
  });

  app.get("/", async (c) => {
    const query = readListQuery(c);
    const deleted = c.req.query("deleted") === "true";
    const { clips, total } = await listClips(db, {
      ...query,
      pageSize: PAGE_SIZE,
      deleted,
      visibleTo: visibleTo(requireAccess(c)),
    });
    return c.json({
      clips: clips.map((clip) => clipJson(c, deps, clip)),
      page: query.page,
      page_size: PAGE_SIZE,
      total,
    });
  });

  app.get("/:slug", async (c) => {
    const { clip } = c.var;
    const [parameters, schedule] = await Promise.all([clipParameters(deps, clip), showSchedule(db, clip)]);
    return c.json({ ...clipJson(c, deps, clip), parameters, ...(schedule && { schedule: scheduleJson(schedule) }) });
  });

  app.patch("/:slug", async (c) => {
    const { clip } = c.var;
    const { version, ...fields } = await readJson(c, ClipChangeFields);
    const changes = clipDraft(fields);
    await checkMove(db, requireAccess(c), clip, changes);
    // Its title can be changed even when its SQL does not work any more.
    const checked = fields.sql !== undefined || fields.database !== undefined;
    const parameters = checked
      ? await checkClip(deps, fields.database ?? clip.database, fields.sql ?? clip.sql)
      : await clipParameters(deps, clip);
    if (fields.sql !== undefined && fields.sql !== clip.sql) {
      await checkMaterializedChange(db, requireAccess(c), clip);
    }
    checkMasked(changes.maskedParameters, fields.sql ?? clip.sql);
    const rule = checkRuleChange(changes, clip);
    await checkDatabaseChange(db, clip, fields);
    const edited = await changeClip(c, deps, clip, { ...changes, ...rule, baseVersion: version });
    return c.json({ ...clipJson(c, deps, edited), parameters });
  });

  app.delete("/:slug", async (c) => {
    await removeClip(c, deps, c.var.clip);
    return c.body(null, 204);
  });

  app.post("/:slug/undelete", async (c) => {
    return c.json(clipJson(c, deps, await restoreClip(c, deps, c.var.clip)));
  });

  app.post("/:slug/fork", async (c) => {
    const { clip } = c.var;
    const { title, team_id: wished } = await readJson(c, ClipFields.pick({ title: true, team_id: true }).partial());
    const teamId = await placeFork(db, requireAccess(c), clip, wished);
    const fork = await addClip(c, deps, { ...clip, title: title ?? clip.title, teamId }, clip);
    return c.json({ ...clipJson(c, deps, fork), parameters: await clipParameters(deps, fork) }, 201);
  });

  app.get("/:slug/versions", async (c) => {
    const { clip } = c.var;
    const versions = await listVersions(db, clip.id);
    return c.json({
      versions: versions.map(({ number, sql, restoredFrom, createdBy, createdAt }) => ({
        version: number,
        sql,
        restored_from: restoredFrom,
        created_by: createdBy,
        created_at: createdAt.toISOString(),
      })),
    });
  });

  app.post("/:slug/versions", async (c) => {
    const { clip } = c.var;
    const { restore } = await readJson(
      c,
      z.strictObject({ restore: z.number("must be the number of a version").int().positive() }),
    );
    const { sql } = await getVersion(db, clip.id, restore);
    if (sql !== clip.sql) await checkMaterializedChange(db, requireAccess(c), clip);
    const parameters = await checkClip(deps, clip.database, sql);
    checkRuleChange({ sql }, clip);
    const restored = await changeClip(c, deps, clip, { sql, restoredFrom: restore });
    return c.json({ ...clipJson(c, deps, restored), parameters }, 201);
  });

  return app;
}
