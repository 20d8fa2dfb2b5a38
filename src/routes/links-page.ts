import type { Context } from "hono";
import { Hono } from "hono";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import { addLink } from "../links/add-link.ts";
import { linkStatus } from "../links/link-status.ts";
import { refreshLink } from "../links/refresh-link.ts";
import { removeLink } from "../links/remove-link.ts";
import { renderLinksPage } from "../../views/links-page.tsx";
import type { Env } from "./env.ts";
import { findDatabase } from "./find-database.ts";
import { formTables, LinkForm } from "./link-fields.ts";
import { readForm } from "./read-body.ts";

/** /databases/<name>/links: the links of a database, and forms to add, refresh and remove them. */
export function linksPage({ databases }: Deps): Hono<Env> {
  const app = new Hono<Env>();
  const path = (name: string): string => `/databases/${encodeURIComponent(name)}/links`;

  const show = async (
    c: Context<Env, "/:database/links">,
    { form = LinkForm.parse({}), error = null }: { form?: LinkForm; error?: AppError | null } = {},
  ): Promise<Response> => {
    const database = findDatabase(databases, c.req.param("database"));
    const links = await linkStatus(database, databases.all);
    const others = databases.all.map(({ name }) => name).filter((name) => name !== database.name);
    const html = renderLinksPage({ database: database.name, path: path(database.name), links, others, form, error });
    return c.html(html, error === null ? 200 : error.status);
  };
  /** Does something and shows the page anew; what is wrong is said on it. */
  const change = async (
    c: Context<Env, "/:database/links">,
    use: () => Promise<unknown>,
    form?: LinkForm,
  ): Promise<Response> => {
    try {
      await use();
      return c.redirect(path(c.req.param("database")), 303);
    } catch (error) {
      if (!(error instanceof AppError) || error.code === "no_primary" || error.code === "primary_lost") throw error;
      // A password that has been sent once is not sent back.
      return show(c, { error, ...(form && { form: { ...form, to: form.to.includes(":") ? "" : form.to } }) });
    }
  };

  app.get("/:database/links", (c) => show(c));

  app.post("/:database/links", async (c) => {
    const database = findDatabase(databases, c.req.param("database"));
    const form = await readForm(c, LinkForm);
    const { tables, ...link } = form;
    return change(c, () => addLink(database, databases.all, { ...link, tables: formTables(tables) }), form);
  });

  app.post("/:database/links/:link/refresh", (c) =>
    change(c, () => refreshLink(findDatabase(databases, c.req.param("database")), databases.all, c.req.param("link"))),
  );

  app.post("/:database/links/:link/remove", (c) =>
    change(c, () => removeLink(findDatabase(databases, c.req.param("database")), c.req.param("link"))),
  );

  return app;
}
