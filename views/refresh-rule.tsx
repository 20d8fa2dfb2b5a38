import { type Clip, DEFAULT_MAX_AGE_SECONDS } from "../src/clips/clips.ts";
import type { DraftForm } from "../src/routes/draft-form.ts";
import type { ShownSchedule } from "../src/schedules/show-schedule.ts";
import { words } from "./english/refresh-rule.tsx";

interface RefreshRuleProps {
  clip: Clip;
  /** Of a clip that has one. */
  schedule: ShownSchedule | null;
}

/** When a clip's query runs anew, in words; of a schedule also when it runs next, ran last, and why that failed. */
export function RefreshRule({ clip, schedule }: RefreshRuleProps) {
  if (schedule === null) {
    return <p class="facts">{clip.refresh === "manual" ? words.manual : words.live(clip.maxAgeSeconds)}</p>;
  }
  const { last } = schedule;
  return (
    <div id="schedule">
      <p class="facts">{words.schedule(schedule)}</p>
      {last?.error && (
        <div class="error">
          <p class="message">{words.lastFailed(last.error.message)}</p>
          {last.error.hint !== undefined && <p class="hint">{last.error.hint}</p>}
        </div>
      )}
    </div>
  );
}

/** The inputs of a clip's refresh rule; those of a rule that is not chosen are not looked at. */
export function RefreshRuleInputs({ draft }: { draft: DraftForm }) {
  return (
    <>
      <label>
        {words.rule.title}
        <select name="refresh">
          {RULES.map((rule) => (
            <option value={rule} selected={rule === draft.refresh}>
              {words.rule[rule]}
            </option>
          ))}
        </select>
      </label>
      <details open={draft.refresh !== "live" || draft.max_age_seconds !== String(DEFAULT_MAX_AGE_SECONDS)}>
        <summary>{words.details}</summary>
        <label>
          {words.maxAge}
          <input name="max_age_seconds" value={draft.max_age_seconds} inputmode="numeric" pattern="[0-9]*" />
        </label>
        <label>
          {words.cron}
          <input name="cron" value={draft.cron} placeholder="0 7 * * 1-5" maxlength={200} spellcheck={false} />
        </label>
        <label>
          {words.timeZone}
          <input name="time_zone" value={draft.time_zone} placeholder={words.timeZoneExample} maxlength={200} />
        </label>
      </details>
    </>
  );
}

const RULES = ["live", "schedule", "manual"] as const;
