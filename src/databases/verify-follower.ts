import { checkIndexes, findIndexChecks } from "./verify/check-indexes.ts";
import { chooseTables } from "./verify/choose-tables.ts";
import { compareTable, type LoadLimits } from "./verify/compare-table.ts";
import type { Pair } from "./verify/pair.ts";
import { readErrorKind } from "./verify/read-error.ts";
import { catchUp, ReplayStandsStill } from "./verify/replay.ts";
import { type FollowerReport, isDifferent, startTableReport, type TableReport } from "./verify/report.ts";
import { checkServers } from "./verify/servers.ts";
import { openVerifySession } from "./verify/session.ts";

/** How far the comparison is. */
export interface VerifyProgress {
  /** The table under way, as far as it is compared. */
  report: TableReport;
  /** Whether it is done. */
  isDone: boolean;
  /** The planner's estimate of its rows; null when there is none. */
  estimatedRows: number | null;
  /** Which table it is, from 1, and of how many. */
  number: number;
  count: number;
}

/** What to compare, and how gently. */
export interface VerifyOptions extends Partial<LoadLimits> {
  /** postgres:// URL of a role on the primary that may read the tables. */
  primaryUrl: string;
  /** postgres:// URL of a role on the follower that may read the tables. */
  followerUrl: string;
  /** schema.table; a partitioned table stands for its partitions. All tables when empty. */
  tables?: readonly string[];
  /** How long the follower may replay nothing while it is waited for. */
  patienceMs?: number;
  onProgress?: (progress: VerifyProgress) => void;
  signal?: AbortSignal;
}

const CHUNK_ROWS = 100_000;
const PATIENCE_MS = 30_000;

/**
 * Compares a follower with its primary, table by table, in chunks of the primary key by hash. Lag is no difference:
 * what is not the same is looked at again after the follower has replayed what the primary had, in the end row by row,
 * and a row differs only if the primary's did not change meanwhile. Reads only, one query at a time, each in a short
 * transaction. The follower's indexes are checked by amcheck, where its role may call it. System catalogs and sequences are
 * not compared.
 * @throws AppError no_follower (cannot be reached), conflict (not a primary and its follower), invalid_request (no such
 * table); what the signal's reason is when it aborts
 */
export async function verifyFollower(options: VerifyOptions): Promise<FollowerReport> {
  const { signal, patienceMs = PATIENCE_MS } = options;
  const primary = await openVerifySession("primary", options.primaryUrl, signal);
  try {
    const follower = await openVerifySession("follower", options.followerUrl, signal);
    try {
      const { parted, versionNumber } = await checkServers(primary, follower);
      const hasParted = parted !== null;
      return await compareServers(
        {
          primary,
          follower,
          versionNumber,
          hasParted,
          catchUp: async () => {
            if (!hasParted) await catchUp(primary, follower, patienceMs, signal);
          },
          signal,
        },
        parted === null ? [] : [parted],
        options,
      );
    } finally {
      await follower.close();
    }
  } finally {
    await primary.close();
  }
}

async function compareServers(pair: Pair, findings: string[], options: VerifyOptions): Promise<FollowerReport> {
  const { chunkRows = CHUNK_ROWS, pauseMs = null, onProgress = () => {} } = options;
  const startedAtMs = performance.now();
  const report: FollowerReport = {
    outcome: "incomplete",
    findings,
    tables: [],
    skipped: [],
    indexesUnchecked: null,
    stalled: null,
    durationMs: 0,
  };
  const finish = (): FollowerReport => {
    const isIncomplete = report.tables.length === 0 || report.tables.some(({ incomplete }) => incomplete !== null);
    const isSame = report.findings.length === 0 && !report.tables.some(isDifferent);
    report.outcome = !isSame ? "different" : isIncomplete || report.stalled !== null ? "incomplete" : "same";
    report.durationMs = Math.round(performance.now() - startedAtMs);
    return report;
  };

  const chosen = await chooseTables(pair, options.tables ?? []).catch((error: unknown) => {
    if (!(error instanceof ReplayStandsStill)) throw error;
    report.stalled = error.message;
  });
  if (chosen === undefined) return finish();
  report.findings.push(...chosen.findings);
  report.skipped.push(...chosen.skipped);

  const checks = await findIndexChecks(pair.follower);
  if ("reason" in checks) report.indexesUnchecked = checks.reason;
  for (const [index, table] of chosen.tables.entries()) {
    if (report.stalled !== null) {
      report.skipped.push({ table: table.sql, reason: "the follower stood still" });
      continue;
    }
    const tableReport = startTableReport(table.sql, table.comparedBy);
    report.tables.push(tableReport);
    const tell = (isDone: boolean): void =>
      onProgress({
        report: tableReport,
        isDone,
        estimatedRows: table.estimatedRows,
        number: index + 1,
        count: chosen.tables.length,
      });
    try {
      await compareTable(pair, table, { chunkRows, pauseMs }, tableReport, () => tell(false));
      if (!("reason" in checks)) await checkIndexes(pair, checks, table, tableReport);
    } catch (error) {
      pair.signal?.throwIfAborted();
      tableReport.incomplete = explain(error);
      if (error instanceof ReplayStandsStill) report.stalled = error.message;
    }
    tell(true);
  }
  return finish();
}

/** Why a table could not be compared to its end. A server's message of this kind names no values. */
function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ReplayStandsStill) return `the follower stands still: ${message}`;
  const reasons = {
    unreadable: `it cannot be read: ${message}`,
    too_long: "a query on it took too long",
    refused: `its rows may not be read: ${message}`,
    changed: `it was changed or dropped meanwhile: ${message}`,
    other: `a server failed: ${message}`,
  };
  return reasons[readErrorKind(error)];
}
