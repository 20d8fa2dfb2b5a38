import type { ChartData } from "../../src/charts/chart-data.ts";
import { BarChart, barChartHeight } from "./bar-chart.tsx";
import { describeChart } from "../english/charts/describe-chart.ts";
import { formatValue } from "../english/charts/formats.ts";
import { FONT, HEIGHT, PALETTES, shorten, WIDTH } from "./chart-look.ts";
import type { Drawing } from "./frame.tsx";
import { LineChart } from "./line-chart.tsx";
import { MAP_HEIGHT, MapChart } from "./map-chart.tsx";

interface ChartSvgProps {
  data: ChartData;
  title: string;
  /** The chart's own among those of a page. */
  id?: string;
  /** Drawn as a file of its own: with its paper, and its title in it. */
  alone?: { theme: keyof typeof PALETTES } | null;
}

/** The room of the title in a chart that stands alone. */
const TITLE_HEIGHT = 40;
const ALONE_MARGIN = 16;

/** A chart as SVG: without scripts and without styles, so that it is the same on a page, in a file, and as a picture. */
export function ChartSvg({ data, title, id = "chart", alone = null }: ChartSvgProps) {
  const palette = PALETTES[alone?.theme ?? "light"];
  const drawing: Drawing = { palette, id };
  const [width, whole] = alone ? sizeOfFile(data) : [WIDTH, heightOf(data)];
  return (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      class="chart"
      viewBox={`0 0 ${width} ${whole}`}
      width={width}
      height={whole}
      role="img"
      aria-labelledby={`${id}-title ${id}-words`}
      font-family="system-ui, 'DejaVu Sans', sans-serif"
      font-size={FONT}
    >
      <title id={`${id}-title`}>{title}</title>
      <desc id={`${id}-words`}>{describeChart(data)}</desc>
      {alone ? (
        <>
          <rect width={width} height={whole} fill={palette.paper} />
          <text x={ALONE_MARGIN} y={27} font-size={17} font-weight="bold" fill={palette.ink}>
            {shorten(title, 68)}
          </text>
          <g transform={`translate(${ALONE_MARGIN},${TITLE_HEIGHT})`}>
            <Marks data={data} {...drawing} />
          </g>
        </>
      ) : (
        <Marks data={data} {...drawing} />
      )}
    </svg>
  );
}

/** How large a chart is as a file: width and height, in its own units. */
export function sizeOfFile(data: ChartData): [width: number, height: number] {
  return [WIDTH + 2 * ALONE_MARGIN, heightOf(data) + TITLE_HEIGHT + ALONE_MARGIN];
}

/** A chart as a file. */
export function renderChartSvg(data: ChartData, title: string, theme: keyof typeof PALETTES = "light"): string {
  return String(<ChartSvg data={data} title={title} alone={{ theme }} />);
}

function Marks({ data, ...drawing }: Drawing & { data: ChartData }) {
  if (data.type === "number") return <BigNumber data={data} {...drawing} />;
  if (data.type === "bar") return <BarChart data={data} {...drawing} />;
  if (data.type === "points") return <MapChart data={data} {...drawing} />;
  return <LineChart data={data} {...drawing} />;
}

function heightOf(data: ChartData): number {
  if (data.type === "bar") return barChartHeight(data);
  if (data.type === "points") return MAP_HEIGHT;
  return data.type === "number" ? HEIGHT / 2 : HEIGHT;
}

function BigNumber({ data: { series, y }, palette }: Drawing & { data: ChartData }) {
  return (
    <>
      <text x={WIDTH / 2} y={90} text-anchor="middle" font-size={72} font-weight="bold" fill={palette.ink} class="ink">
        {formatValue(series[0]!.points[0]!.y)}
      </text>
      <text x={WIDTH / 2} y={132} text-anchor="middle" font-size={18} fill={palette.quiet}>
        {y}
      </text>
    </>
  );
}
