import type { Column } from "../results/columns.ts";
import type { Chart } from "./chart.ts";
import type { ChartData, ChartPoint, ChartSeries } from "./chart-data.ts";
import { chooseChart, type ChosenChart, MOST_SERIES } from "./choose-chart.ts";
import { columnRole } from "./column-roles.ts";

/** So many rows of a result are looked at; a longer one is drawn as far as they go. */
export const CHART_ROWS = 5_000;
/** More bars are a wall. */
const MOST_BARS = 40;
/** More points in a line are fewer than a pixel apart: the highest and lowest of each stretch stay. */
const MOST_LINE_POINTS = 800;
const MOST_DOTS = 1_500;

type Rows = readonly (readonly (string | null)[])[];

/**
 * A result's rows as a chart of them.
 * @param rows the first {@link CHART_ROWS}, in PostgreSQL's text form
 * @param rowCount of the whole result
 * @param chart as somebody has chosen it; null: as the columns suggest
 * @returns null where nothing is to be drawn
 */
export function readChart(
  columns: readonly Column[],
  rows: Rows,
  rowCount: number,
  chart: Chart | null,
): ChartData | null {
  const { chosen, ignored } = chooseChart(columns, rows, chart);
  if (chosen === null) return null;
  const notes: string[] = [];
  if (ignored) notes.push("The result has not the columns that the chart was made for: it is drawn as they suggest.");
  if (rowCount > rows.length) notes.push(`Drawn from the first ${count(rows.length)} of ${count(rowCount)} rows.`);
  const data = READERS[chosen.type]({ columns, rows, chosen, notes });
  return data.series.some(({ points }) => points.some(({ y }) => y !== null)) ? { ...data, notes } : null;
}

/** Whether a result of such columns may have a chart: then more of its rows are worth reading. */
export function canBeDrawn(columns: readonly Column[], chart: Chart | null): boolean {
  return chart?.type !== "none" && columns.some((column) => ["number", "latitude"].includes(columnRole(column)));
}

/** What a reader is given; it adds to the notes. */
interface Read {
  columns: readonly Column[];
  rows: Rows;
  chosen: ChosenChart;
  notes: string[];
}

const READERS: Readonly<Record<ChosenChart["type"], (read: Read) => ChartData>> = {
  number: ({ columns, rows, chosen }) => {
    const place = chosen.y[0]!;
    const { name } = columns[place]!;
    const points = [{ x: 0, y: readNumber(rows[0]![place] ?? null) }];
    return { type: "number", x: null, y: name, categories: [], series: [{ name, points }], notes: [] };
  },
  line: (read) => (xKind(read) === "category" ? readCategories(read) : readLine(read)),
  bar: readCategories,
  scatter: readDots,
  points: readDots,
};

function xKind({ columns, chosen }: Read): "time" | "number" | "category" {
  const role = columnRole(columns[chosen.x!]!);
  if (role === "time") return "time";
  return role === "category" || role === "none" ? "category" : "number";
}

function readLine(read: Read): ChartData {
  const { columns, rows, chosen, notes } = read;
  const kind = xKind(read) as "time" | "number";
  const x = chosen.x!;
  const readX = kind === "time" ? readTime : readNumber;
  const by = chosen.y.length === 1 ? splitColumn(columns, rows, x) : null;
  const groups = by === null ? chosen.y.map((y) => ({ name: columns[y]!.name, y, rows })) : split(read, by);
  let dropped = 0;
  const series = groups.map(({ name, y, rows: own }): ChartSeries => {
    const points: ChartPoint[] = [];
    for (const row of own) {
      const at = readX(row[x] ?? null);
      if (at === null) dropped++;
      else points.push({ x: at, y: readNumber(row[y] ?? null) });
    }
    return { name, points: thin(points.toSorted((a, b) => a.x - b.x)) };
  });
  if (dropped > 0) notes.push(`${count(dropped)} row${dropped === 1 ? " has" : "s have"} no place on the axis.`);
  return {
    type: "line",
    x: { name: columns[x]!.name, kind },
    y: chosen.y.length === 1 ? columns[chosen.y[0]!]!.name : null,
    categories: [],
    series,
    notes: [],
  };
}

