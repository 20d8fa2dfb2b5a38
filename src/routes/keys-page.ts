import { Hono } from "hono";
import type { Context } from "hono";
import * as z from "zod";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import { listKeys, ROLE_OF_SCOPE } from "../people/keys.ts";
import { hasRole } from "../people/permissions.ts";
import { SCOPES } from "../people/tables.ts";
import { renderKeysPage } from "../../views/keys-page.tsx";
import type { Env } from "./env.ts";
import { databasesFor } from "./find-database.ts";
import { type KeyForm, KeyFields, keyFieldsOf } from "./key-fields.ts";
import { makeKey, mayManageAll, MOST_KEYS, takeKey } from "./make-key.ts";
import { readNumber } from "./query.ts";
import { checkFields, readForm } from "./read-body.ts";
import { requireAccess } from "./require-access.ts";

const PAGE_SIZE = 50;

/** /account/keys: one's own API keys, a form for a new one, and, for administrators, everybody's. */
export function keysPage(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  const { db } = deps;

  const show = async (
    c: Context<Env>,
    said: { form?: KeyForm; error?: AppError; key?: string } = {},
  ): Promise<Response> => {
    const access = requireAccess(c);
    const { person, role } = access;
    const page = readNumber("page", c.req.query("page") ?? "1");
    const none = { keys: [], total: 0 };
    const [own, all] = await Promise.all([
      person === null ? none : listKeys(db, person.id, { page: 1, pageSize: MOST_KEYS }),
      mayManageAll(access) ? listKeys(db, null, { page, pageSize: PAGE_SIZE }) : null,
    ]);
    c.header("Cache-Control", "no-store");
    return c.html(
      renderKeysPage({
        access,
        keys: own.keys,
        all: all && { ...all, page, pageSize: PAGE_SIZE },
        scopes: SCOPES.filter((scope) => hasRole(role, ROLE_OF_SCOPE[scope])),
        databases: databasesFor(access, deps.databases).map(({ name }) => name),
        form: said.form ?? {},
        error: said.error ?? null,
        key: said.key ?? null,
      }),
      said.error?.status ?? 200,
    );
  };

  app.get("/", (c) => show(c));

  // The key is shown in the answer itself, once: in a redirect it would stay in logs and histories.
  app.post("/", async (c) => {
    const form = await readForm(c, z.record(z.string(), z.string()));
    try {
      const { key } = await makeKey(c, deps, checkFields(KeyFields, keyFieldsOf(form)));
      return await show(c, { key });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return show(c, { form, error });
    }
  });

  app.post("/:id/revoke", async (c) => {
    await takeKey(c, deps, c.req.param("id"));
    return c.redirect("/account/keys", 303);
  });

  return app;
}
