import type { Context } from "hono";
import type { Clip } from "../clips/clips.ts";
import type { Deps } from "../deps.ts";
import type { Materialized } from "../materialized/materialize.ts";
import type { RecordedWish } from "../materialized/records.ts";
import type { Env } from "./env.ts";
import { record } from "./record.ts";

/**
 * Writes down that a clip was materialized or refreshed: its SQL ran on the database's primary.
 * @param done the content that came in; null: the view was as wished already
 */
export async function recordMaterialized(
  c: Context<Env>,
  deps: Deps,
  action: "materialized.change" | "materialized.refresh",
  { clip, wish, done }: { clip: Clip; wish?: RecordedWish; done: Materialized | null },
): Promise<void> {
  const content = done && { version: done.version, row_count: done.rowCount, bytes: done.bytes };
  const rules = wish && { unique_columns: wish.uniqueColumns, cron: wish.cron, time_zone: wish.timeZone };
  await record(c, deps, action, { clip, details: { database: clip.database, ...content, ...rules } });
}
