import { Hono } from "hono";
import type { Context } from "hono";
import * as z from "zod";
import type { Database } from "../databases/databases.ts";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import { helpersStatus } from "../helpers/helpers-status.ts";
import { installHelpers, installScript } from "../helpers/install-helpers.ts";
import { removeHelpers, removeScript } from "../helpers/remove-helpers.ts";
import { type HelpersPageProps, renderHelpersPage } from "../../views/helpers-page.tsx";
import { WAIT_MS } from "./api-helpers.ts";
import type { Env } from "./env.ts";
import { readForm } from "./read-body.ts";
import { recordHelpers } from "./record-helpers.ts";
import { requireAccess } from "./require-access.ts";

const Fields = z.object({ schema: z.string().optional(), force: z.literal("on").optional() });
const Done = z.enum(["installed", "removed"]).nullable().catch(null);

/** /databases/<name>/helpers: what helpers a database has, with buttons that install and remove them. */
export function helpersPage(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();

  const show = async (
    c: Context<Env>,
    database: Database,
    schema: string | undefined,
    shown: Partial<HelpersPageProps>,
  ): Promise<Response> => {
    const status = await helpersStatus(database, { schema });
    const nothing = { script: null, error: null, report: null, done: null };
    c.header("Cache-Control", "no-store");
    return c.html(
      renderHelpersPage({ access: requireAccess(c), status, ...nothing, ...shown }),
      shown.error?.status ?? 200,
    );
  };

  /** Does something and shows what is there then; or why it could not be done, with what is there. */
  const act = async (
    c: Context<Env, "/:name/helpers/install">,
    done: string,
    use: (database: Database, fields: z.infer<typeof Fields>) => Promise<Partial<HelpersPageProps> | null>,
  ): Promise<Response> => {
    const { database } = c.var;
    const fields = await readForm(c, Fields);
    try {
      const shown = await use(database, fields);
      if (shown !== null) return await show(c, database, fields.schema, shown);
      const query = new URLSearchParams({ ...(fields.schema !== undefined && { schema: fields.schema }), done });
      return c.redirect(`/databases/${database.name}/helpers?${query}`, 303);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return show(c, database, fields.schema, { error });
    }
  };

  app.get("/:name/helpers", (c) => {
    const { database } = c.var;
    return show(c, database, c.req.query("schema"), { done: Done.parse(c.req.query("done") ?? null) });
  });

  // What the redirect could not say is said at once: an install again changes nothing.
  app.post("/:name/helpers/install", (c) =>
    act(c, "installed", async (database, { schema, force }) => {
      const report = await installHelpers(database, { schema, force: force !== undefined, waitMs: WAIT_MS });
      await recordHelpers(c, deps, "helpers.install", report);
      return report.kept.length + report.indexes.length > 0 ? { report } : null;
    }),
  );

  app.post("/:name/helpers/remove", (c) =>
    act(c, "removed", async (database, { schema }) => {
      await recordHelpers(c, deps, "helpers.remove", await removeHelpers(database, { schema, waitMs: WAIT_MS }));
      return null;
    }),
  );

  const SCRIPTS = { install: installScript, remove: removeScript };
  for (const action of ["install", "remove"] as const) {
    app.get(`/:name/helpers/${action}`, async (c) => {
      const { database } = c.var;
      const schema = c.req.query("schema");
      const force = c.req.query("force") !== undefined;
      try {
        const sql = await SCRIPTS[action](database, { schema, force });
        return await show(c, database, schema, { script: { action, sql } });
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        return show(c, database, schema, { error });
      }
    });
  }

  return app;
}
