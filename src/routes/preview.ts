import type { Chart } from "../charts/chart.ts";
import type { ChartData } from "../charts/chart-data.ts";
import { CHART_ROWS, canBeDrawn, readChart } from "../charts/read-chart.ts";
import type { AppError } from "../errors.ts";
import { toAppError } from "../errors.ts";
import { readFirstRows } from "../results/first-rows.ts";
import type { ResultEnd, ResultHead } from "../results/result.ts";
import type { OpenedResult } from "../runs/open-result.ts";
import type { ParameterValues } from "../runs/parameters.ts";

/** Rows of a result that a page shows. */
const PREVIEW_ROWS = 100;

/** The beginning of a result for a page, and its chart, if it has one; or why there is none. */
export type Preview =
  | {
      head: ResultHead;
      end: ResultEnd;
      rows: (string | null)[][];
      chart: ChartData | null;
      parameters: ParameterValues;
    }
  | { error: AppError };

/**
 * Opens a result and reads its first rows; waits for its end, to say how many there are. Never rejects.
 * @param chart the clip's
 */
export async function readPreview(open: () => Promise<OpenedResult>, chart: Chart | null): Promise<Preview> {
  try {
    const { source, parameters, leave } = await open();
    try {
      const { head } = source;
      const isDrawn = canBeDrawn(head.columns, chart);
      const rows = await readFirstRows(source, isDrawn ? CHART_ROWS : PREVIEW_ROWS);
      const end = await source.end;
      const data = isDrawn ? readChart(head.columns, rows, end.rowCount, chart) : null;
      return { head, end, rows: rows.slice(0, PREVIEW_ROWS), chart: data, parameters };
    } finally {
      leave();
    }
  } catch (error) {
    return { error: toAppError(error) };
  }
}
