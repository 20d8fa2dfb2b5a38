import type { VerifyProgress } from "../databases/verify-follower.ts";
import { isDifferent } from "../databases/verify/report.ts";

const REDRAW_MS = 100;
const SOME_COLUMNS = 80;

/**
 * Shows how far a comparison is: a line for each table as it ends, and on a terminal also one that is drawn anew, with
 * the share of the planner's estimate and the speed.
 */
export function createProgressLines(stream: Pick<NodeJS.WriteStream, "write" | "isTTY" | "columns">, title: string) {
  let drawnAtMs = 0;
  let isDrawn = false;
  const clear = (): void => {
    if (isDrawn) stream.write("\r\u001B[K");
    isDrawn = false;
  };
  return {
    show(progress: VerifyProgress): void {
      const { report, isDone } = progress;
      if (isDone) {
        clear();
        const state = report.incomplete !== null ? "incomplete" : isDifferent(report) ? "DIFFERENT" : "same";
        stream.write(`${line(title, progress)}, ${state}\n`);
      } else if (stream.isTTY && performance.now() - drawnAtMs >= REDRAW_MS) {
        clear();
        drawnAtMs = performance.now();
        isDrawn = true;
        const text = line(title, progress);
        stream.write(`${text.slice(0, (stream.columns ?? SOME_COLUMNS) - 1)}`);
      }
    },
    clear,
  };
}

function line(title: string, { report, isDone, estimatedRows, number, count }: VerifyProgress): string {
  const perSecond = Math.round(report.rows / Math.max(0.001, report.durationMs / 1000));
  const share = isDone || !estimatedRows ? "" : ` (${Math.min(99, Math.floor((100 * report.rows) / estimatedRows))}%)`;
  return `${title} ${number}/${count} ${report.table}: ${format(report.rows)} rows${share}, ${format(perSecond)} rows/s`;
}

function format(count: number): string {
  return count.toLocaleString("en-US");
}
