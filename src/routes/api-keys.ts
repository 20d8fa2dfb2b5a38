import { Hono } from "hono";
import type { Deps } from "../deps.ts";
import { checkAction } from "../people/permissions.ts";
import { listKeys } from "../people/keys.ts";
import type { Env } from "./env.ts";
import { KeyFields } from "./key-fields.ts";
import { keyJson } from "./key-json.ts";
import { makeKey, takeKey } from "./make-key.ts";
import { readNumber } from "./query.ts";
import { readJson } from "./read-body.ts";
import { requireAccess } from "./require-access.ts";

const PAGE_SIZE = 50;

/** /api/keys: lists one's own keys (administrators: `?all=true`), makes one, revokes one. */
export function apiKeys(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();

  app.get("/", async (c) => {
    const access = requireAccess(c);
    const all = c.req.query("all") === "true";
    if (all) checkAction(access, "people.manage");
    const page = readNumber("page", c.req.query("page") ?? "1");
    const found = all || access.person !== null;
    const { keys, total } = found
      ? await listKeys(deps.db, all ? null : access.person!.id, { page, pageSize: PAGE_SIZE })
      : { keys: [], total: 0 };
    return c.json({ keys: keys.map(keyJson), page, page_size: PAGE_SIZE, total });
  });

  app.post("/", async (c) => {
    const { shown, key } = await makeKey(c, deps, await readJson(c, KeyFields));
    c.header("Cache-Control", "no-store");
    return c.json({ ...keyJson(shown), key }, 201);
  });

  app.delete("/:id", async (c) => {
    await takeKey(c, deps, c.req.param("id"));
    return c.body(null, 204);
  });

  return app;
}
