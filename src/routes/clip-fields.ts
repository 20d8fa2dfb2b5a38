import { z } from "zod";

const text = (most: number) =>
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

/** A clip's SQL is checked by the template and the gate, with positions; here only that there is one. */
const sql = z.string("must be text").refine((value) => value.trim() !== "", "must not be empty");

/** What a clip is made of, under the API's names. */
export const ClipFields = z.strictObject({
  database: text(63).min(1, "must not be empty"),
  title,
  sql,
  description: text(10_000).optional(),
  max_age_seconds: seconds.optional(),
});

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
