import type { ColumnKind } from "./order-rows.ts";
import type { Row } from "./read-csv.ts";

/** What the values of a column are, at a glance. */
export interface ColumnSummary {
  values: number;
  nulls: number;
  distinct: number;
  /** In the column's own order; null where there is no value. */
  least: string | null;
  greatest: string | null;
  /** How many values fall into each of ten parts of the way from the least to the greatest; null where that says nothing. */
  bins: number[] | null;
  /** The values that are there most often, where some are there more than once. */
  most: { value: string; count: number }[];
}

const BINS = 10;
const MOST = 3;
const TIME = /^\d{4,}-\d\d-\d\d(?:[ T]\d\d:\d\d:\d\d(?:\.\d+)?(?:[+-]\d\d(?::?\d\d)?)?)?$/;

/** Looks at all values of a column. */
export function summarizeColumn(rows: readonly Row[], column: number, kind: ColumnKind): ColumnSummary {
  const counts = new Map<string, number>();
  let nulls = 0;
  for (const row of rows) {
    const value = row[column] ?? null;
    if (value === null) nulls++;
    else counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const places = [...counts].map(([value, count]) => ({ value, count, place: placeOf(value, kind) }));
  const isPlaced = places.length > 0 && places.every(({ place }) => Number.isFinite(place));
  let [least, greatest] = [places[0], places[0]];
  for (const each of places) {
    const [left, right] = isPlaced ? [each.place, each.place] : [each.value, each.value];
    if (left < (isPlaced ? least!.place : least!.value)) least = each;
    if (right > (isPlaced ? greatest!.place : greatest!.value)) greatest = each;
  }
  const isWide = isPlaced && least!.place < greatest!.place;
  return {
    values: rows.length - nulls,
    nulls,
    distinct: counts.size,
    least: least?.value ?? null,
    greatest: greatest?.value ?? null,
    bins: isWide ? countBins(places, least!.place, greatest!.place) : null,
    most: places
      .filter(({ count }) => count > 1)
      .toSorted((a, b) => b.count - a.count)
      .slice(0, MOST)
      .map(({ value, count }) => ({ value, count })),
  };
}

/** Where a number or a time stands on a line; NaN for what has no place on one. */
function placeOf(value: string, kind: ColumnKind): number {
  if (kind === "number") return Number(value);
  if (!TIME.test(value)) return Number.NaN;
  // As ISO 8601 has it: PostgreSQL writes a space in the middle, and zones in hours. Without a zone, all are of one.
  const [date, time] = value.split(/[ T]/);
  if (time === undefined) return Date.parse(value);
  return Date.parse(`${date}T${/[+-]/.test(time) ? time.replace(/([+-]\d\d)$/, "$1:00") : `${time}Z`}`);
}

function countBins(places: readonly { place: number; count: number }[], least: number, greatest: number): number[] {
  const bins = Array.from({ length: BINS }, () => 0);
  // Divided first: the whole way may be more than a double holds.
  const width = greatest / BINS - least / BINS;
  for (const { place, count } of places) {
    bins[Math.min(BINS - 1, Math.floor((place - least) / width))]! += count;
  }
  return bins;
}
