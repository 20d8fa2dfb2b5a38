import { scaleLinear } from "d3-scale";
import { area, line } from "d3-shape";
import { EVERY_MS, HISTORY_MS } from "../src/databases/status-history.ts";

/** The plot's coordinates; it is drawn as wide as there is room. */
export const SPARK = { width: 300, height: 48 };
/** A line's width, of which half must not be cut off. */
const MARGIN = 1.5;
/** Where no sample was taken for so long, nobody looked: the line is broken. */
const GAP_MS = 5 * EVERY_MS;

/** A value at a time, in ms since the epoch; null: not known. */
export interface SparkPoint {
  at: number;
  value: number | null;
}

export interface Spark {
  /** Attributes `d`; empty where there is nothing to draw. */
  line: string;
  area: string;
  /** Of what is drawn; null where nothing is. */
  range: { last: number | null; least: number; greatest: number } | null;
}

/**
 * Draws the last ten minutes of a value, up from zero: for the server and for the browser alike.
 * @param points the oldest first
 * @param options.now the right edge, in ms since the epoch
 * @param options.top the least height of the scale, so that small changes look small
 */
export function drawSpark(points: readonly SparkPoint[], options: { now: number; top: number }): Spark {
  const from = options.now - HISTORY_MS;
  const shown = points.filter(({ at }) => at >= from && at <= options.now);
  const values = shown.flatMap(({ value }) => (value === null ? [] : [value]));
  if (values.length === 0) return { line: "", area: "", range: null };
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  const x = scaleLinear([from, options.now], [MARGIN, SPARK.width - MARGIN]);
  const y = scaleLinear([0, Math.max(greatest, options.top)], [SPARK.height - MARGIN, MARGIN]);
  const broken = breakAtGaps(shown);
  const defined = ({ value }: SparkPoint): boolean => value !== null;
  const xOf = ({ at }: SparkPoint): number => x(at);
  const yOf = ({ value }: SparkPoint): number => y(value ?? 0);
  return {
    line: line<SparkPoint>().defined(defined).x(xOf).y(yOf).digits(1)(broken) ?? "",
    area: area<SparkPoint>().defined(defined).x(xOf).y0(y(0)).y1(yOf).digits(1)(broken) ?? "",
    range: { last: shown.at(-1)!.value, least, greatest },
  };
}

function breakAtGaps(points: readonly SparkPoint[]): SparkPoint[] {
  return points.flatMap((point, index) => {
    const before = points[index - 1];
    return before !== undefined && point.at - before.at > GAP_MS ? [{ at: before.at, value: null }, point] : [point];
  });
}
