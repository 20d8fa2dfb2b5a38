import { clipFingerprint } from "../clips/clip-fingerprint.ts";
import type { Clip } from "../clips/clips.ts";
import { DraftFields, type DraftForm } from "./draft-form.ts";

/** What is saved by now, and what somebody has written from an older one; both as the form has them. */
export interface Conflict {
  saved: DraftForm;
  draft: DraftForm;
}

/** A saved clip as its form shows it. */
export function draftOf(clip: Clip): DraftForm {
  return DraftFields.parse({
    ...clip,
    max_age_seconds: String(clip.maxAgeSeconds),
    cron: clip.cron ?? "",
    time_zone: clip.timeZone ?? "",
    keep_results: String(clip.keepResults ?? ""),
    keep_days: String(clip.keepDays ?? ""),
    keep_bytes: String(clip.keepBytes ?? ""),
    masked_parameters: clip.maskedParameters.join(", "),
    tags: clip.tags.join(", "),
    team_id: String(clip.teamId),
    ...origin(clip),
  });
}

/** Whether somebody else has saved something since a form was opened. */
export function isOutdated(draft: DraftForm, saved: Clip): boolean {
  const { version, base } = origin(saved);
  return (draft.version ?? version) !== version || (draft.base ?? base) !== base;
}

/** The same text, as if it had been written from what is saved by now: to save it is to save over that. */
export function basedOn(saved: Clip, draft: DraftForm): DraftForm {
  return { ...draft, ...origin(saved) };
}

function origin(clip: Clip): { version: string; base: string } {
  return { version: String(clip.version), base: clipFingerprint(clip) };
}
