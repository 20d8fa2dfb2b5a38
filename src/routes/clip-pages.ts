import { Hono } from "hono";
import type { Context } from "hono";
import { setCookie } from "hono/cookie";
import { z } from "zod";
import {
  type Clip,
  createClip,
  DEFAULT_MAX_AGE_SECONDS,
  deleteClip,
  editClip,
  getClip,
  listClips,
  undeleteClip,
} from "../clips/clips.ts";
import { listShares, revokeShare } from "../clips/shares.ts";
import { readPageSlug, readSlug, speakingSlug } from "../clips/slug.ts";
import { getVersion, listVersions } from "../clips/versions.ts";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import { checkDatabaseChange, dematerializeClip, followEdit } from "../materialized/materialize.ts";
import { showMaterialized } from "../materialized/show-materialized.ts";
import { openResult, prepareRun } from "../runs/open-result.ts";
import type { ParameterValues } from "../runs/parameters.ts";
import { checkRefreshRule, checkRuleChange } from "../schedules/check-refresh-rule.ts";
import { showSchedule } from "../schedules/show-schedule.ts";
import { renderClipFormPage } from "../../views/clip-form-page.tsx";
import { renderClipListPage } from "../../views/clip-list-page.tsx";
import { renderClipPage } from "../../views/clip-page.tsx";
import { renderVersionsPage } from "../../views/versions-page.tsx";
import { clipDraft } from "./clip-fields.ts";
import { checkClip, clipParameters } from "./clip-json.ts";
import { checkDraft, DraftFields, type DraftForm } from "./draft-form.ts";
import type { Env } from "./env.ts";
import { pageScript } from "./page-script.ts";
import { makeShare } from "./make-share.ts";
import { showNewShare } from "./new-share-page.ts";
import { type Preview, readPreview } from "./preview.ts";
import { readNumber, readResultQuery } from "./query.ts";
import { readForm } from "./read-body.ts";
import { readShareForm, readWritten } from "./share-form.ts";

const PAGE_SIZE = 25;