/** The column whose categories are lines of their own: the only one, where a time comes more than once. */
function splitColumn(columns: readonly Column[], rows: Rows, x: number): number | null {
  const categories = columns.flatMap((column, place) => (columnRole(column) === "category" ? [place] : []));
  const seen = new Set(rows.map((row) => row[x]));
  return categories.length === 1 && seen.size < rows.length ? categories[0]! : null;
}

/** The rows of each category, those with the most first. */
function split({ rows, chosen, notes }: Read, by: number): { name: string; y: number; rows: Rows }[] {
  const groups = Map.groupBy(rows, (row) => row[by] ?? "NULL");
  const sorted = [...groups].toSorted(([, a], [, b]) => b.length - a.length);
  if (sorted.length > MOST_SERIES) notes.push(`The ${MOST_SERIES} with the most rows, of ${count(sorted.length)}.`);
  return sorted.slice(0, MOST_SERIES).map(([name, own]) => ({ name, y: chosen.y[0]!, rows: own }));
}

function readCategories(read: Read): ChartData {
  const { columns, rows, chosen, notes } = read;
  const x = chosen.x!;
  const shown = rows.slice(0, MOST_BARS);
  if (rows.length > shown.length) notes.push(`The first ${MOST_BARS} of ${count(rows.length)} bars.`);
  return {
    type: "bar",
    x: { name: columns[x]!.name, kind: "category" },
    y: chosen.y.length === 1 ? columns[chosen.y[0]!]!.name : null,
    categories: shown.map((row) => row[x] ?? "NULL"),
    series: chosen.y.map((y) => ({
      name: columns[y]!.name,
      points: shown.map((row, place) => ({ x: place, y: readNumber(row[y] ?? null) })),
    })),
    notes: [],
  };
}

function readDots(read: Read): ChartData {
  const { columns, rows, chosen, notes } = read;
  const x = chosen.x!;
  const kind = xKind(read);
  const readX = kind === "time" ? readTime : readNumber;
  const named = columns.findIndex((column, place) => columnRole(column) === "category" && place !== x);
  const series = chosen.y.map((y): ChartSeries => {
    const points = rows.flatMap((row): ChartPoint[] => {
      const at = readX(row[x] ?? null);
      const high = readNumber(row[y] ?? null);
      if (at === null || high === null) return [];
      return [{ x: at, y: high, ...(named < 0 ? {} : { name: row[named] ?? "NULL" }) }];
    });
    const every = Math.ceil(points.length / MOST_DOTS);
    if (every > 1) notes.push(`One of ${every} points is drawn.`);
    return { name: columns[y]!.name, points: points.filter((_, place) => place % every === 0) };
  });
  return {
    type: chosen.type as "scatter" | "points",
    x: { name: columns[x]!.name, kind: kind === "category" ? "number" : kind },
    y: chosen.y.length === 1 ? columns[chosen.y[0]!]!.name : null,
    categories: [],
    series,
    notes: [],
  };
}

/** Of a line with more points than pixels, the lowest and the highest of each stretch: what it looks like stays. */
function thin(points: readonly ChartPoint[]): readonly ChartPoint[] {
  if (points.length <= MOST_LINE_POINTS) return points;
  const size = Math.ceil((2 * points.length) / MOST_LINE_POINTS);
  const kept: ChartPoint[] = [];
  for (let from = 0; from < points.length; from += size) {
    const stretch = points.slice(from, from + size);
    const valued = stretch.filter(({ y }) => y !== null).toSorted((a, b) => a.y! - b.y!);
    const ends = valued.length === 0 ? stretch.slice(0, 1) : [...new Set([valued[0]!, valued.at(-1)!])];
    kept.push(...ends.toSorted((a, b) => a.x - b.x));
  }
  return kept;
}

/** A number in PostgreSQL's text form; null for NULL, and for what has no place on an axis: NaN and the infinities. */
export function readNumber(text: string | null): number | null {
  const value = text === null || text === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}

/** A date or time in PostgreSQL's ISO form, in ms since the epoch; null for NULL, the infinities, and years BC or beyond 9999. */
export function readTime(text: string | null): number | null {
  const found = text === null ? null : /^(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d:\d\d(?:\.\d+)?))?(?:\+00)?$/.exec(text);
  const ms = found ? Date.parse(`${found[1]}T${found[2] ?? "00:00:00"}Z`) : Number.NaN;
  return Number.isFinite(ms) ? ms : null;
}

function count(rows: number): string {
  return rows.toLocaleString("en");
}
