import type { ChartType } from "./chart.ts";

/** A point of a series: where it stands along the axis (ms since the epoch, for a time), and how high. */
export interface ChartPoint {
  x: number;
  /** Null: a gap. */
  y: number | null;
  /** What is said of it besides: of a point on the map, its name. */
  name?: string;
}

/** A column that is drawn, or the rows of it that one category has. */
export interface ChartSeries {
  name: string;
  points: readonly ChartPoint[];
}

/** A result, ready to be drawn. */
export interface ChartData {
  type: Exclude<ChartType, "none">;
  /** The column along the horizontal axis; null: there is none. */
  x: { name: string; kind: "time" | "number" | "category" } | null;
  /** What the vertical axis counts: the column's name, where there is one only. */
  y: string | null;
  /** The names along the axis of categories: a point's x is the place in it. */
  categories: readonly string[];
  series: readonly ChartSeries[];
  /** What is left out, and what was not as it was asked for, in sentences. */
  notes: readonly string[];
}
