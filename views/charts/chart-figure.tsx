import type { ChartData } from "../../src/charts/chart-data.ts";
import { ChartSvg } from "./chart-svg.tsx";
import { ChartTable } from "./chart-table.tsx";
import { words } from "../english/charts/chart-figure.tsx";

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
      <div class="chart-room" tabindex={0} role="region" aria-label={words.chart}>
        <ChartSvg data={data} title={title} />
      </div>
      <figcaption class="facts">
        {data.notes.join(" ")} {files && <span class="chart-files">{words.asFiles(files.svg, files.png)}</span>}
      </figcaption>
      {data.type !== "number" && <ChartTable data={data} />}
    </figure>
  );
}
