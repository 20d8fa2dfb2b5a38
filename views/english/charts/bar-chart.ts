import { formatValue } from "./formats.ts";

export const words = {
  bar: (category: string, series: string, value: number) => `${category}: ${series} ${formatValue(value)}`,
};
