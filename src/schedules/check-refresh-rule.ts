import { AppError } from "../errors.ts";
import { compileTemplate } from "../runs/template.ts";
import { checkCron } from "./cron.ts";

/** When a clip's query runs anew: see the table of clips. */
export interface RefreshRule {
  refresh: "live" | "schedule" | "manual";
  cron: string | null;
  timeZone: string | null;
}

type RuleChange = { [Field in keyof RefreshRule]?: RefreshRule[Field] | undefined };

/**
 * What a change of a clip makes of its refresh rule; nothing, if it has nothing to do with it.
 * @throws AppError invalid_request
 */
export function checkRuleChange(
  change: RuleChange & { sql?: string | undefined },
  clip: RefreshRule & { sql: string },
): Partial<RefreshRule> {
  const { refresh, cron, timeZone, sql } = change;
  const isTouched = refresh !== undefined || cron !== undefined || timeZone !== undefined;
  if (!isTouched && (sql === undefined || clip.refresh !== "schedule")) return {};
  return checkRefreshRule(change, clip, sql ?? clip.sql);
}

/**
 * The refresh rule that a clip has after a change: what the change does not say stays. Only a schedule has a cron line
 * and a time zone, which is UTC unless said.
 * @param sql what the clip's SQL is then: nobody is there to give values to the parameters of a scheduled run
 * @throws AppError invalid_request
 */
export function checkRefreshRule(change: RuleChange, current: RefreshRule | null, sql: string): RefreshRule {
  const refresh = change.refresh ?? current?.refresh ?? "live";
  if (refresh !== "schedule") {
    if ((change.cron ?? null) !== null || (change.timeZone ?? null) !== null) {
      throw new AppError("invalid_request", `A clip whose refresh is "${refresh}" has no cron line and no time zone.`, {
        hint: 'Send "refresh": "schedule" with them.',
      });
    }
    return { refresh, cron: null, timeZone: null };
  }
  const cron = change.cron === undefined ? current?.cron : change.cron;
  const timeZone = (change.timeZone === undefined ? current?.timeZone : change.timeZone) ?? "UTC";
  if (typeof cron !== "string") {
    throw new AppError("invalid_request", 'A clip whose refresh is "schedule" needs a cron line.', {
      hint: 'Example: {"refresh": "schedule", "cron": "0 7 * * 1-5", "time_zone": "Europe/Berlin"}.',
    });
  }
  checkCron(cron, timeZone);
  const open = compileTemplate(sql).parameters.filter((parameter) => parameter.default === null);
  if (open.length > 0) {
    const names = open.map(({ name }) => `{{${name}}}`).join(", ");
    throw new AppError("invalid_request", `A clip on a schedule needs a default for every parameter: ${names}.`, {
      hint: `Write it behind a colon, such as {{${open[0]!.name}:7}}.`,
    });
  }
  return { refresh, cron: cron.trim().replaceAll(/\s+/g, " "), timeZone };
}
