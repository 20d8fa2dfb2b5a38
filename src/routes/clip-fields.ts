import * as z from "zod";
import { CHART_TYPES } from "../charts/chart.ts";
import { MOST_KEPT } from "../results/retention-rules.ts";

export const text = (most: number) =>
  z
    .string("must be text")
    .max(most, `must have at most ${most} characters`)
    .refine((value) => value.isWellFormed() && !value.includes("\0"), "must not hold NUL or broken Unicode");

const title = text(200).trim().min(1, "must not be empty");
const seconds = z
  .number("must be a number of seconds")
  .int("must be a whole number of seconds")
  .min(0, "must be 0 or more")
  .max(31_536_000, "must be at most a year");

/** One of a clip's own rules for its results; null is the installation's. */
const kept = (most: number) =>
  z
    .number("must be a number, or null")
    .int("must be a whole number")
    .min(1, "must be 1 or more")
    .max(most, `must be at most ${most}`)
    .nullable();

/** A clip's SQL is checked by the template and the gate, with positions; here only that there is one. */
const sql = z.string("must be text").refine((value) => value.trim() !== "", "must not be empty");

/** Which lines and zones there are is checked where they are read; here only that it is text. */
const scheduled = text(200).nullable().optional();

/** The order of tags says nothing: they are kept in one. */
const tags = z
  .array(text(50).trim().toLowerCase().min(1, "must not be empty"))
  .max(20, "must have at most 20 tags")
  .transform((all) => [...new Set(all)].toSorted());

/** How a result is drawn; that the columns are there is for the result to say. */
export const ChartFields = z.strictObject({
  type: z.enum(CHART_TYPES, `must be one of ${CHART_TYPES.join(", ")}`),
  x: text(1000).nullable().default(null),
  y: z.array(text(1000)).max(20, "must have at most 20 columns").default([]),
});

/** What a clip is made of, under the API's names. */
export const ClipFields = z.strictObject({
  database: text(63).min(1, "must not be empty"),
  title,
  sql,
  description: text(10_000).optional(),
  refresh: z.enum(["live", "schedule", "manual"], 'must be "live", "schedule" or "manual"').optional(),
  max_age_seconds: seconds.optional(),
  cron: scheduled,
  time_zone: scheduled,
  keep_results: kept(MOST_KEPT.keepResults).optional(),
  keep_days: kept(MOST_KEPT.keepDays).optional(),
  keep_bytes: kept(MOST_KEPT.keepBytes).optional(),
  masked_parameters: z.array(text(63)).max(100, "must have at most 100 names").optional(),
  tags: tags.optional(),
  chart: ChartFields.nullable().optional(),
  team_id: z.number("must be the number of a team").int("must be the number of a team").positive().optional(),
});

type RuleFields = {
  [
    Name in
      | "max_age_seconds"
      | "time_zone"
      | "keep_results"
      | "keep_days"
      | "keep_bytes"
      | "masked_parameters"
      | "team_id"
  ]?: z.infer<typeof ClipFields>[Name] | undefined;
};

/** The fields of a clip under the names that the code has for them. */
export function clipDraft<Fields extends RuleFields>({
  max_age_seconds: maxAgeSeconds,
  time_zone: timeZone,
  keep_results: keepResults,
  keep_days: keepDays,
  keep_bytes: keepBytes,
  masked_parameters: maskedParameters,
  team_id: teamId,
  ...fields
}: Fields) {
  return { ...fields, maxAgeSeconds, timeZone, keepResults, keepDays, keepBytes, maskedParameters, teamId };
}

/** What an edit may change; `version` is the one that the edit was made from. */
export const ClipChangeFields = ClipFields.partial().extend({
  version: z.number("must be the number of a version").int().positive().optional(),
});

/** Values for a run's parameters: numbers and booleans are taken as PostgreSQL reads their text. */
export const ParameterFields = z
  .record(
    z.string(),
    z.union([z.string(), z.number(), z.boolean(), z.null()], "must be text, a number, true, false or null"),
  )
  .transform((values) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value === null ? null : String(value)])),
  );
