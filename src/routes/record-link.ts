import type { Context } from "hono";
import type { Deps } from "../deps.ts";
import type { LinkOutcome } from "../links/add-link.ts";
import { linkTarget } from "../links/link-target.ts";
import type { Env } from "./env.ts";
import { databasesFor } from "./find-database.ts";
import { record } from "./record.ts";
import { requireAccess } from "./require-access.ts";

/**
 * Writes down what was done to a link of the database that the address names.
 * @param to where it leads now, as it was given: its password is not written
 */
export async function recordLink(
  c: Context<Env>,
  deps: Deps,
  action: "link.create" | "link.refresh" | "link.remove",
  { link, to, outcome }: { link: string; to?: string | undefined; outcome: Pick<LinkOutcome, "tables"> },
): Promise<void> {
  const databases = databasesFor(requireAccess(c), deps.databases);
  const leads = to === undefined ? {} : { to: describeTarget(linkTarget(to, databases)) };
  await record(c, deps, action, { details: { database: c.var.database.name, link, ...leads, tables: outcome.tables } });
}

function describeTarget({ database, host, port, dbname, user }: ReturnType<typeof linkTarget>): string {
  return database === null ? `${dbname} on ${host}:${port} as ${user}` : `the database ${database}`;
}
