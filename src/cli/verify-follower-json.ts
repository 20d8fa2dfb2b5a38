import { type AppError, errorBody } from "../errors.ts";
import type { FollowerReport, TableReport } from "../databases/verify/report.ts";

/** What came of a follower: a report, or why there is none. */
export type FollowerOutcome =
  | { follower: string; report: FollowerReport; error?: undefined }
  | { follower: string; report?: undefined; error: AppError };

/** The reports of a database's followers as `--json` prints them. */
export function reportJson(database: string, outcomes: readonly FollowerOutcome[]) {
  return { database, followers: outcomes.map(followerJson) };
}

function followerJson({ follower, report, error }: FollowerOutcome) {
  if (report === undefined) return { name: follower, outcome: "incomplete", ...errorBody(error) };
  return {
    name: follower,
    outcome: report.outcome,
    findings: report.findings,
    stalled: report.stalled,
    tables: report.tables.map(tableJson),
    skipped: report.skipped,
    indexes_unchecked: report.indexesUnchecked,
    duration_ms: report.durationMs,
  };
}

function tableJson(report: TableReport) {
  return {
    table: report.table,
    compared_by: report.comparedBy,
    rows: report.rows,
    chunks: report.chunks,
    chunks_looked_at_again: report.chunksLookedAtAgain,
    missing: report.missing,
    extra: report.extra,
    changed: report.changed,
    unreadable: report.unreadable,
    indexes: report.indexes,
    unsettled: report.unsettled,
    incomplete: report.incomplete,
    duration_ms: report.durationMs,
  };
}
