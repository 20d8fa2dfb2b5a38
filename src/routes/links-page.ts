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
import { databasesFor } from "./find-database.ts";
import { formTables, LinkForm } from "./link-fields.ts";
import { readForm } from "./read-body.ts";
import { recordLink } from "./record-link.ts";
import { requireAccess } from "./require-access.ts";

/** /databases/<name>/links: the links of a database, and forms to add, refresh and remove them. */
export function linksPage(deps: Deps): Hono<Env> {
  const { databases } = deps;
  const app = new Hono<Env>();
  const path = (name: string): string => `/databases/${encodeURIComponent(name)}/links`;

  const show = async (
    c: Context<Env, "/:database/links">,
    { form = LinkForm.parse({}), error = null }: { form?: LinkForm; error?: AppError | null } = {},
  ): Promise<Response> => {
    const { database } = c.var;
    const access = requireAccess(c);
    const links = await linkStatus(database, databasesFor(access, databases));
    const others = databasesFor(access, databases)
      .map(({ name }) => name)
      .filter((name) => name !== database.name);
    const html = renderLinksPage({
      access,
      database: database.name,
      path: path(database.name),
      links,
      others,
      form,
      error,
    });
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
    const { database } = c.var;
    const form = await readForm(c, LinkForm);
    const { tables, ...link } = form;
    return change(
      c,
      async () => {
        const seen = databasesFor(requireAccess(c), databases);
        const outcome = await addLink(database, seen, { ...link, tables: formTables(tables) });
        await recordLink(c, deps, "link.create", { link: link.name, to: link.to, outcome });
      },
      form,
    );
  });

  app.post("/:database/links/:link/refresh", (c) =>
    change(c, async () => {
      const link = c.req.param("link");
      const outcome = await refreshLink(c.var.database, databasesFor(requireAccess(c), databases), link);
      await recordLink(c, deps, "link.refresh", { link, outcome });
    }),
  );

  app.post("/:database/links/:link/remove", (c) =>
    change(c, async () => {
      const link = c.req.param("link");
      const outcome = await removeLink(c.var.database, link);
      await recordLink(c, deps, "link.remove", { link, outcome });
    }),
  );

  return app;
}
