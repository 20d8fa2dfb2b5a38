import type { ChartData, ChartPoint } from "../../../src/charts/chart-data.ts";
import { formatMoment, formatValue } from "./formats.ts";

export const words = {
  point: ({ name, kind }: NonNullable<ChartData["x"]>, series: string, point: ChartPoint) =>
    `${point.name === undefined ? "" : `${point.name}: `}${name} ${kind === "time" ? formatMoment(point.x) : formatValue(point.x)}, ${series} ${formatValue(point.y)}`,
};
