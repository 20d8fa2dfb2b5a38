import { Hono } from "hono";
import type { Context } from "hono";
import * as z from "zod";
import type { Clip } from "../clips/clips.ts";
import { favouritesAmong } from "../clips/favourites.ts";
import { listShares } from "../clips/shares.ts";
import { speakingSlug } from "../clips/slug.ts";
import { tablesOfClip } from "../clips/tables-of-clip.ts";
import { getVersion, listVersions } from "../clips/versions.ts";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import { showMaterialized } from "../materialized/show-materialized.ts";
import { readNames } from "../people/names.ts";
import { mayDo, mayWriteOn, visibleTo } from "../people/permissions.ts";
import { findPrevious } from "../results/history.ts";
import { openResult, prepareRun } from "../runs/open-result.ts";
import type { ParameterValues } from "../runs/parameters.ts";
import { checkRuleChange } from "../schedules/check-refresh-rule.ts";
import { showSchedule } from "../schedules/show-schedule.ts";
import { renderClipPage } from "../../views/clip-page.tsx";
import { renderVersionsPage } from "../../views/versions-page.tsx";
import {
  addressOfRun,
  awaitPreview,
  keepWaiting,
  type PagePreview,
  settlesSoon,
  statusOf,
  valuesOf,
} from "./await-preview.ts";
import { addClip, changeClip, endShare, removeClip, restoreClip } from "./change-clip.ts";
import { checkMaterializedChange } from "./check-materialized-change.ts";
import { checkClip, clipParameters } from "./clip-json.ts";
import { placeFork } from "./clip-place.ts";
import type { Env } from "./env.ts";
import { makeShare } from "./make-share.ts";
import { showNewShare } from "./new-share-page.ts";
import { pageScript } from "./page-script.ts";
import { readPreview } from "./preview.ts";
import { readNumber, readResultQuery } from "./query.ts";
import { readForm } from "./read-body.ts";
import { askerOf } from "./record.ts";
import { requireAccess } from "./require-access.ts";
import { wantsPage } from "./send-error.ts";
import { readShareForm, readWritten } from "./share-form.ts";

