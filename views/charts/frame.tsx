import type { ScaleLinear, ScaleTime } from "d3-scale";
import { formatTick } from "../english/charts/formats.ts";
import type { Palette } from "./chart-look.ts";

/** The room inside the axes. */
export interface Plot {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** What everything in a chart is drawn with. */
export interface Drawing {
  palette: Palette;
  /** Before the ids of this chart's patterns, of which a page may have several. */
  id: string;
}

interface AxisProps extends Drawing {
  plot: Plot;
}

/** The horizontal lines of a scale, and what they stand for. */
export function ValueAxis({ scale, plot, palette }: AxisProps & { scale: ScaleLinear<number, number> }) {
  const largest = Math.max(...scale.domain().map(Math.abs));
  return (
    <g>
      {scale.ticks(5).map((tick) => (
        <>
          <line
            class={tick === 0 ? "zero" : "grid"}
            x1={plot.left}
            x2={plot.right}
            y1={scale(tick)}
            y2={scale(tick)}
            stroke={tick === 0 ? palette.quiet : palette.line}
          />
          <text x={plot.left - 8} y={scale(tick)} dy="0.35em" text-anchor="end" fill={palette.quiet}>
            {formatTick(tick, largest)}
          </text>
        </>
      ))}
    </g>
  );
}

/** What stands along the bottom: times or numbers. */
export function BottomAxis({
  scale,
  plot,
  palette,
}: AxisProps & { scale: ScaleLinear<number, number> | ScaleTime<number, number> }) {
  const ticks: readonly (number | Date)[] = scale.ticks(Math.max(2, Math.floor((plot.right - plot.left) / 110)));
  const domain = scale.domain().map(Number);
  const isTime = "nice" in scale && scale.domain()[0] instanceof Date;
  const textOf = isTime
    ? (scale.tickFormat() as (tick: Date | number) => string)
    : (tick: number | Date): string => formatTick(Number(tick), Math.max(...domain.map(Math.abs)));
  return (
    <g>
      <line class="zero" x1={plot.left} x2={plot.right} y1={plot.bottom} y2={plot.bottom} stroke={palette.quiet} />
      {ticks.map((tick) => (
        <>
          <line
            class="zero"
            x1={scale(tick)}
            x2={scale(tick)}
            y1={plot.bottom}
            y2={plot.bottom + 5}
            stroke={palette.quiet}
          />
          <text x={scale(tick)} y={plot.bottom + 19} text-anchor="middle" fill={palette.quiet}>
            {textOf(tick)}
          </text>
        </>
      ))}
    </g>
  );
}

/** What an axis counts. */
export function AxisNames({ plot, palette, x, y }: AxisProps & { x: string | null; y: string | null }) {
  return (
    <g fill={palette.quiet}>
      {x !== null && (
        <text x={(plot.left + plot.right) / 2} y={plot.bottom + 38} text-anchor="middle">
          {x}
        </text>
      )}
      {y !== null && (
        <text x={2} y={plot.top - 10}>
          {y}
        </text>
      )}
    </g>
  );
}

/** How far a scale goes: from nothing, unless that would squeeze what there is into a small part of it. */
export function valueDomain(values: readonly number[], fromZero = false): [number, number] {
  const least = values.reduce((a, b) => Math.min(a, b), Infinity);
  const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
  if (least === most && !fromZero) return least === 0 ? [0, 1] : least > 0 ? [0, most] : [least, 0];
  const isFar = !fromZero && (least > 0 ? (most - least) / most : most < 0 ? (most - least) / -least : 1) < 0.3;
  if (isFar) return [least, most];
  const domain: [number, number] = [Math.min(0, least), Math.max(0, most)];
  return domain[0] === domain[1] ? [0, 1] : domain;
}
