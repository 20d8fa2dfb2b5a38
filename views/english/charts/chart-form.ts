import type { ChartType } from "../../../src/charts/chart.ts";

export const words = {
  change: "Change the chart",
  chart: "Chart",
  suggestedType: "As the columns suggest",
  types: {
    none: "None: the table alone",
    number: "A big number",
    line: "Lines",
    bar: "Bars",
    scatter: "A scatter plot",
    points: "Points on a map",
  } satisfies Record<ChartType, string>,
  x: "Along the bottom",
  suggestedX: "As it suggests itself",
  y: "What is drawn",
  suggestedY: "With none ticked, the columns suggest them.",
  save: "Save the chart",
};
