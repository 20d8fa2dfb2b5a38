import { Hono } from "hono";
import type { Context } from "hono";
import { getClip } from "../clips/clips.ts";
import { embedExamples, exampleValues } from "../clips/embed-examples.ts";
import { getShare, listAllShares, type Share } from "../clips/shares.ts";
import { getSigningKey } from "../clips/signed-embeds.ts";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import { readNames } from "../people/names.ts";
import { mayDo, visibleTo } from "../people/permissions.ts";
import { compileTemplate } from "../runs/template.ts";
import { renderShareListPage } from "../../views/share-list-page.tsx";
import { renderSharePage } from "../../views/share-page.tsx";
import type { Signing } from "../../views/signed-embed.tsx";
import { endShare } from "./change-clip.ts";
import { baseUrl } from "./clip-json.ts";
import type { Env } from "./env.ts";
import { changeOpener, editShare, type ShareOpener } from "./make-share.ts";
import { pageScript } from "./page-script.ts";
import { readNumber } from "./query.ts";
import { requireAccess } from "./require-access.ts";
import { readShareForm, readWritten, type ShareForm, shareForm } from "./share-form.ts";

const PAGE_SIZE = 50;

/** /share-list: every link of the installation, its use and its rules, for those who manage them. */
export function shareList(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  const { db } = deps;

  const show = async (
    c: Context<Env>,
    share: Share,
    said: { error?: AppError; written?: ShareForm; opener?: ShareOpener } = {},
  ): Promise<Response> => {
    const { sql } = await getClip(db, share.clip.slug, share.clip.deletedAt !== null);
    c.header("Cache-Control", "no-store");
    const template = share.result === null ? compileTemplate(sql).parameters : [];
    const parameters = template.map(({ name }) => name);
    return c.html(
      renderSharePage({
        access: requireAccess(c),
        nameOf: await readNames(db, [share.createdBy]),
        share,
        parameters,
        form: said.written ?? shareForm(share, parameters),
        error: said.error ?? null,
        opener: said.opener ?? null,
        signing: await signingOf(c, share, template),
        baseUrl: baseUrl(c, deps),
        script: await pageScript(c, deps, "result"),
      }),
      said.error?.status ?? 200,
    );
  };

  /** What those may see who may make such a share: with the key anyone opens it. */
  const signingOf = async (
    c: Context<Env>,
    { id, signed, clip, lockedParameters }: Share,
    template: Parameters<typeof exampleValues>[0],
  ): Promise<Signing | null> => {
    if (!signed || c.var.access === null || !mayDo(c.var.access, "shares.write")) return null;
    const parameters = exampleValues(template, lockedParameters);
    return {
      key: await getSigningKey(db, deps.secret, id),
      examples: embedExamples({ baseUrl: baseUrl(c, deps), shareId: id, slug: clip.slug, parameters }),
    };
  };

  app.get("/", async (c) => {
    const page = readNumber("page", c.req.query("page") ?? "1");
    const access = requireAccess(c);
    const { shares, total } = await listAllShares(db, { page, pageSize: PAGE_SIZE, visibleTo: visibleTo(access) });
    const nameOf = await readNames(
      db,
      shares.map(({ createdBy }) => createdBy),
    );
    return c.html(renderShareListPage({ access, nameOf, shares, total, page, pageSize: PAGE_SIZE }));
  });

  app.get("/:id", async (c) => show(c, c.var.share));

  app.post("/:id", async (c) => {
    const id = c.req.param("id");
    const { share } = c.var;
    try {
      const { result, signed, ...fields } = await readShareForm(c);
      if (result !== undefined || signed !== undefined) {
        throw new AppError("invalid_request", "What a link is pinned to, and who signs for it, cannot be changed.");
      }
      await editShare(c, deps, id, fields);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return show(c, share, { error, written: await readWritten(c) });
    }
    return c.redirect(`/share-list/${id}`, 303);
  });

  // The secret is shown in the answer itself, once: in a redirect it would stay in logs and histories.
  app.post("/:id/rotate", async (c) => {
    const id = c.req.param("id");
    const opener = await changeOpener(c, deps, id);
    return show(c, await getShare(db, id), { opener });
  });

  app.post("/:id/revoke", async (c) => {
    const { share } = c.var;
    await endShare(c, deps, share.clip, share.id);
    return c.redirect("/share-list", 303);
  });

  return app;
}
