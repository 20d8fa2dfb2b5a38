import type { Context } from "hono";
import type { z } from "zod";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import type { Access } from "../people/access.ts";
import { fullName } from "../people/audit.ts";
import { createKey, getKey, type Key, listKeys, revokeKey, ROLE_OF_SCOPE } from "../people/keys.ts";
import { hasRole, mayDo } from "../people/permissions.ts";
import type { Env } from "./env.ts";
import { databasesFor } from "./find-database.ts";
import { DEFAULT_KEY_DAYS, type KeyFields } from "./key-fields.ts";
import { readTime } from "./read-time.ts";
import { recordChange } from "./record.ts";
import { requireAccess } from "./require-access.ts";

/** Keys that one person may have: enough for every program, and all on one page. */
export const MOST_KEYS = 100;
const DAY_MS = 86_400_000;

/**
 * Makes a key of whoever asks, of checked fields; the key itself is said this once.
 * @throws AppError forbidden for a scope above their own role, and for who is nobody's account; invalid_request for a
 *   database that they may not use, and a time that is past; conflict when they have too many
 */
export async function makeKey(
  c: Context<Env>,
  deps: Deps,
  fields: z.infer<typeof KeyFields>,
): Promise<{ shown: Key; key: string }> {
  const access = requireAccess(c);
  const { person } = access;
  if (person === null) {
    throw new AppError("forbidden", "An API key is a person's, and the administrator's token is nobody's account.", {
      hint: "Sign in with a browser, and make the key on your account's page.",
    });
  }
  const { name, scope } = fields;
  await checkCount(deps, person.id);
  checkScope(access, scope);
  const databases = checkDatabases(access, deps, fields.databases ?? []);
  const expiresAt = readExpiry(fields.expires_at);
  const { id, key } = await recordChange(c, deps, "key.create", async (db) => {
    const created = await createKey(db, person.id, { name, scope, databases, expiresAt });
    const details = { key: created.id, name, scope, databases: databases ?? "all", expires_at: expiresAt ?? "never" };
    return { ...created, details };
  });
  return { shown: await getKey(deps.db, id), key };
}

/** Revokes a key: one's own, or, for administrators, anybody's. @throws AppError not_found */
export async function takeKey(c: Context<Env>, deps: Deps, id: string): Promise<void> {
  const access = requireAccess(c);
  await recordChange(c, deps, "key.revoke", async (db) => {
    const { name, person } = await revokeKey(db, id, mayManageAll(access) ? null : (access.person?.id ?? ""));
    return { details: { key: id, name, of: fullName(person) } };
  });
}

/** Whether somebody sees everybody's keys, and may revoke them. */
export function mayManageAll(access: Access): boolean {
  return mayDo(access, "people.manage");
}

async function checkCount({ db }: Deps, personId: string): Promise<void> {
  const { total } = await listKeys(db, personId, { page: 1, pageSize: 1 });
  if (total < MOST_KEYS) return;
  throw new AppError("conflict", `You have ${total} keys already.`, { hint: "Revoke those that you do not use." });
}

function checkScope({ role }: Access, scope: Key["scope"]): void {
  const least = ROLE_OF_SCOPE[scope];
  if (hasRole(role, least)) return;
  throw new AppError("forbidden", `A key with the scope ${scope} takes the role ${least}, and yours is ${role}.`, {
    hint: "A key can do no more than its owner: choose a narrower scope.",
  });
}

/** @returns null for all: nothing was named */
function checkDatabases(access: Access, { databases }: Deps, named: readonly string[]): string[] | null {
  const usable = databasesFor(access, databases).map(({ name }) => name);
  const unknown = named.find((name) => !usable.includes(name));
  if (unknown === undefined) return named.length === 0 ? null : [...new Set(named)];
  throw new AppError("invalid_request", `There is no database ${JSON.stringify(unknown)} that you may use.`, {
    hint: usable.length === 0 ? undefined : `The databases are: ${usable.join(", ")}. Naming none is all of them.`,
  });
}

/** @param text undefined: the default; null: never */
function readExpiry(text: string | null | undefined): Date | null {
  if (text === null) return null;
  if (text === undefined) return new Date(Date.now() + DEFAULT_KEY_DAYS * DAY_MS);
  const time = readTime("expires_at", text);
  if (time.getTime() > Date.now()) return time;
  throw new AppError("invalid_request", "expires_at is past already.", { hint: "Give a time to come, or null." });
}
