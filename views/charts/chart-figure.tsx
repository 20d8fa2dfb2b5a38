import type { ChartData } from "../../src/charts/chart-data.ts";
import { ChartSvg } from "./chart-svg.tsx";
import { ChartTable } from "./chart-table.tsx";

interface ChartFigureProps {
  data: ChartData;
  title: string;
  /** The addresses of the same chart as files; null: there are none. */
  files: { svg: string; png: string } | null;
}

/** A chart on a page: the drawing, what it leaves out, the same as files, and as a table. */
export function ChartFigure({ data, title, files }: ChartFigureProps) {
  return (
    <figure class="chart-figure">
      <div class="chart-room" tabindex={0} role="region" aria-label="Chart">
        <ChartSvg data={data} title={title} />
      </div>
      <figcaption class="facts">
        {data.notes.join(" ")}{" "}
        {files && (
          <span class="chart-files">
            The chart as <a href={files.svg}>SVG</a> or <a href={files.png}>PNG</a>
          </span>
        )}
      </figcaption>
      {data.type !== "number" && <ChartTable data={data} />}
    </figure>
  );
}
