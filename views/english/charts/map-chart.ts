import type { ChartPoint } from "../../../src/charts/chart-data.ts";
import { formatValue } from "./formats.ts";

export const words = {
  longitude: (value: number) => degrees(value, "E", "W"),
  latitude: (value: number) => degrees(value, "N", "S"),
  place: ({ x, y, name }: ChartPoint) => `${name === undefined ? "" : `${name}: `}${formatValue(y)}, ${formatValue(x)}`,
};

function degrees(value: number, positive: string, negative: string): string {
  return `${formatValue(Math.abs(value))}°${value === 0 ? "" : value > 0 ? ` ${positive}` : ` ${negative}`}`;
}