/** The pages of clips: list, new, show, edit, versions, share, fork, delete. They work without JavaScript. */
export function clipPages(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  const { db } = deps;
  const names = deps.databases.all.map(({ name }) => name);
  const find = (c: Context<Env, "/:slug">): Promise<Clip> => getClip(db, readPageSlug(c.req.param("slug")));
  const path = (clip: Clip): string => `/clips/${speakingSlug(clip.slug, clip.title)}`;

  const list = async (c: Context<Env>, deleted: boolean): Promise<Response> => {
    const page = readNumber("page", c.req.query("page") ?? "1");
    const search = c.req.query("q") ?? "";
    const found = await listClips(db, { search, page, pageSize: PAGE_SIZE, deleted });
    return c.html(renderClipListPage({ ...found, search, page, pageSize: PAGE_SIZE, deleted }));
  };
  app.get("/", (c) => list(c, false));
  app.get("/clips", (c) => c.redirect("/", 301));
  app.get("/clips/deleted", (c) => list(c, true));

  const showForm = async (c: Context<Env>, draft: DraftForm, clip: Clip | null, error: AppError | null = null) => {
    const script = await pageScript(c, deps, "editor");
    return c.html(renderClipFormPage({ draft, databases: names, error, clip, script }), error?.status ?? 200);
  };
  app.get("/clips/new", (c) => {
    const draft = DraftFields.parse({
      database: c.req.query("database") ?? names[0],
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
      return c.redirect(path(saved), 303);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return showForm(c, draft, clip, error);
    }
  };

  app.post("/clips", (c) =>
    save(c, null, async (draft) => {
      const fields = checkDraft(draft);
      await checkClip(deps, fields.database, fields.sql);
      const rule = checkRefreshRule(clipDraft(fields), null, fields.sql);
      const clip = await createClip(db, { ...clipDraft(fields), ...rule });
      await deps.schedules?.follow(clip);
      return clip;
    }),
  );

  const show = async (
    c: Context<Env>,
    clip: Clip,
    preview: Preview,
    shown: { version?: number | undefined; values: ParameterValues; shareUrl?: string },
  ): Promise<Response> => {
    const version = "error" in preview ? (shown.version ?? clip.version) : preview.head.version;
    const { sql } = version === clip.version ? clip : await getVersion(db, clip.id, version);
    const [shares, parameters, schedule, materialized] = await Promise.all([
      listShares(db, clip.id),
      clipParameters(deps, { ...clip, sql }),
      showSchedule(db, clip),
      showMaterialized(deps, clip),
    ]);
    const status = "error" in preview ? preview.error.status : 200;
    c.header("Cache-Control", "no-store");
    return c.html(
      renderClipPage({
        clip,
        version,
        sql,
        preview,
        parameters,
        values: "error" in preview ? shown.values : preview.parameters,
        shares,
        schedule,
        materialized,
        hasPrimary: deps.databases.all.some(({ name, primary }) => name === clip.database && primary !== null),
        script: await pageScript(c, deps, "result"),
        shareUrl: shown.shareUrl ?? null,
      }),
      status,
    );
  };

  app.get("/clips/:slug", async (c) => {
    const clip = await find(c);
    const { options: _, ...query } = readResultQuery(c.req.url);
    const { version, parameters } = query;
    const { asker } = c.var;
    const preview = await readPreview(() =>
      openResult(deps, clip, { ...query, asker, maxAgeSeconds: null, signal: c.req.raw.signal }),
    );
    return show(c, clip, preview, { version, values: parameters });
  });

  app.post("/clips/:slug/run", async (c) => {
    const clip = await find(c);
    const { version: shown, ...values } = await readForm(c, z.record(z.string(), z.string()));
    const version = shown === undefined ? undefined : readNumber("version", shown);
    try {
      const run = deps.runs.start(await prepareRun(deps, clip, { parameters: values, version, asker: c.var.asker }));
      const leave = run.join();
      c.req.raw.signal.addEventListener("abort", leave, { once: true });
      const { result } = await run.finished;
      const failure = run.failure();
      if (failure) throw failure;
      return c.redirect(`${path(clip)}?result=${result}`, 303);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return show(c, clip, { error }, { values, version });
    }
  });

  app.get("/clips/:slug/edit", async (c) => {
    const clip = await find(c);
    const draft = {
      ...clip,
      max_age_seconds: String(clip.maxAgeSeconds),
      cron: clip.cron ?? "",
      time_zone: clip.timeZone ?? "",
      keep_results: String(clip.keepResults ?? ""),
      keep_days: String(clip.keepDays ?? ""),
      keep_bytes: String(clip.keepBytes ?? ""),
      version: String(clip.version),
    };
    return showForm(c, draft, clip);
  });

  app.post("/clips/:slug/edit", async (c) => {
    const clip = await find(c);
    return save(c, clip, async (draft) => {
      const fields = checkDraft(draft);
      if (fields.sql !== clip.sql || fields.database !== clip.database) {
        await checkClip(deps, fields.database, fields.sql);
      }
      const baseVersion = draft.version === undefined ? undefined : readNumber("version", draft.version);
      const rule = checkRuleChange(clipDraft(fields), clip);
      await checkDatabaseChange(db, clip, fields);
      const edited = await editClip(db, clip, { ...clipDraft(fields), ...rule, baseVersion });
      await deps.schedules?.follow(edited, clip);
      await followEdit(deps, edited);
      return edited;
    });
  });

  app.get("/clips/:slug/versions", async (c) => {
    const clip = await find(c);
    return c.html(renderVersionsPage({ clip, versions: await listVersions(db, clip.id) }));
  });

  app.post("/clips/:slug/restore", async (c) => {
    const clip = await find(c);
    const { version } = await readForm(c, z.object({ version: z.string() }));
    const number = readNumber("version", version);
    const { sql } = await getVersion(db, clip.id, number);
    await checkClip(deps, clip.database, sql);
    checkRuleChange({ sql }, clip);
    const restored = await editClip(db, clip, { sql, restoredFrom: number });
    await followEdit(deps, restored);
    return c.redirect(path(restored), 303);
  });

  app.post("/clips/:slug/fork", async (c) => {
    const clip = await find(c);
    const fork = await createClip(db, { ...clip, title: `Copy of ${clip.title}`.slice(0, 200) });
    await deps.schedules?.follow(fork);
    return c.redirect(`${path(fork)}/edit`, 303);
  });

  // The secret is shown in the answer itself, once: in a redirect it would stay in logs and histories.
  app.post("/clips/:slug/shares", async (c) => {
    const clip = await find(c);
    const written = await readWritten(c);
    let fields: Awaited<ReturnType<typeof readShareForm>>;
    let url: string;
    try {
      fields = await readShareForm(c);
      ({ url } = await makeShare(c, deps, clip, fields));
    } catch (error) {
      // The form of one button has nothing to be shown again.
      if (!(error instanceof AppError) || written["rules"] === undefined) throw error;
      return showNewShare(c, clip, { result: Number(written["result"]) || null, error, written });
    }
    const result = fields.result ?? undefined;
    const { asker } = c.var;
    const preview = await readPreview(() =>
      openResult(deps, clip, { result, parameters: {}, asker, maxAgeSeconds: null, signal: c.req.raw.signal }),
    );
    return show(c, clip, preview, { values: {}, shareUrl: url });
  });

  app.post("/clips/:slug/shares/:id/revoke", async (c) => {
    const clip = await getClip(db, readSlug(c.req.param("slug")));
    await revokeShare(db, c.req.param("id"), clip.id);
    return c.redirect(`${path(clip)}#shares`, 303);
  });

  app.post("/clips/:slug/delete", async (c) => {
    const clip = await find(c);
    if (await dematerializeClip(deps, clip)) await deps.schedules?.followMaterialized(clip.id);
    await deleteClip(db, clip);
    await deps.schedules?.follow(clip);
    return c.redirect("/clips/deleted", 303);
  });

  app.post("/clips/:slug/undelete", async (c) => {
    const clip = await undeleteClip(db, await getClip(db, readSlug(c.req.param("slug")), true));
    await deps.schedules?.follow(clip);
    return c.redirect(path(clip), 303);
  });

  return app;
}
