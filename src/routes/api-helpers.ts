import { Hono } from "hono";
import * as z from "zod";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import { helpersStatus } from "../helpers/helpers-status.ts";
import { installHelpers, installScript } from "../helpers/install-helpers.ts";
import { removeHelpers, removeScript } from "../helpers/remove-helpers.ts";
import type { Env } from "./env.ts";
import { readJson } from "./read-body.ts";
import { recordHelpers } from "./record-helpers.ts";

/** How long a request that changes something waits for the followers. */
export const WAIT_MS = 10_000;

const InstallFields = z.strictObject({
  schema: z.string("must be the name of a schema").optional(),
  readers: z.array(z.string().min(1), "must be a list of roles").min(1, "must name a role").optional(),
  force: z.boolean("must be true or false").default(false),
  dry_run: z.boolean("must be true or false").default(false),
});

/** /api/databases/<name>/helpers: shows, installs and removes the helpers of a database. */
export function apiHelpers(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();

  app.get("/:name/helpers", async (c) => {
    const { database } = c.var;
    return c.json(await helpersStatus(database, { schema: c.req.query("schema") }));
  });

  app.post("/:name/helpers", async (c) => {
    const { database } = c.var;
    const { dry_run, ...options } = await readJson(c, InstallFields);
    if (dry_run || readFlag("dry_run", c.req.query("dry_run"))) {
      return c.json({ sql: await installScript(database, options) });
    }
    const report = await installHelpers(database, { ...options, waitMs: WAIT_MS });
    await recordHelpers(c, deps, "helpers.install", report);
    return c.json(report);
  });

  app.delete("/:name/helpers", async (c) => {
    const { database } = c.var;
    const options = { schema: c.req.query("schema") };
    if (readFlag("dry_run", c.req.query("dry_run"))) return c.json({ sql: await removeScript(database, options) });
    const report = await removeHelpers(database, { ...options, waitMs: WAIT_MS });
    await recordHelpers(c, deps, "helpers.remove", report);
    return c.json(report);
  });

  return app;
}

function readFlag(name: string, text: string | undefined): boolean {
  if (text === undefined || text === "false" || text === "0") return false;
  if (text === "true" || text === "1") return true;
  throw new AppError("invalid_request", `${name} is true or false, and not ${JSON.stringify(text)}.`);
}
