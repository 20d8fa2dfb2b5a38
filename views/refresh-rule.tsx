import { type Clip, DEFAULT_MAX_AGE_SECONDS } from "../src/clips/clips.ts";
import type { DraftForm } from "../src/routes/draft-form.ts";
import type { ShownSchedule } from "../src/schedules/show-schedule.ts";
import { formatTime } from "./english/formats.ts";
import { words } from "./english/refresh-rule.tsx";

interface RefreshRuleProps {
  clip: Clip;
  /** Of a clip that has one. */
  schedule: ShownSchedule | null;
}

/** When a clip's query runs anew, in words; of a schedule also when it runs next, ran last, and why that failed. */
export function RefreshRule({ clip, schedule }: RefreshRuleProps) {
  if (schedule === null) {
    return <p class="facts">{clip.refresh === "manual" ? MANUAL : liveWords(clip.maxAgeSeconds)}</p>;
  }
  const { cron, timeZone, next, last } = schedule;
  return (
    <div id="schedule">
      <p class="facts">
        {words.runsByTheSchedule(cron, timeZone, inZone(next[0]!, timeZone))}
        {last === null ? words.itHasNotRun : <LastRun last={last} timeZone={timeZone} />}
      </p>
      {last?.error && (
        <div class="error">
          <p class="message">{words.theLastScheduledRun(last.error.message)}</p>
          {last.error.hint !== undefined && <p class="hint">{last.error.hint}</p>}
        </div>
      )}
    </div>
  );
}

function LastRun({ last, timeZone }: { last: NonNullable<ShownSchedule["last"]>; timeZone: string }) {
  return (
    <>
      {" "}
      {words.lastRun(
        last.createdAt.toISOString(),
        inZone(last.createdAt, timeZone),
        last.state,
        last.result !== null && words.result(last.result),
      )}
    </>
  );
}

const MANUAL = words.runsOnlyWhenSomebody;

function liveWords(maxAgeSeconds: number): string {
  if (maxAgeSeconds === 0) return words.runsWheneverSomebodyAsks;
  return words.liveRunsAnewWhen(maxAgeSeconds);
}

/** A time as the clocks of a zone show it, such as "Mon, 2 Mar 2026, 07:00"; as UTC, where there is no such zone. */
function inZone(time: Date, timeZone: string): string {
  try {
    return new Intl.DateTimeFormat("en-GB", {
      timeZone,
      weekday: "short",
      day: "numeric",
      month: "short",
      year: "numeric",
      hour: "2-digit",
      minute: "2-digit",
    }).format(time);
  } catch {
    return formatTime(time);
  }
}

/** The inputs of a clip's refresh rule; those of a rule that is not chosen are not looked at. */
export function RefreshRuleInputs({ draft }: { draft: DraftForm }) {
  return (
    <>
      <label>
        {words.runTheQueryAnew}
        <select name="refresh">
          {RULES.map(([rule, label]) => (
            <option value={rule} selected={rule === draft.refresh}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <details open={draft.refresh !== "live" || draft.max_age_seconds !== String(DEFAULT_MAX_AGE_SECONDS)}>
        <summary>{words.howOldOrAt}</summary>
        <label>
          {words.liveSoManySeconds}
          <input name="max_age_seconds" value={draft.max_age_seconds} inputmode="numeric" pattern="[0-9]*" />
        </label>
        <label>
          {words.scheduleMinuteHourDay}
          <input name="cron" value={draft.cron} placeholder="0 7 * * 1-5" maxlength={200} spellcheck={false} />
        </label>
        <label>
          {words.scheduleItsTimeZone}
          <input name="time_zone" value={draft.time_zone} placeholder={words.europeBerlin} maxlength={200} />
        </label>
      </details>
    </>
  );
}

const RULES = [
  ["live", words.liveWhenSomebodyAsks],
  ["schedule", words.onASchedule],
  ["manual", words.byHandOnly],
] as const;
