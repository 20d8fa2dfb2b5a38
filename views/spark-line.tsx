import { drawSpark, SPARK, type SparkPoint } from "./spark-path.ts";
import { plotText, type PlotKind, PLOTS } from "./plots.ts";

interface SparkLineProps {
  kind: PlotKind;
  points: readonly SparkPoint[];
  /** The right edge, in ms since the epoch. */
  now: number;
}

/** A small plot of the last ten minutes; a script that draws it anew finds it by `data-plot`. */
export function SparkLine({ kind, points, now }: SparkLineProps) {
  const { caption, top } = PLOTS[kind];
  const spark = drawSpark(points, { now, top });
  return (
    <figure class="plot" data-plot={kind}>
      <figcaption>
        <span>{caption}</span> <span class="peak">{plotText(kind, spark).peak}</span>
      </figcaption>
      <svg
        class="spark"
        role="img"
        aria-label={plotText(kind, spark).label}
        viewBox={`0 0 ${SPARK.width} ${SPARK.height}`}
        width={SPARK.width}
        height={SPARK.height}
        preserveAspectRatio="none"
      >
        <path class="spark-area" d={spark.area} />
        <path class="spark-line" d={spark.line} />
      </svg>
    </figure>
  );
}
