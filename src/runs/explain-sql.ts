import { AppError } from "../errors.ts";
import { checkSql } from "./check-sql.ts";
import { explainPlan, type ExplainedPlan } from "./explain-plan.ts";
import { type DraftRequest, startDraft } from "./run-draft.ts";
import type { Runs } from "./runs.ts";
import { positionOfUnit } from "./sql-position.ts";

export interface ExplainRequest extends Omit<DraftRequest, "maxRows"> {
  /** Whether the query is executed, on the follower, under the limits of every run. */
  analyze: boolean;
}

/** A plan, and where it was made. */
export interface ExplainedSql extends ExplainedPlan {
  follower: string;
}

/**
 * Has a follower explain a query: through the same gate, queue, transaction and limits as a run of it.
 * @throws AppError as a run of the query would, with positions in the SQL as it was written; invalid_request for SQL that
 *   is an EXPLAIN itself
 */
export async function explainSql(runs: Runs, { analyze, ...request }: ExplainRequest): Promise<ExplainedSql> {
  const { text, toSourcePosition } = checkSql(request.sql);
  const explain = /^\s*(?=explain\b)/i.exec(text);
  if (explain !== null) {
    throw new AppError("invalid_request", "This SQL is an EXPLAIN already: only a query can be explained.", {
      hint: "Remove EXPLAIN and its options, and explain the query itself.",
      position: toSourcePosition(positionOfUnit(text, explain[0].length)),
    });
  }
  const prefix = `EXPLAIN (FORMAT JSON, SUMMARY${analyze ? ", ANALYZE, BUFFERS" : ""}) `;
  try {
    const draft = startDraft(runs, { ...request, sql: prefix + request.sql, maxRows: 1 });
    const { rows, follower } = await draft.finished;
    const plan = rows[0]?.[0];
    if (typeof plan !== "string") {
      throw new AppError("query_failed", "The plan is larger than a result of this database may be.", {
        hint: "Explain a part of the query.",
      });
    }
    return { ...explainPlan(plan), follower };
  } catch (error) {
    throw behindPrefix(error, prefix.length);
  }
}

/** An error with its position in the SQL as it was written. */
function behindPrefix(error: unknown, length: number): unknown {
  if (!(error instanceof AppError) || error.position === undefined) return error;
  const { code, message, hint, sqlstate, retryAfterSeconds } = error;
  const position = Math.max(1, error.position - length);
  return new AppError(code, message, { hint, sqlstate, retryAfterSeconds, position, cause: error });
}
