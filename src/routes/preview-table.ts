import type { Context } from "hono";
import type { TableFacts } from "../databases/table-facts.ts";
import type { Deps } from "../deps.ts";
import { AppError, toAppError } from "../errors.ts";
import { type DraftResult, startDraft } from "../runs/run-draft.ts";
import type { Env } from "./env.ts";
import { recordSql } from "./record-sql.ts";
import { selectFrom } from "./select-from.ts";

/** Rows that a table's page shows. */
const PREVIEW_ROWS = 10;

/** The first rows of a table, as the server happens to find them, or why there are none. */
export type TablePreview = DraftResult | { error: AppError };

/**
 * Reads the first rows of a table through the same gate, queue and limits as every run, and writes down that it was
 * done, and by whom.
 */
export async function previewTable(c: Context<Env>, deps: Deps, table: TableFacts): Promise<TablePreview> {
  const { database, asker } = c.var;
  const sql = selectFrom(table, PREVIEW_ROWS);
  const recorder = recordSql(c, deps, { database: database.name, sql });
  let result: DraftResult;
  try {
    const draft = startDraft(deps.runs, {
      database,
      sql,
      parameters: {},
      asker,
      signal: c.req.raw.signal,
      maxRows: PREVIEW_ROWS,
    });
    result = await draft.finished;
  } catch (failure) {
    const error = toAppError(failure);
    if (error.code === "internal_error") deps.log.error("table_preview_failed", failure);
    await recorder.failed(error);
    return { error };
  }
  await recorder.done({ follower: result.follower, row_count: result.rows.length });
  return result;
}
