/** What a clip's result can be drawn as; `none` is a table only. */
export const CHART_TYPES = ["none", "number", "line", "bar", "scatter", "points"] as const;
export type ChartType = (typeof CHART_TYPES)[number];

/** How a clip's result is drawn, as somebody chose it. Columns are named as the result has them. */
export interface Chart {
  type: ChartType;
  /** The column along the horizontal axis (longitude, of points); null: the type's own choice. */
  x: string | null;
  /** The columns that are drawn over it; none: the type's own choice. */
  y: readonly string[];
}
