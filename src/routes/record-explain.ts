import type { Context } from "hono";
import type { Clip } from "../clips/clips.ts";
import type { Deps } from "../deps.ts";
import { type ExplainedSql, type ExplainRequest, explainSql } from "../runs/explain-sql.ts";
import type { Env } from "./env.ts";
import { recordSql } from "./record-sql.ts";

/**
 * Has SQL explained, and writes that down, whether it failed or not: of a clip its version, else the SQL's text.
 */
export async function explainRecorded(
  c: Context<Env>,
  deps: Deps,
  request: Pick<ExplainRequest, "database" | "sql" | "parameters" | "analyze">,
  saved?: { clip: Clip; version: number },
): Promise<ExplainedSql> {
  const recorder = recordSql(
    c,
    deps,
    {
      explain: true,
      analyze: request.analyze,
      database: request.database.name,
      ...(saved === undefined ? { sql: request.sql } : { version: saved.version }),
    },
    saved?.clip,
  );
  const explain = async (): Promise<ExplainedSql> => {
    let explained: ExplainedSql;
    try {
      explained = await explainSql(deps.runs, { ...request, asker: c.var.asker, signal: c.req.raw.signal });
    } catch (failure) {
      await recorder.failed(failure);
      throw failure;
    }
    await recorder.done({ follower: explained.follower });
    return explained;
  };
  const explained = explain();
  // What has run is written down, whoever has left, and before the database for that is closed.
  deps.runs.hold(explained);
  return explained;
}
