import { createHash } from "node:crypto";
import type { Clip } from "./clips.ts";

/** What a clip's form shows and sends, besides its SQL, which has its version. */
const FIELDS = [
  "database",
  "teamId",
  "title",
  "description",
  "refresh",
  "maxAgeSeconds",
  "cron",
  "timeZone",
  "keepResults",
  "keepDays",
  "keepBytes",
  "maskedParameters",
  "tags",
] as const satisfies readonly (keyof Clip)[];

/**
 * Stands for all that a clip's form shows besides its SQL: when it is another one than that of the clip that was opened,
 * somebody else has saved something meanwhile.
 */
export function clipFingerprint(clip: Pick<Clip, (typeof FIELDS)[number]>): string {
  const values = FIELDS.map((field) => clip[field]);
  return createHash("sha256").update(JSON.stringify(values)).digest("base64url").slice(0, 16);
}
