import type { AppError } from "../errors.ts";
import { toAppError } from "../errors.ts";
import { readRows } from "../results/frames.ts";
import type { ResultEnd, ResultHead } from "../results/result.ts";
import type { OpenedResult } from "../runs/open-result.ts";
import type { ParameterValues } from "../runs/parameters.ts";

/** Rows of a result that a page shows. */
const PREVIEW_ROWS = 100;

/** The beginning of a result for a page, or why there is none. */
export type Preview =
  | { head: ResultHead; end: ResultEnd; rows: (string | null)[][]; parameters: ParameterValues }
  | { error: AppError };

/** Opens a result and reads its first rows; waits for its end, to say how many there are. Never rejects. */
export async function readPreview(open: () => Promise<OpenedResult>): Promise<Preview> {
  try {
    const { source, parameters, leave } = await open();
    try {
      const rows: (string | null)[][] = [];
      for await (const frames of source.frames()) {
        for (const row of readRows(frames)) {
          if (rows.length === PREVIEW_ROWS) break;
          rows.push(row);
        }
        if (rows.length === PREVIEW_ROWS) break;
      }
      return { head: source.head, end: await source.end, rows, parameters };
    } finally {
      leave();
    }
  } catch (error) {
    return { error: toAppError(error) };
  }
}
