import type { Column } from "../results/columns.ts";
import type { Chart, ChartType } from "./chart.ts";
import { type ColumnRole, columnRole } from "./column-roles.ts";

/** More series are lines that nobody can tell apart. */
export const MOST_SERIES = 6;
/** A column whose values are so much smaller than another's would lie on the axis. */
const SAME_MAGNITUDE = 50;

type Rows = readonly (readonly (string | null)[])[];

/** What the columns of each role are, by their places. */
type Roles = Record<ColumnRole, number[]>;

/** Columns that are drawn, by their places. */
export interface ChosenChart {
  type: Exclude<ChartType, "none">;
  /** Null: none. */
  x: number | null;
  y: number[];
}

/**
 * How a result is drawn: as a chart says, as far as its columns are there, else as Heroku's Dataclips and Blazer choose
 * (https://github.com/ankane/blazer#charts): one row of one number is a number, latitude and longitude are points, a time
 * and numbers a line, a category and numbers bars, two numbers a scatter plot.
 * @returns null where nothing is to be drawn; and whether the chart could not be followed
 */
export function chooseChart(
  columns: readonly Column[],
  rows: Rows,
  chart: Chart | null,
): { chosen: ChosenChart | null; ignored: boolean } {
  if (chart?.type === "none" || rows.length === 0) return { chosen: null, ignored: false };
  const followed = chart && followChart(columns, rows, chart);
  if (followed) return { chosen: followed, ignored: false };
  return { chosen: chooseByColumns(columns, rows), ignored: chart !== null };
}

/** A chart as somebody has chosen it; null where the result has not what it needs. */
function followChart(columns: readonly Column[], rows: Rows, { type, x, y }: Chart): ChosenChart | null {
  const places = [...(x === null ? [] : [x]), ...y].map((name) => columns.findIndex((column) => column.name === name));
  if (type === "none" || places.includes(-1)) return null;
  const roles = rolesOf(columns);
  const isNumeric = (place: number): boolean => !["none", "time"].includes(columnRole(columns[place]!));
  const [first] = x === null ? [defaultX(type, roles)] : places;
  const rest = y.length > 0 ? places.slice(x === null ? 0 : 1) : defaultY(type, roles, rows, first ?? null);
  const numbers = rest.filter((place) => isNumeric(place) && place !== first).slice(0, MOST_SERIES);
  if (numbers.length === 0) return null;
  if (type === "number") return { type, x: null, y: numbers.slice(0, 1) };
  return first === undefined ? null : { type, x: first, y: numbers };
}

function defaultX(type: ChartType, { time, category, number, longitude }: Roles): number | undefined {
  if (type === "points") return longitude[0];
  if (type === "scatter") return number[0];
  return type === "line" ? (time[0] ?? category[0] ?? number[0]) : (category[0] ?? time[0] ?? number[0]);
}

function defaultY(type: ChartType, { number, latitude }: Roles, rows: Rows, x: number | null): number[] {
  if (type === "points") return latitude.slice(0, 1);
  const others = number.filter((place) => place !== x);
  return type === "scatter" || type === "number" ? others.slice(0, 1) : sameMagnitude(others, rows);
}

function chooseByColumns(columns: readonly Column[], rows: Rows): ChosenChart | null {
  const { time, number, category, latitude, longitude } = rolesOf(columns);
  if (rows.length === 1) return number.length === 1 ? { type: "number", x: null, y: number } : null;
  if (latitude.length > 0 && longitude.length > 0) return { type: "points", x: longitude[0]!, y: [latitude[0]!] };
  if (number.length === 0) return null;
  if (time.length > 0) return { type: "line", x: time[0]!, y: sameMagnitude(number, rows) };
  if (category.length > 0) return { type: "bar", x: category[0]!, y: sameMagnitude(number, rows) };
  return number.length === 2 ? { type: "scatter", x: number[0]!, y: [number[1]!] } : null;
}

function rolesOf(columns: readonly Column[]): Roles {
  const roles: Roles = { time: [], number: [], category: [], latitude: [], longitude: [], none: [] };
  columns.forEach((column, place) => roles[columnRole(column)].push(place));
  return roles;
}

/** The first column with values, and those whose values can be read on one axis with it. */
function sameMagnitude(places: readonly number[], rows: Rows): number[] {
  const largest = new Map(
    places.map((place) => [
      place,
      rows.reduce((most, row) => {
        const value = Math.abs(Number(row[place] ?? "NaN"));
        return Number.isFinite(value) && value > most ? value : most;
      }, 0),
    ]),
  );
  const first = places.find((place) => largest.get(place)! > 0);
  if (first === undefined) return places.slice(0, 1);
  const size = largest.get(first)!;
  return places
    .filter((place) => {
      const other = largest.get(place)!;
      return other > 0 && Math.max(other, size) / Math.min(other, size) <= SAME_MAGNITUDE;
    })
    .slice(0, MOST_SERIES);
}
