import type { Context } from "hono";
import type { Clip } from "../clips/clips.ts";
import type { Deps } from "../deps.ts";
import { toAppError } from "../errors.ts";
import { type ExplainedSql, type ExplainRequest, explainSql } from "../runs/explain-sql.ts";
import type { Env } from "./env.ts";
import { record } from "./record.ts";

/**
 * Has SQL explained, and writes that down, whether it failed or not: of a clip its version, else the SQL's text. Values
 * of parameters are not said: which of them are secret is known of a clip only.
 */
export async function explainRecorded(
  c: Context<Env>,
  deps: Deps,
  request: Pick<ExplainRequest, "database" | "sql" | "parameters" | "analyze">,
  saved?: { clip: Clip; version: number },
): Promise<ExplainedSql> {
  const started = performance.now();
  const note = (details: Readonly<Record<string, unknown>>): Promise<void> =>
    record(c, deps, "sql.run", {
      clip: saved?.clip,
      details: {
        explain: true,
        analyze: request.analyze,
        database: request.database.name,
        ...(saved === undefined ? { sql: request.sql } : { version: saved.version }),
        ...details,
        elapsed_ms: Math.round(performance.now() - started),
      },
    });
  const explain = async (): Promise<ExplainedSql> => {
    let explained: ExplainedSql;
    try {
      explained = await explainSql(deps.runs, { ...request, asker: c.var.asker, signal: c.req.raw.signal });
    } catch (failure) {
      const { code, sqlstate } = toAppError(failure);
      const state = code === "run_cancelled" ? "cancelled" : "failed";
      await note({ state, error: code, ...(sqlstate !== undefined && { sqlstate }) });
      throw failure;
    }
    await note({ state: "done", follower: explained.follower });
    return explained;
  };
  const explained = explain();
  // What has run is written down, whoever has left, and before the database for that is closed.
  deps.runs.hold(explained);
  return explained;
}
