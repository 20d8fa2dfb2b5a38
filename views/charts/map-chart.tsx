import { scaleLinear } from "d3-scale";
import type { ChartData } from "../../src/charts/chart-data.ts";
import { words } from "../english/charts/map-chart.ts";
import { HEIGHT, WIDTH } from "./chart-look.ts";
import type { Drawing } from "./frame.tsx";

/** Higher than other charts: places are spread both ways. */
export const MAP_HEIGHT = HEIGHT + 100;
const PLOT = { left: 52, right: WIDTH - 16, top: 14, bottom: MAP_HEIGHT - 30 };
/** A place alone has some land around it, in degrees. */
const LEAST_DEGREES = 0.02;

/**
 * Places by longitude and latitude. As far apart as they are from north to south as from west to east, in the middle: an
 * equirectangular projection whose standard parallel is there (Snyder, Map Projections: A Working Manual, 1987, p. 90).
 */
export function MapChart({ data, palette }: Drawing & { data: ChartData }) {
  const points = data.series[0]!.points.filter((point) => point.y !== null);
  const west = extent(points.map(({ x }) => x));
  const north = extent(points.map(({ y }) => y!));
  const squeeze = Math.max(0.05, Math.cos((((north[0] + north[1]) / 2) * Math.PI) / 180));
  const perDegree = Math.min(
    (PLOT.right - PLOT.left) / ((west[1] - west[0]) * squeeze),
    (PLOT.bottom - PLOT.top) / (north[1] - north[0]),
  );
  const along = centred(west, perDegree * squeeze, PLOT.left, PLOT.right);
  const down = centred(north, -perDegree, PLOT.top, PLOT.bottom);
  return (
    <>
      {along.ticks(6).map((tick) => (
        <>
          <line class="grid" x1={along(tick)} x2={along(tick)} y1={PLOT.top} y2={PLOT.bottom} stroke={palette.line} />
          <text x={along(tick)} y={PLOT.bottom + 19} text-anchor="middle" fill={palette.quiet}>
            {words.longitude(tick)}
          </text>
        </>
      ))}
      {down.ticks(6).map((tick) => (
        <>
          <line class="grid" x1={PLOT.left} x2={PLOT.right} y1={down(tick)} y2={down(tick)} stroke={palette.line} />
          <text x={PLOT.left - 6} y={down(tick)} dy="0.35em" text-anchor="end" fill={palette.quiet}>
            {words.latitude(tick)}
          </text>
        </>
      ))}
      {points.map((point) => (
        <circle
          class="mark-0"
          cx={Math.round(along(point.x) * 10) / 10}
          cy={Math.round(down(point.y!) * 10) / 10}
          r={points.length > 300 ? 2.5 : 4.5}
          fill={palette.series[0]}
          fill-opacity={0.65}
        >
          <title>{words.place(point)}</title>
        </circle>
      ))}
    </>
  );
}

function extent(values: readonly number[]): [number, number] {
  const least = values.reduce((a, b) => Math.min(a, b), Infinity);
  const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const around = Math.max(LEAST_DEGREES, (most - least) * 0.04);
  return [least - around, most + around];
}

/** A scale of so many units a degree, with the middle of the places in the middle of the room, that fills all of it. */
function centred([least, most]: [number, number], units: number, from: number, to: number) {
  const half = (to - from) / 2 / Math.abs(units);
  const middle = (least + most) / 2;
  return scaleLinear([middle - half, middle + half], units > 0 ? [from, to] : [to, from]);
}
