import type { Clip } from "../clips/clips.ts";

/** What of a clip the audit says before and after an edit; its SQL is its version's. */
const SAID = {
  version: "version",
  title: "title",
  database: "database",
  refresh: "refresh",
  maxAgeSeconds: "max_age_seconds",
  cron: "cron",
  timeZone: "time_zone",
  keepResults: "keep_results",
  keepDays: "keep_days",
  keepBytes: "keep_bytes",
  maskedParameters: "masked_parameters",
  teamName: "team",
  description: "description",
  tags: "tags",
  chart: "chart",
} as const satisfies Partial<Record<keyof Clip, string>>;

/** What an edit has changed, as the audit says it: the fields as they were, and as they are. */
export function describeEdit(before: Clip, after: Clip): Record<string, unknown> {
  const changed = (Object.keys(SAID) as (keyof typeof SAID)[]).filter(
    (field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]),
  );
  const fieldsOf = (clip: Clip): Record<string, unknown> =>
    Object.fromEntries(changed.map((field) => [SAID[field], clip[field]]));
  return { version: after.version, from: fieldsOf(before), to: fieldsOf(after) };
}

/** What a new clip is, as the audit says it. */
export function describeClip({ version, title, database, teamName }: Clip): Record<string, unknown> {
  return { version, title, database, team: teamName };
}
