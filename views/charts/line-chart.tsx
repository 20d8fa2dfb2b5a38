import { scaleLinear, scaleUtc } from "d3-scale";
import { line, symbol } from "d3-shape";
import type { ChartData, ChartPoint } from "../../src/charts/chart-data.ts";
import { formatTick } from "../english/charts/formats.ts";
import { words } from "../english/charts/line-chart.ts";
import { DASHES, FONT, HEIGHT, SHAPES, textWidth, WIDTH } from "./chart-look.ts";
import { AxisNames, BottomAxis, type Drawing, type Plot, ValueAxis, valueDomain } from "./frame.tsx";
import { LEGEND_HEIGHT, Legend } from "./legend.tsx";

/** So many points of a line are marked by their shapes; of more, only what the pointer is over says itself. */
const MOST_MARKS = 60;

/** Lines over time or numbers, and points: a scatter plot is the same without lines. */
export function LineChart({ data, ...drawing }: Drawing & { data: ChartData }) {
  const { palette } = drawing;
  const { series, x, y } = data;
  const isLine = data.type === "line";
  const values = series.flatMap(({ points }) => points.flatMap((point) => point.y ?? []));
  const domain = valueDomain(values);
  const widest = Math.max(
    ...scaleLinear(domain, [1, 0])
      .nice(5)
      .ticks(5)
      .map((tick) => textWidth(formatTick(tick, Math.max(...domain.map(Math.abs))))),
  );
  const hasLegend = series.length > 1;
  const plot: Plot = {
    left: Math.max(40, widest + 14),
    right: WIDTH - 20,
    top: 24 + (hasLegend ? LEGEND_HEIGHT : 0),
    bottom: HEIGHT - 46,
  };
  const high = scaleLinear(domain, [plot.bottom, plot.top]).nice(5);
  const places = series.flatMap(({ points }) => points.map((point) => point.x));
  const ends = [places.reduce((a, b) => Math.min(a, b)), places.reduce((a, b) => Math.max(a, b))] as const;
  const range = [plot.left + 6, plot.right - 6];
  const along =
    x!.kind === "time" ? scaleUtc(ends, range) : scaleLinear(isLine ? ends : valueDomain(places), range).nice(5);
  const path = line<ChartPoint>()
    .defined((point) => point.y !== null)
    .x((point) => along(point.x))
    .y((point) => high(point.y!));
  return (
    <>
      <ValueAxis scale={high} plot={plot} {...drawing} />
      <BottomAxis scale={along} plot={plot} {...drawing} />
      <AxisNames plot={plot} x={x!.name} y={hasLegend ? null : y} {...drawing} />
      {hasLegend && <Legend names={series.map(({ name }) => name)} lines={isLine} {...drawing} />}
      {series.map(({ name, points }, place) => (
        <g>
          {isLine && (
            <path
              class={`line-${place}`}
              d={path(points) ?? ""}
              fill="none"
              stroke={palette.series[place]}
              stroke-width={2}
              stroke-linejoin="round"
              stroke-dasharray={DASHES[place]}
            />
          )}
          {points.map((point, at) => {
            if (point.y === null) return null;
            // A point between two gaps is a line without length: nobody would see it.
            const isAlone = (points[at - 1]?.y ?? null) === null && (points[at + 1]?.y ?? null) === null;
            const isMarked = !isLine || points.length <= MOST_MARKS || isAlone;
            return (
              <path
                class={isMarked ? `mark-${place}` : "hover"}
                d={symbol(SHAPES[place], isMarked ? (isLine ? 28 : 40) : FONT * FONT)() ?? ""}
                transform={`translate(${round(along(point.x))},${round(high(point.y))})`}
                fill={isMarked ? palette.series[place] : "transparent"}
                fill-opacity={isLine ? undefined : 0.65}
              >
                <title>{words.point(x!, name, point)}</title>
              </path>
            );
          })}
        </g>
      ))}
    </>
  );
}

/** No pixel is smaller, and the page is. */
function round(place: number): number {
  return Math.round(place * 10) / 10;
}
