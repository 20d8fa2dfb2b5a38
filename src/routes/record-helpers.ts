import type { Context } from "hono";
import type { Deps } from "../deps.ts";
import type { InstallReport } from "../helpers/install-helpers.ts";
import type { RemoveReport } from "../helpers/remove-helpers.ts";
import type { Env } from "./env.ts";
import { record } from "./record.ts";

/** Writes down that helpers were installed or removed; an install that found nothing to do has done nothing. */
export async function recordHelpers(
  c: Context<Env>,
  deps: Deps,
  action: "helpers.install" | "helpers.remove",
  report: InstallReport | RemoveReport,
): Promise<void> {
  if ("changed" in report && !report.changed) return;
  const functions = "changed" in report ? report.helpers : report.removed;
  await record(c, deps, action, { details: { database: report.database, schema: report.schema, functions } });
}
