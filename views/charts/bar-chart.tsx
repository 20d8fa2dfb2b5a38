import { scaleBand, scaleLinear } from "d3-scale";
import type { ChartData } from "../../src/charts/chart-data.ts";
import { words } from "../english/charts/bar-chart.ts";
import { formatTick } from "../english/charts/formats.ts";
import { HEIGHT, shorten, textWidth, WIDTH } from "./chart-look.ts";
import { AxisNames, type Drawing, type Plot, ValueAxis, valueDomain } from "./frame.tsx";
import { LEGEND_HEIGHT, Legend } from "./legend.tsx";
import { fillOf, Patterns } from "./patterns.tsx";

/** A longer name of a category is cut. */
const MOST_LETTERS = 28;
/** Of a lying bar's row, with the space below it; less where there are several bars in it. */
const ROW_HEIGHT = 24;

/** Whether the names of the categories have room below standing bars. */
function isUpright({ categories, series }: ChartData): boolean {
  const widest = Math.max(...categories.map((name) => textWidth(shorten(name, MOST_LETTERS))));
  return (widest + 8) * categories.length <= WIDTH - 70 && categories.length * series.length <= 60;
}

/** How high a chart of bars is: where they lie, it grows with them. */
export function barChartHeight(data: ChartData): number {
  if (isUpright(data)) return HEIGHT;
  return 70 + (data.series.length > 1 ? LEGEND_HEIGHT : 0) + data.categories.length * rowHeight(data);
}

function rowHeight({ series }: ChartData): number {
  return series.length === 1 ? ROW_HEIGHT : 10 + 12 * series.length;
}

/** Bars, standing where their names have room below them, else lying. */
export function BarChart({ data, ...drawing }: Drawing & { data: ChartData }) {
  const hasLegend = data.series.length > 1;
  return (
    <>
      <Patterns count={data.series.length} {...drawing} />
      {hasLegend && <Legend names={data.series.map(({ name }) => name)} lines={false} bars {...drawing} />}
      {isUpright(data) ? <Upright data={data} {...drawing} /> : <Lying data={data} {...drawing} />}
    </>
  );
}

function Upright({ data, ...drawing }: Drawing & { data: ChartData }) {
  const { categories, series, x, y } = data;
  const domain = barDomain(data);
  const largest = Math.max(...domain.map(Math.abs));
  const widest = Math.max(
    ...scaleLinear(domain, [1, 0])
      .nice(5)
      .ticks(5)
      .map((tick) => textWidth(formatTick(tick, largest))),
  );
  const plot: Plot = {
    left: Math.max(40, widest + 14),
    right: WIDTH - 10,
    top: 24 + (series.length > 1 ? LEGEND_HEIGHT : 0),
    bottom: HEIGHT - 46,
  };
  const high = scaleLinear(domain, [plot.bottom, plot.top]).nice(5);
  const [along, inside] = bandsOf(data, [plot.left, plot.right]);
  return (
    <>
      <ValueAxis scale={high} plot={plot} {...drawing} />
      {categories.map((name, place) => (
        <text
          x={along(place)! + along.bandwidth() / 2}
          y={plot.bottom + 19}
          text-anchor="middle"
          fill={drawing.palette.quiet}
        >
          {shorten(name, MOST_LETTERS)}
        </text>
      ))}
      <AxisNames plot={plot} x={x!.name} y={series.length > 1 ? null : y} {...drawing} />
      {series.map(({ name, points }, place) =>
        points.map(
          (point) =>
            point.y !== null && (
              <Bar
                {...drawing}
                place={place}
                x={along(point.x)! + inside(place)!}
                y={Math.min(high(point.y), high(0))}
                width={inside.bandwidth()}
                height={Math.abs(high(point.y) - high(0))}
                text={words.bar(categories[point.x]!, name, point.y)}
              />
            ),
        ),
      )}
    </>
  );
}

function Lying({ data, ...drawing }: Drawing & { data: ChartData }) {
  const { categories, series, x, y } = data;
  const { palette } = drawing;
  const domain = barDomain(data);
  const largest = Math.max(...domain.map(Math.abs));
  const names = categories.map((name) => shorten(name, MOST_LETTERS));
  const plot: Plot = {
    left: Math.max(40, Math.max(...names.map(textWidth)) + 14),
    right: WIDTH - 30,
    top: 24 + (series.length > 1 ? LEGEND_HEIGHT : 0),
    bottom: barChartHeight(data) - 46,
  };
  const along = scaleLinear(domain, [plot.left, plot.right]).nice(5);
  const [down, inside] = bandsOf(data, [plot.top, plot.bottom]);
  return (
    <>
      {along.ticks(5).map((tick) => (
        <>
          <line
            class={tick === 0 ? "zero" : "grid"}
            x1={along(tick)}
            x2={along(tick)}
            y1={plot.top}
            y2={plot.bottom}
            stroke={tick === 0 ? palette.quiet : palette.line}
          />
          <text x={along(tick)} y={plot.bottom + 17} text-anchor="middle" fill={palette.quiet}>
            {formatTick(tick, largest)}
          </text>
        </>
      ))}
      {names.map((name, place) => (
        <text
          x={plot.left - 8}
          y={down(place)! + down.bandwidth() / 2}
          dy="0.35em"
          text-anchor="end"
          fill={palette.quiet}
        >
          {name}
        </text>
      ))}
      <AxisNames plot={plot} x={series.length > 1 ? null : y} y={x!.name} {...drawing} />
      {series.map(({ name, points }, place) =>
        points.map(
          (point) =>
            point.y !== null && (
              <Bar
                {...drawing}
                place={place}
                x={Math.min(along(point.y), along(0))}
                y={down(point.x)! + inside(place)!}
                width={Math.abs(along(point.y) - along(0))}
                height={inside.bandwidth()}
                text={words.bar(categories[point.x]!, name, point.y)}
              />
            ),
        ),
      )}
    </>
  );
}

/** Where each category has its place, and in that each series' bar. */
function bandsOf({ categories, series }: ChartData, range: [number, number]) {
  const ofCategories = scaleBand([...categories.keys()], range)
    .paddingInner(0.25)
    .paddingOuter(0.15);
  const ofSeries = scaleBand([...series.keys()], [0, ofCategories.bandwidth()]).paddingInner(0.1);
  return [ofCategories, ofSeries] as const;
}

/** A bar is as long as its value is large: its scale begins at nothing. */
function barDomain({ series }: ChartData): [number, number] {
  return valueDomain(
    series.flatMap(({ points }) => points.flatMap(({ y }) => y ?? [])),
    true,
  );
}

interface BarProps extends Drawing {
  place: number;
  x: number;
  y: number;
  width: number;
  height: number;
  text: string;
}

function Bar({ place, x, y, width, height, text, ...drawing }: BarProps) {
  const tenth = (value: number): number => Math.round(value * 10) / 10;
  return (
    <rect
      class={place === 0 ? "mark-0" : `line-${place}`}
      x={tenth(x)}
      y={tenth(y)}
      width={tenth(width)}
      height={tenth(height)}
      fill={fillOf(place, drawing)}
      stroke={place === 0 ? undefined : drawing.palette.series[place]}
    >
      <title>{text}</title>
    </rect>
  );
}
