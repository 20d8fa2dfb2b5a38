import { Hono } from "hono";
import * as z from "zod";
import type { Deps } from "../deps.ts";
import { type AppError, errorBody, toAppError } from "../errors.ts";
import { checkWriteOn } from "../people/permissions.ts";
import { jsonKind } from "../results/columns.ts";
import { type DraftResult, type DraftRun, startDraft } from "../runs/run-draft.ts";
import type { Queue } from "../runs/queue.ts";
import { failedState } from "../runs/run-records.ts";
import { ParameterFields } from "./clip-fields.ts";
import type { Env } from "./env.ts";
import { readJson } from "./read-body.ts";
import { recordSql, type SqlRecorder } from "./record-sql.ts";
import { requireAccess } from "./require-access.ts";
import { sendLines } from "./send-progress.ts";

/** Rows that come back at most; the page that shows them keeps them all. */
const MAX_ROWS = 1000;

const QueryFields = z.strictObject({ sql: z.string(), parameters: ParameterFields.optional() });

/**
 * POST /api/databases/<name>/queries: runs SQL that is not saved, and says how far it is, line by line; the last line has
 * its first rows, or why there are none. Whoever leaves cancels it.
 */
export function apiQueries(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  app.post("/:name/queries", async (c) => {
    const { database } = c.var;
    checkWriteOn(requireAccess(c), database.name);
    const { sql, parameters = {} } = await readJson(c, QueryFields);
    const { signal } = c.req.raw;
    const left = new AbortController();
    const recorder = recordSql(c, deps, { database: database.name, sql });
    let draft: DraftRun;
    try {
      draft = startDraft(deps.runs, {
        database,
        sql,
        parameters,
        asker: c.var.asker,
        signal: AbortSignal.any([signal, left.signal]),
        maxRows: MAX_ROWS,
      });
    } catch (failure) {
      await recorder.failed(failure);
      throw failure;
    }
    let last: unknown;
    const conclude = async (): Promise<void> => {
      try {
        last = await tell(draft, recorder, deps.log);
      } catch (error) {
        // It is done, and could not be written down: the log says that already.
        last = failedLine(toAppError(error));
      }
    };
    const over = conclude();
    // What has run is written down, whoever has left, and before the database for that is closed.
    deps.runs.hold(over);
    return sendLines(
      c,
      { read: () => last ?? progressLine(draft, deps.runs.queue(database)), over },
      { leave: () => left.abort() },
    );
  });
  return app;
}

/** The last line, once what it says is written down. */
async function tell(draft: DraftRun, recorder: SqlRecorder, log: Deps["log"]): Promise<unknown> {
  let result: DraftResult;
  try {
    result = await draft.finished;
  } catch (error) {
    const failure = toAppError(error);
    if (failure.code === "internal_error") log.error("draft_failed", failure);
    await recorder.failed(failure);
    return failedLine(failure);
  }
  const { rows, truncated, follower } = result;
  await recorder.done({ follower, row_count: rows.length, ...(truncated && { truncated }) });
  return doneLine(result);
}

function progressLine(draft: DraftRun, queue: Queue) {
  const { state, queuePosition, follower, rowCount, bytes } = draft.progress();
  return state === "queued"
    ? { state, queue_position: queuePosition, queue_running: queue.running }
    : { state, follower, row_count: rowCount, bytes };
}

function doneLine({ columns, rows, truncated, durationMs, follower }: DraftResult) {
  return {
    state: "done",
    columns: columns.map(({ name, type }) => ({
      name,
      type: type.name,
      kind: !type.array && jsonKind(type.oid) === "number" ? "number" : "text",
    })),
    rows,
    row_count: rows.length,
    truncated,
    duration_ms: durationMs,
    follower,
  };
}

function failedLine(failure: AppError) {
  return { state: failedState(failure), ...errorBody(failure) };
}
