const VALUE = new Intl.NumberFormat("en", { maximumSignificantDigits: 8 });
const LARGE = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 4 });

/** A value, in words for people. */
export function formatValue(value: number | null): string {
  return value === null ? "none" : VALUE.format(value);
}

/** A number on an axis. @param largest of the axis */
export function formatTick(value: number, largest: number): string {
  return largest >= 1e6 ? LARGE.format(value) : VALUE.format(value);
}

/** A time, as exact as it is. */
export function formatMoment(ms: number): string {
  const text = new Date(ms).toISOString();
  return text.endsWith("T00:00:00.000Z") ? text.slice(0, 10) : text.slice(0, 19).replace("T", " ");
}
