import * as z from "zod";
import { AppError } from "../errors.ts";
import { ClipFields } from "./clip-fields.ts";

/** A form's fields before they are checked: what somebody wrote is shown again, whatever is wrong with it. */
export const DraftFields = z.object({
  database: z.string().default(""),
  title: z.string().default(""),
  sql: z.string().default(""),
  description: z.string().default(""),
  refresh: z.string().default("live"),
  max_age_seconds: z.string().default(""),
  cron: z.string().default(""),
  time_zone: z.string().default(""),
  keep_results: z.string().default(""),
  keep_days: z.string().default(""),
  keep_bytes: z.string().default(""),
  /** Names with commas between them. Without it, they stay. */
  masked_parameters: z.string().optional(),
  /** Without it, it stays, or is chosen. */
  team_id: z.string().optional(),
  /** With commas between them. Without it, they stay. */
  tags: z.string().optional(),
  version: z.string().optional(),
  /** What else the form was opened with: see clips/clip-fingerprint.ts. */
  base: z.string().optional(),
  /** The name that the page's script gave to what was written: see views/browser/keep-unsaved.ts. */
  draft: z.string().optional(),
});
export type DraftForm = z.infer<typeof DraftFields>;

/** A form's fields as a clip's. @throws AppError invalid_request, naming each fault */
export function checkDraft({ database, title, sql, description, ...rules }: DraftForm): z.infer<typeof ClipFields> {
  const checked = ClipFields.safeParse({
    database,
    title,
    sql,
    description,
    refresh: rules.refresh,
    max_age_seconds: rules.max_age_seconds.trim() === "" ? undefined : Number(rules.max_age_seconds),
    // The inputs of rules that are not chosen are sent as well.
    ...(rules.refresh === "schedule" ? { cron: rules.cron, time_zone: rules.time_zone.trim() || null } : {}),
    keep_results: readKept(rules.keep_results),
    keep_days: readKept(rules.keep_days),
    team_id: rules.team_id === undefined ? undefined : Number(rules.team_id),
    keep_bytes: readKept(rules.keep_bytes),
    masked_parameters: rules.masked_parameters === undefined ? undefined : readNames(rules.masked_parameters),
    tags: rules.tags === undefined ? undefined : readTags(rules.tags),
  });
  if (checked.success) return checked.data;
  const faults = checked.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`);
  throw new AppError("invalid_request", `This cannot be saved yet: ${faults.join("; ")}.`);
}

/** A rule as its input has it: empty for the installation's. */
function readKept(text: string): number | null {
  return text.trim() === "" ? null : Number(text);
}

/** Names with commas or spaces between them. */
function readNames(text: string): string[] {
  return text.split(/[\s,]+/).filter((name) => name !== "");
}

/** Tags with commas between them: they may hold spaces. */
function readTags(text: string): string[] {
  return text
    .split(",")
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "");
}
