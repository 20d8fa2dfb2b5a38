import { expect, test } from "vitest";
import { AppError } from "../../src/errors.ts";
import { checkCron, nextTimes } from "../../src/schedules/cron.ts";

const EXAMPLE = 'Example: "0 7 * * 1-5" with the time zone "Europe/Berlin" is 07:00 there, from Monday to Friday.';

function refusal(cron: string, timeZone = "UTC"): [number, string, string | undefined] | null {
  try {
    checkCron(cron, timeZone);
    return null;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [error.status, error.message, error.hint];
  }
}

const FIVE = "it takes five: minute, hour, day of the month, month, day of the week.";

test.each([
  ["", `The cron line "" has 0 fields; ${FIVE}`],
  ["0 7 * *", `The cron line "0 7 * *" has 4 fields; ${FIVE}`],
  // Seconds: at most once a minute.
  ["*/5 * * * * *", `The cron line "*/5 * * * * *" has 6 fields; ${FIVE}`],
  ["@daily", `The cron line "@daily" has 1 fields; ${FIVE}`],
  ["RRULE:FREQ=SECONDLY", `The cron line "RRULE:FREQ=SECONDLY" has 1 fields; ${FIVE}`],
  ["H 7 * * *", 'The cron line "H 7 * * *" must not hold "H".'],
  ["0 1,H 7 * *", 'The cron line "0 1,H 7 * *" must not hold "H".'],
  ["60 * * * *", 'The cron line "60 * * * *" cannot be read: Constraint error, got value 60 expected range 0-59.'],
  ["a b c d e", 'The cron line "a b c d e" cannot be read: Invalid characters, got value: a.'],
  ["5-1 * * * *", 'The cron line "5-1 * * * *" cannot be read: Invalid range: 5-1, min(5) > max(1).'],
  ["*/90 * * * *", 'The cron line "*/90 * * * *" has a step of 90 in its minute, which is larger than the field.'],
  ["0 0 31 2 *", 'The cron line "0 0 31 2 *" never fires: there is no such day.'],
  ["0 0 31 4,6 *", 'The cron line "0 0 31 4,6 *" never fires: there is no such day.'],
  ["0 0 30 feb *", 'The cron line "0 0 30 feb *" never fires: there is no such day.'],
])("%j is refused, with an example", (cron, message) => {
  expect(refusal(cron)).toStrictEqual([400, message, EXAMPLE]);
});

test.each([
  "* * * * *",
  "0 7 * * 1-5",
  "0 7 * * MON-FRI",
  "0 0 29 2 *",
  "0 7 L * *",
  "*/15 8-18 1,15 jan-mar 0",
  "5  7 * * *",
])("%j is taken", (cron) => {
  expect(refusal(cron, "Europe/Berlin")).toBeNull();
});

test.each(["Europe/Atlantis", "", "local", "+02:00", "UTC+2", "Europe/Berlin; DROP"])(
  "there is no time zone %j",
  (timeZone) => {
    expect(refusal("0 7 * * *", timeZone)).toStrictEqual([
      400,
      `There is no time zone ${JSON.stringify(timeZone)}.`,
      'Time zones have names such as "Europe/Berlin", "America/New_York" or "UTC".',
    ]);
  },
);

test("times are those of the zone's clocks, before and after they are changed", () => {
  const next = nextTimes("0 7 * * 1-5", "Europe/Berlin", { after: new Date("2026-03-26T06:00:00Z"), count: 3 });
  expect(next.map((time) => time.toISOString())).toStrictEqual([
    "2026-03-27T06:00:00.000Z",
    "2026-03-30T05:00:00.000Z",
    "2026-03-31T05:00:00.000Z",
  ]);
});
