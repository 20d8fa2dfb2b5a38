import { PALETTES } from "./chart-look.ts";

const SERIES = PALETTES.light.series.map(
  (light, place) => `  --series-${place}: light-dark(${light}, ${PALETTES.dark.series[place]});`,
);
const RULES = PALETTES.light.series.flatMap((_, place) => [
  `.chart .line-${place} { stroke: var(--series-${place}); }`,
  `.chart .mark-${place} { fill: var(--series-${place}); }`,
]);

/** The style of charts on pages: a style sheet's rules stand above what the drawing says of its own colours. */
export const CHART_STYLE = `
:root {
${SERIES.join("\n")}
}
.chart-figure { margin: 1rem 0; }
.chart-form { margin: .5rem 0 1rem; }
.chart-room { overflow-x: auto; }
.chart { display: block; min-width: 36rem; width: 100%; max-width: 60rem; height: auto; }
.chart text { fill: var(--quiet); }
.chart .ink { fill: var(--ink); }
.chart .grid { stroke: var(--line); }
.chart .zero { stroke: var(--quiet); }
.chart .hover { fill: transparent; }
.chart .hover:hover { fill: var(--accent); fill-opacity: .5; }
${RULES.join("\n")}
.chart-figure th[scope=row] { font-weight: 400; }
`;