/** The pages of a clip: show, versions, share, fork, delete. They work without JavaScript. */
export function clipPages(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  const { db } = deps;
  const path = (clip: Clip): string => `/clips/${speakingSlug(clip.slug, clip.title)}`;

  const show = async (
    c: Context<Env>,
    clip: Clip,
    preview: PagePreview,
    shown: { version?: number | undefined; values: ParameterValues; made?: { id: string; url: string } },
  ): Promise<Response> => {
    const version = "head" in preview ? preview.head.version : (shown.version ?? clip.version);
    const { sql } = version === clip.version ? clip : await getVersion(db, clip.id, version);
    const access = requireAccess(c);
    const [shares, nameOf, parameters, schedule, materialized, tables, favourites, previous] = await Promise.all([
      mayDo(access, "shares.read") ? listShares(db, clip.id) : [],
      readNames(db, [clip.createdBy]),
      clipParameters(deps, { ...clip, sql }, { suggest: mayWriteOn(access, clip.database, clip.teamId) }),
      showSchedule(db, clip),
      showMaterialized(deps, clip),
      tablesOfClip(db, { ...clip, sql }, visibleTo(access)),
      access.person === null ? null : favouritesAmong(db, access.person.id, [clip.id]),
      "head" in preview ? findPrevious(db, clip.id, preview.head.number) : null,
    ]);
    c.header("Cache-Control", "no-store");
    return c.html(
      renderClipPage({
        access,
        nameOf,
        clip,
        version,
        sql,
        tables,
        isFavourite: favourites && favourites.has(clip.id),
        preview,
        previous,
        parameters,
        values: valuesOf(preview, shown.values),
        address: path(clip) + new URL(c.req.url).search,
        shares,
        schedule,
        materialized,
        hasPrimary: deps.databases.all.some(({ name, primary }) => name === clip.database && primary !== null),
        script: await pageScript(c, deps, "result"),
        made: shown.made ?? null,
      }),
      statusOf(preview),
    );
  };

  app.get("/clips/:slug", async (c) => {
    const { clip } = c.var;
    const { options: _, ...query } = readResultQuery(c.req.url);
    const { version, parameters } = query;
    const preview = await awaitPreview(
      c,
      deps,
      (waiting) => openResult(deps, clip, { ...query, ...askerOf(c), maxAgeSeconds: null, ...waiting }),
      clip.chart,
    );
    return show(c, clip, preview, { version, values: parameters });
  });

  app.post("/clips/:slug/run", async (c) => {
    const { clip } = c.var;
    const { version: shown, ...values } = await readForm(c, z.record(z.string(), z.string()));
    const version = shown === undefined ? undefined : readNumber("version", shown);
    try {
      const run = await deps.runs.start(await prepareRun(deps, clip, { parameters: values, version, ...askerOf(c) }));
      const leave = run.join();
      const { signal } = c.req.raw;
      signal.addEventListener("abort", leave, { once: true });
      if (wantsPage(c) && !(await settlesSoon(run.finished, deps)) && !signal.aborted) {
        signal.removeEventListener("abort", leave);
        const search = new URLSearchParams({ ...values, ...(shown !== undefined && { version: shown }) });
        return c.redirect(addressOfRun(`${path(clip)}?${search}`, keepWaiting(run.info().id, leave)), 303);
      }
      const { result } = await run.finished;
      const failure = run.failure();
      if (failure) throw failure;
      return c.redirect(`${path(clip)}?result=${result}`, 303);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return show(c, clip, { error }, { values, version });
    }
  });

  app.get("/clips/:slug/versions", async (c) => {
    const { clip } = c.var;
    const versions = await listVersions(db, clip.id);
    const nameOf = await readNames(
      db,
      versions.map(({ createdBy }) => createdBy),
    );
    return c.html(renderVersionsPage({ access: requireAccess(c), clip, versions, nameOf }));
  });

  app.post("/clips/:slug/restore", async (c) => {
    const { clip } = c.var;
    const { version } = await readForm(c, z.object({ version: z.string() }));
    const number = readNumber("version", version);
    const { sql } = await getVersion(db, clip.id, number);
    if (sql !== clip.sql) await checkMaterializedChange(db, requireAccess(c), clip);
    await checkClip(deps, clip.database, sql);
    checkRuleChange({ sql }, clip);
    const restored = await changeClip(c, deps, clip, { sql, restoredFrom: number });
    return c.redirect(path(restored), 303);
  });

  app.post("/clips/:slug/fork", async (c) => {
    const { clip } = c.var;
    const teamId = await placeFork(db, requireAccess(c), clip, undefined);
    const title = `Copy of ${clip.title}`.slice(0, 200);
    const fork = await addClip(c, deps, { ...clip, title, teamId }, clip);
    return c.redirect(`${path(fork)}/edit`, 303);
  });

  // The secret is shown in the answer itself, once: in a redirect it would stay in logs and histories.
  app.post("/clips/:slug/shares", async (c) => {
    const { clip } = c.var;
    const written = await readWritten(c);
    let fields: Awaited<ReturnType<typeof readShareForm>>;
    let made: Awaited<ReturnType<typeof makeShare>>;
    try {
      fields = await readShareForm(c);
      made = await makeShare(c, deps, clip, fields);
    } catch (error) {
      // The form of one button has nothing to be shown again.
      if (!(error instanceof AppError) || written["rules"] === undefined) throw error;
      return showNewShare(c, clip, { result: Number(written["result"]) || null, error, written });
    }
    // Its key can be shown again.
    if (made.url === null) return c.redirect(`/share-list/${made.id}`, 303);
    const result = fields.result ?? undefined;
    const { signal } = c.req.raw;
    const preview = await readPreview(
      () => openResult(deps, clip, { result, parameters: {}, ...askerOf(c), maxAgeSeconds: null, signal }),
      clip.chart,
    );
    return show(c, clip, preview, { values: {}, made });
  });

  app.post("/clips/:slug/shares/:id/revoke", async (c) => {
    const { clip } = c.var;
    await endShare(c, deps, clip, c.req.param("id"));
    return c.redirect(`${path(clip)}#shares`, 303);
  });

  app.post("/clips/:slug/delete", async (c) => {
    await removeClip(c, deps, c.var.clip);
    return c.redirect("/clips/deleted", 303);
  });

  app.post("/clips/:slug/undelete", async (c) => {
    return c.redirect(path(await restoreClip(c, deps, c.var.clip)), 303);
  });

  return app;
}
