import { Hono } from "hono";
import * as z from "zod";
import { clipFingerprint } from "../clips/clip-fingerprint.ts";
import { listOtherEditors, noteEditor, removeEditor } from "../clips/clip-editors.ts";
import { getVersion } from "../clips/versions.ts";
import type { Deps } from "../deps.ts";
import { readNames } from "../people/names.ts";
import type { Env } from "./env.ts";
import { checkFields, readJson } from "./read-body.ts";

const EditorFields = z.strictObject({ editor: z.uuid("must be a UUID, the window's own") });

/**
 * POST /api/clips/<slug>/editors: a window says every 10 seconds that it has the clip's form open, and is told who else
 * has, and what is saved by now. DELETE …/editors/<editor> says that it was closed.
 */
export function apiClipEditors({ db }: Pick<Deps, "db">): Hono<Env> {
  const app = new Hono<Env>();

  app.post("/:slug/editors", async (c) => {
    const { clip, asker } = c.var;
    const { editor } = await readJson(c, EditorFields);
    const nameOf = await readNames(db, [asker]);
    await noteEditor(db, clip.id, { editor, asker, askerName: nameOf(asker) });
    const [others, version] = await Promise.all([
      listOtherEditors(db, clip.id, { editor }),
      getVersion(db, clip.id, clip.version),
    ]);
    const savedBy = await readNames(db, [version.createdBy]);
    c.header("Cache-Control", "no-store");
    return c.json({
      others: others.map((other) => ({ name: other.askerName, you: other.asker === asker })),
      version: clip.version,
      saved_by: savedBy(version.createdBy),
      saved_by_you: version.createdBy === asker,
      saved_seconds_ago: Math.max(0, Math.round((Date.now() - version.createdAt.getTime()) / 1000)),
      base: clipFingerprint(clip),
    });
  });

  app.delete("/:slug/editors/:editor", async (c) => {
    const { clip, asker } = c.var;
    const { editor } = checkFields(EditorFields, { editor: c.req.param("editor") });
    await removeEditor(db, clip.id, { editor, asker });
    return c.body(null, 204);
  });

  return app;
}
