import { CronExpressionParser } from "cron-parser";
import { AppError } from "../errors.ts";

const EXAMPLE = 'Example: "0 7 * * 1-5" with the time zone "Europe/Berlin" is 07:00 there, from Monday to Friday.';
/** Names of time zones only: an offset such as +02:00 would be wrong for half of the year. */
const ZONE_NAME = /^[A-Za-z][A-Za-z0-9_+/-]*$/;
/** Steps that are larger than their field begin anew with every hour or day, and are never what was meant. */
const LARGEST_STEPS = [59, 23, 30, 11, 6] as const;
const FIELDS = ["minute", "hour", "day of the month", "month", "day of the week"] as const;

/**
 * Checks cron's five fields and their time zone. Names (MON, JAN), lists, ranges, steps, L and # are as cron-parser has
 * them, which is what the job queue reads the line with.
 * @throws AppError invalid_request that says what is wrong, with an example
 */
export function checkCron(cron: string, timeZone: string): void {
  const line = JSON.stringify(cron);
  const fields = cron.trim().split(/\s+/);
  if (fields.length !== FIELDS.length) {
    const count = cron.trim() === "" ? 0 : fields.length;
    throw refused(`The cron line ${line} has ${count} fields; it takes five: ${FIELDS.join(", ")}.`);
  }
  // "H" is a random value in some crons: the times would differ from one look to the next.
  if (fields.some((field) => /(^|,)H/i.test(field))) throw refused(`The cron line ${line} must not hold "H".`);
  for (const [index, field] of fields.entries()) {
    const step = Number(/\/(\d+)/.exec(field)?.[1] ?? 1);
    if (step > LARGEST_STEPS[index]!) {
      throw refused(
        `The cron line ${line} has a step of ${step} in its ${FIELDS[index]}, which is larger than the field.`,
      );
    }
  }
  checkTimeZone(timeZone);
  let times;
  try {
    times = parse(cron, timeZone, new Date());
  } catch (error) {
    const { message } = error as Error;
    if (message.includes("explicit day of month")) throw neverFires(line);
    throw refused(`The cron line ${line} cannot be read: ${message}.`);
  }
  try {
    times.next();
  } catch {
    throw neverFires(line);
  }
}

/** The next times of a checked line, after a time. */
export function nextTimes(cron: string, timeZone: string, { after, count }: { after: Date; count: number }): Date[] {
  const times = parse(cron, timeZone, after);
  return Array.from({ length: count }, () => times.next().toDate());
}

function parse(cron: string, tz: string, currentDate: Date) {
  return CronExpressionParser.parse(cron, { tz, currentDate });
}

function checkTimeZone(timeZone: string): void {
  try {
    if (!ZONE_NAME.test(timeZone)) throw new RangeError("not a name");
    Intl.DateTimeFormat("en", { timeZone });
  } catch {
    throw new AppError("invalid_request", `There is no time zone ${JSON.stringify(timeZone)}.`, {
      hint: 'Time zones have names such as "Europe/Berlin", "America/New_York" or "UTC".',
    });
  }
}

function neverFires(line: string): AppError {
  return refused(`The cron line ${line} never fires: there is no such day.`);
}

function refused(message: string): AppError {
  return new AppError("invalid_request", message, { hint: EXAMPLE });
}
