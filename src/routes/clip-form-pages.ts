import { Hono } from "hono";
import type { Context } from "hono";
import { setCookie } from "hono/cookie";
import { type Clip, DEFAULT_MAX_AGE_SECONDS, getClipById } from "../clips/clips.ts";
import { speakingSlug } from "../clips/slug.ts";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import { checkDatabaseChange } from "../materialized/materialize.ts";
import { mayWriteOn, teamFor } from "../people/permissions.ts";
import { checkRefreshRule, checkRuleChange } from "../schedules/check-refresh-rule.ts";
import { renderClipFormPage } from "../../views/clip-form-page.tsx";
import { addClip, changeClip } from "./change-clip.ts";
import { checkMaterializedChange } from "./check-materialized-change.ts";
import { clipDraft } from "./clip-fields.ts";
import { checkClip } from "./clip-json.ts";
import { checkMove, placeNewClip, teamChoices } from "./clip-place.ts";
import { checkDraft, DraftFields, type DraftForm } from "./draft-form.ts";
import { basedOn, type Conflict, draftOf, isOutdated } from "./draft-of-clip.ts";
import type { Env } from "./env.ts";
import { checkMasked } from "./masked-parameters.ts";
import { pageScript } from "./page-script.ts";
import { readNumber } from "./query.ts";
import { readForm } from "./read-body.ts";
import { requireAccess } from "./require-access.ts";

/** The form of a clip: new, and edit. It works without JavaScript. */
export function clipFormPages(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  const { db } = deps;
  const all = deps.databases.all.map(({ name }) => name);

  const showForm = async (
    c: Context<Env>,
    draft: DraftForm,
    clip: Clip | null,
    error: AppError | null = null,
    conflict: Conflict | null = null,
  ) => {
    const access = requireAccess(c);
    const script = await pageScript(c, deps, "editor");
    const databases = all.filter((name) => mayWriteOn(access, name));
    const teams = await teamChoices(db, access);
    return c.html(
      renderClipFormPage({ access, draft, databases, teams, error, conflict, clip, script }),
      error?.status ?? 200,
    );
  };
  app.get("/clips/new", (c) => {
    const access = requireAccess(c);
    const database = c.req.query("database") ?? all.find((name) => mayWriteOn(access, name));
    const team = database === undefined ? undefined : teamFor(access, database);
    const draft = DraftFields.parse({
      database,
      team_id: team === undefined ? undefined : String(team),
      sql: c.req.query("sql"),
      max_age_seconds: String(DEFAULT_MAX_AGE_SECONDS),
    });
    return showForm(c, draft, null);
  });

  /** Saves a form; what is wrong is said beside it, and nothing that was written is lost. */
  const save = async (
    c: Context<Env>,
    clip: Clip | null,
    store: (draft: DraftForm) => Promise<Clip>,
  ): Promise<Response> => {
    const draft = await readForm(c, DraftFields);
    try {
      const saved = await store(draft);
      // Tells the page's script that it need not keep this any longer.
      if (draft.draft !== undefined && /^[\d-]{1,30}$/.test(draft.draft)) {
        setCookie(c, `saved-${draft.draft}`, "1", { path: "/clips", maxAge: 86_400, sameSite: "Strict" });
      }
      return c.redirect(`/clips/${speakingSlug(saved.slug, saved.title)}`, 303);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const saved = clip && error.code === "conflict" ? await getClipById(db, clip.id) : null;
      if (saved === null || !isOutdated(draft, saved)) return showForm(c, draft, clip, error);
      return showForm(c, basedOn(saved, draft), saved, error, { saved: draftOf(saved), draft });
    }
  };

  app.post("/clips", (c) =>
    save(c, null, async (draft) => {
      const fields = checkDraft(draft);
      const teamId = await placeNewClip(db, requireAccess(c), clipDraft(fields));
      await checkClip(deps, fields.database, fields.sql);
      checkMasked(fields.masked_parameters, fields.sql);
      const rule = checkRefreshRule(clipDraft(fields), null, fields.sql);
      return addClip(c, deps, { ...clipDraft(fields), teamId, ...rule });
    }),
  );

  app.get("/clips/:slug/edit", (c) => showForm(c, draftOf(c.var.clip), c.var.clip));

  app.post("/clips/:slug/edit", async (c) => {
    const { clip } = c.var;
    return save(c, clip, async (draft) => {
      const fields = checkDraft(draft);
      await checkMove(db, requireAccess(c), clip, clipDraft(fields));
      if (fields.sql !== clip.sql) await checkMaterializedChange(db, requireAccess(c), clip);
      if (fields.sql !== clip.sql || fields.database !== clip.database) {
        await checkClip(deps, fields.database, fields.sql);
      }
      const baseVersion = draft.version === undefined ? undefined : readNumber("version", draft.version);
      checkMasked(fields.masked_parameters, fields.sql);
      const rule = checkRuleChange(clipDraft(fields), clip);
      await checkDatabaseChange(db, clip, fields);
      const from = { baseVersion, baseFingerprint: draft.base };
      return changeClip(c, deps, clip, { ...clipDraft(fields), ...rule, ...from });
    });
  });

  return app;
}
