import * as z from "zod";
import type { Clip } from "../clips/clips.ts";
import { AppError } from "../errors.ts";
import type { RecordedWish } from "../materialized/records.ts";
import type { ShownMaterialized } from "../materialized/show-materialized.ts";
import { VIEWS_SCHEMA } from "../materialized/view-name.ts";
import { checkCron } from "../schedules/cron.ts";
import { nextRefreshes } from "../schedules/next-refreshes.ts";

/** PostgreSQL's INDEX_MAX_KEYS. */
const MOST_COLUMNS = 32;

const text = z.string("must be text").max(200, "must have at most 200 characters");

/** How a clip is to be materialized, under the API's names; what is left out is none. */
export const MaterializedFields = z.strictObject({
  name: text.optional(),
  unique_columns: z
    .array(text.min(1, "must not be empty"), "must be a list of columns, or null")
    .min(1, "must name a column")
    .max(MOST_COLUMNS, `must be at most ${MOST_COLUMNS} columns`)
    .nullable()
    .optional(),
  cron: text.nullable().optional(),
  time_zone: text.nullable().optional(),
});

/** The fields under the names that the code has for them. @throws AppError invalid_request for a schedule that is none */
export function materializedWish({
  name,
  unique_columns: uniqueColumns = null,
  cron: line = null,
  time_zone: zone = null,
}: z.infer<typeof MaterializedFields>): RecordedWish & { name?: string | undefined } {
  if (line === null) {
    if (zone !== null) {
      throw new AppError("invalid_request", "A time zone is for a schedule, and there is no cron line.", {
        hint: 'Example: {"cron": "0 5 * * *", "time_zone": "Europe/Berlin"}.',
      });
    }
    return { name, uniqueColumns, cron: null, timeZone: null };
  }
  const timeZone = zone ?? "UTC";
  checkCron(line, timeZone);
  return { name, uniqueColumns, cron: line.trim().replaceAll(/\s+/g, " "), timeZone };
}

/** A clip's materialization as the API shows it. */
export function materializedJson(clip: Clip, shown: ShownMaterialized): Record<string, unknown> {
  const { cron, timeZone, reading } = shown;
  const refreshedAt = reading?.content?.refreshedAt;
  return {
    database: shown.database,
    name: shown.name,
    relation: `${VIEWS_SCHEMA}.${shown.name}`,
    unique_columns: shown.uniqueColumns,
    cron,
    time_zone: timeZone,
    next: nextRefreshes(shown).map((time) => time.toISOString()),
    version: shown.version,
    current_version: clip.version,
    index_columns: shown.indexColumns,
    refreshed_at: shown.refreshedAt?.toISOString() ?? null,
    duration_ms: shown.durationMs,
    row_count: shown.rowCount,
    bytes: shown.bytes,
    error: shown.error,
    failed_at: shown.failedAt?.toISOString() ?? null,
    reading: reading && {
      follower: reading.follower,
      version: reading.content?.version ?? null,
      refreshed_at: refreshedAt?.toISOString() ?? null,
      age_seconds: refreshedAt === undefined ? null : ageSeconds(refreshedAt),
    },
  };
}

/** Whole seconds since a time; the primary's clock may be a little ahead. */
function ageSeconds(time: Date): number {
  return Math.max(0, Math.floor((Date.now() - time.getTime()) / 1000));
}
