import * as z from "zod";
import { hashPassword } from "../clips/share-password.ts";
import { DEFAULT_REQUESTS_PER_MINUTE, SHARE_FORMATS, type ShareRules } from "../clips/share-rules.ts";
import type { ShareChanges } from "../clips/shares.ts";
import { AppError } from "../errors.ts";
import { compileTemplate } from "../runs/template.ts";
import { ParameterFields, text } from "./clip-fields.ts";
import { readTime } from "./read-time.ts";

/** Only what cannot end a word of a Content-Security-Policy, or stand for more than one origin. */
const ORIGIN = /^https?:\/\/(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;

const origin = z
  .string("must be text")
  .max(300, "must have at most 300 characters")
  .transform((value) => value.trim().replace(/\/$/, "").toLowerCase())
  .refine((value) => ORIGIN.test(value) && URL.canParse(value) && new URL(value).origin === value, {
    error:
      "must be an origin such as https://www.example.com, without a path, a wildcard or a port that is the default",
  });

/** More would stop nobody. */
const MOST_REQUESTS = 1_000_000;

const shareRules = {
  name: text(200).trim().optional(),
  note: text(2000).optional(),
  expires_at: z.string("must be a time, or null").max(60, "must be a time").nullable().optional(),
  locked_parameters: ParameterFields.optional(),
  open_parameters: z.array(text(63)).max(100, "must have at most 100 names").nullable().optional(),
  origins: z.array(origin).max(20, "must have at most 20 origins").nullable().optional(),
  formats: z
    .array(z.enum(SHARE_FORMATS, `must be ${SHARE_FORMATS.join(", ")}`))
    .min(1, "must have at least one format")
    .nullable()
    .optional(),
  requests_per_minute: z
    .number(`must be a number, or null for ${DEFAULT_REQUESTS_PER_MINUTE}`)
    .int("must be a whole number")
    .min(1, "must be 1 or more")
    .max(MOST_REQUESTS, `must be at most ${MOST_REQUESTS}`)
    .nullable()
    .optional(),
  password: text(200).min(8, "must have at least 8 characters").nullable().optional(),
};

/** What a change of a share may say. Everything else about it is not for a request to write. */
export const ShareChangeFields = z.strictObject(shareRules);

/** What a share is made of; with `result` it is pinned to that one, and a `signed` one has no address of its own. */
export const ShareFields = z.strictObject({
  ...shareRules,
  result: z
    .number("must be the number of a result")
    .int("must be the number of a result")
    .min(1)
    .max(999_999_999)
    .nullish(),
  signed: z.boolean("must be true or false").optional(),
});

/** What the parameters of a share are checked against. */
interface Checked {
  /** The clip's SQL. */
  sql: string;
  /** The rules as they are before the change. */
  before: Pick<ShareRules, "lockedParameters" | "openParameters">;
  pinned: boolean;
}

/**
 * A share's fields under the names that the code has for them, its password hashed.
 * @throws AppError invalid_request for a time that is past, and for parameters that the clip does not have
 */
export async function shareChanges(
  fields: z.infer<typeof ShareChangeFields>,
  { sql, before, pinned }: Checked,
): Promise<ShareChanges> {
  const { name, note, origins, formats, password, requests_per_minute: requestsPerMinute } = fields;
  const { locked_parameters: lockedParameters, open_parameters: openParameters } = fields;
  checkParameters(
    {
      lockedParameters: lockedParameters ?? before.lockedParameters,
      openParameters: openParameters === undefined ? before.openParameters : openParameters,
    },
    { changed: lockedParameters !== undefined || openParameters !== undefined, sql, pinned },
  );
  return {
    name,
    note,
    expiresAt: readExpiry(fields.expires_at),
    lockedParameters,
    openParameters: openParameters && [...new Set(openParameters)],
    origins: origins && [...new Set(origins)],
    formats: formats && SHARE_FORMATS.filter((format) => formats.includes(format)),
    requestsPerMinute,
    passwordHash: typeof password === "string" ? await hashPassword(password) : password,
  };
}

function checkParameters(
  { lockedParameters, openParameters }: Pick<ShareRules, "lockedParameters" | "openParameters">,
  { changed, sql, pinned }: { changed: boolean; sql: string; pinned: boolean },
): void {
  const locked = Object.keys(lockedParameters);
  const named = [...locked, ...(openParameters ?? [])];
  if (!changed || (named.length === 0 && openParameters === null)) return;
  if (pinned) {
    throw new AppError("invalid_request", "A link to one result has no parameters to lock or to open.", {
      hint: "It shows that result, with the values that it was made with.",
    });
  }
  const known = compileTemplate(sql).parameters.map((parameter) => parameter.name);
  for (const name of named) {
    if (known.includes(name)) continue;
    throw new AppError("invalid_parameter", `This clip has no parameter ${JSON.stringify(name)}.`, {
      hint: known.length === 0 ? "It has none at all." : `Its parameters are: ${known.join(", ")}.`,
    });
  }
  const both = locked.find((name) => openParameters?.includes(name));
  if (both === undefined) return;
  throw new AppError("invalid_request", `The parameter ${JSON.stringify(both)} cannot be locked and open.`);
}

function readExpiry(given: string | null | undefined): Date | null | undefined {
  if (typeof given !== "string") return given;
  const time = readTime("expires_at", given);
  if (time.getTime() > Date.now()) return time;
  throw new AppError("invalid_request", `expires_at must be in the future, not ${time.toISOString()}.`, {
    hint: "To make the link stop working now, revoke it.",
  });
}
