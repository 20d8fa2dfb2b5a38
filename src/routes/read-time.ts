import { AppError } from "../errors.ts";

/** PostgreSQL has no year 0, and reads no year of five digits. */
const DAY = String.raw`([12]\d{3})-(\d\d)-(\d\d)`;
const CLOCK = String.raw`(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?`;
/** A `+` that nobody escaped arrives as a space. */
const ZONE = String.raw`(Z|([+ -])(\d\d)(?::?(\d\d))?)`;
const TIME = new RegExp(`^${DAY}(?:[T ]${CLOCK}${ZONE}?)?$`, "i");

/**
 * Reads a time from an address: ISO 8601 with a zone, `2026-11-01T09:30Z` or `2026-11-01T09:30:00.5+02:00`. Without a
 * zone it is UTC. A day alone, `2026-11-01`, is its last millisecond, UTC: "as of 1 November" includes that day.
 * @throws AppError invalid_request with an example
 */
export function readTime(name: string, text: string): Date {
  const match = TIME.exec(text.trim());
  const time = match && toDate(match);
  if (time) return time;
  throw new AppError(
    "invalid_request",
    `${name} must be a time, such as 2026-11-01T09:30Z, not ${JSON.stringify(text.slice(0, 40))}.`,
    {
      hint: "2026-11-01T09:30:00+01:00 works too, and 2026-11-01 for the end of that day. Times without a zone are UTC.",
    },
  );
}

function toDate(match: RegExpExecArray): Date | null {
  const number = (group: number): number => Number(match[group] ?? 0);
  const [month, day] = [number(2), number(3)];
  const [hour, minute, second, zoneHours, zoneMinutes] = [number(4), number(5), number(6), number(10), number(11)];
  if (hour > 23 || minute > 59 || second > 59 || zoneHours > 14 || zoneMinutes > 59) return null;
  const time = new Date(Date.UTC(number(1), month - 1, day));
  // The 30th of February would be a day in March.
  if (time.getUTCMonth() !== month - 1 || time.getUTCDate() !== day) return null;
  const milliseconds = Number((match[7] ?? "").slice(0, 3).padEnd(3, "0"));
  if (match[4] === undefined) time.setUTCHours(23, 59, 59, 999);
  else time.setUTCHours(hour, minute, second, milliseconds);
  const east = match[9] === "-" ? -1 : 1;
  return new Date(time.getTime() - east * (zoneHours * 60 + zoneMinutes) * 60_000);
}
