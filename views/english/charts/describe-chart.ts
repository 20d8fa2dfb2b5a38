import type { ChartData, ChartSeries } from "../../../src/charts/chart-data.ts";
import { formatMoment, formatValue } from "./formats.ts";

const KINDS: Readonly<Record<ChartData["type"], string>> = {
  number: "A number",
  line: "A line chart",
  bar: "A bar chart",
  scatter: "A scatter plot",
  points: "A map of points",
};

/** A chart in words, for whoever cannot see it: what is drawn over what, and between which values. */
export function describeChart({ type, x, categories, series }: ChartData): string {
  if (type === "number") return `${KINDS.number}: ${series[0]!.name} is ${formatValue(series[0]!.points[0]!.y)}.`;
  const along = series.flatMap(({ points }) => points.map((point) => point.x));
  const ends = [along.reduce((a, b) => Math.min(a, b)), along.reduce((a, b) => Math.max(a, b))] as const;
  const words = (place: number): string =>
    x!.kind === "time" ? formatMoment(place) : x!.kind === "category" ? categories[place]! : formatValue(place);
  const extent =
    x!.kind === "category"
      ? `${categories.length} of ${x!.name}`
      : `${x!.name}, from ${words(ends[0])} to ${words(ends[1])}`;
  return `${KINDS[type]} over ${extent}. ${series.map(describeSeries).join(" ")}`;
}

function describeSeries({ name, points }: ChartSeries): string {
  const values = points.flatMap(({ y }) => y ?? []);
  if (values.length === 0) return `${name} has no values.`;
  const least = values.reduce((a, b) => Math.min(a, b));
  const most = values.reduce((a, b) => Math.max(a, b));
  return `${name}: ${formatValue(least)} to ${formatValue(most)}.`;
}
