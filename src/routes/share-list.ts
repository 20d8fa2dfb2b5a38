import { Hono } from "hono";
import type { Context } from "hono";
import { getClip } from "../clips/clips.ts";
import { getShare, listAllShares, revokeShare, type Share } from "../clips/shares.ts";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import { compileTemplate } from "../runs/template.ts";
import { renderShareListPage } from "../../views/share-list-page.tsx";
import { renderSharePage } from "../../views/share-page.tsx";
import type { Env } from "./env.ts";
import { editShare, newShareUrl } from "./make-share.ts";
import { readNumber } from "./query.ts";
import { readShareForm, readWritten, type ShareForm, shareForm } from "./share-form.ts";

const PAGE_SIZE = 50;

/** /share-list: every link of the installation, its use and its rules, for those who manage them. */
export function shareList(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  const { db } = deps;

  const show = async (
    c: Context<Env>,
    share: Share,
    said: { error?: AppError; written?: ShareForm; url?: string } = {},
  ): Promise<Response> => {
    const { sql } = await getClip(db, share.clip.slug, share.clip.deletedAt !== null);
    c.header("Cache-Control", "no-store");
    const parameters = share.result === null ? compileTemplate(sql).parameters.map(({ name }) => name) : [];
    return c.html(
      renderSharePage({
        share,
        parameters,
        form: said.written ?? shareForm(share, parameters),
        error: said.error ?? null,
        url: said.url ?? null,
      }),
      said.error?.status ?? 200,
    );
  };

  app.get("/", async (c) => {
    const page = readNumber("page", c.req.query("page") ?? "1");
    const { shares, total } = await listAllShares(db, { page, pageSize: PAGE_SIZE });
    return c.html(renderShareListPage({ shares, total, page, pageSize: PAGE_SIZE }));
  });

  app.get("/:id", async (c) => show(c, await getShare(db, c.req.param("id"))));

  app.post("/:id", async (c) => {
    const id = c.req.param("id");
    const share = await getShare(db, id);
    try {
      const { result, ...fields } = await readShareForm(c);
      if (result !== undefined) throw new AppError("invalid_request", "What a link is pinned to cannot be changed.");
      await editShare(deps, id, fields);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return show(c, share, { error, written: await readWritten(c) });
    }
    return c.redirect(`/share-list/${id}`, 303);
  });

  // The secret is shown in the answer itself, once: in a redirect it would stay in logs and histories.
  app.post("/:id/rotate", async (c) => {
    const id = c.req.param("id");
    const url = await newShareUrl(c, deps, id);
    return show(c, await getShare(db, id), { url });
  });

  app.post("/:id/revoke", async (c) => {
    await revokeShare(db, c.req.param("id"));
    return c.redirect("/share-list", 303);
  });

  return app;
}
