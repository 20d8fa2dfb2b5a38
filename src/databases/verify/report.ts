/** The primary key of a row, by column, as PostgreSQL writes it; of a table without one its position, `ctid`. */
export type RowKey = Readonly<Record<string, string>>;

/** Rows of which something was found: how many, and the first of them. */
export interface RowFindings {
  rows: number;
  examples: RowKey[];
}

/** Rows that a server could not read, and what it said. */
interface UnreadableRows {
  server: "primary" | "follower";
  rows: number;
  /** The first of the rows; null when the primary has none there. */
  key: RowKey | null;
  message: string;
}

/** What was found in a table. */
export interface TableReport {
  /** schema.table, quoted where SQL wants it. */
  table: string;
  comparedBy: "primary key" | "position";
  /** Rows of the primary that were compared. */
  rows: number;
  chunks: number;
  /** Chunks that were not the same at first, because of lag, changes under way, or a difference. */
  chunksLookedAtAgain: number;
  missing: RowFindings;
  extra: RowFindings;
  changed: RowFindings;
  /** Rows that kept changing while they were compared: not known to differ, and not known to be the same. */
  unsettled: RowFindings;
  unreadable: UnreadableRows[];
  /** What amcheck found of the table's indexes on the follower. */
  indexes: {
    checked: number;
    damaged: { index: string; message: string }[];
    unchecked: { index: string; reason: string }[];
  };
  /** Why the table was not compared to its end; null when it was. */
  incomplete: string | null;
  durationMs: number;
}

/** What was found on a follower. */
export interface FollowerReport {
  /** `incomplete`: no difference was found, but not all could be compared. */
  outcome: "same" | "different" | "incomplete";
  /** What is wrong with the server or its tables as a whole; each makes the outcome `different`. */
  findings: string[];
  tables: TableReport[];
  skipped: { table: string; reason: string }[];
  /** Why no index was checked; null when they were, as far as the tables' reports say. */
  indexesUnchecked: string | null;
  /** Why the follower did not replay what the comparison waited for, which ended it; null when it did. */
  stalled: string | null;
  durationMs: number;
}

/** How many rows are shown of each finding. */
const EXAMPLES = 10;

/** The report of a table of which nothing is known yet. */
export function startTableReport(table: string, comparedBy: TableReport["comparedBy"]): TableReport {
  const none = (): RowFindings => ({ rows: 0, examples: [] });
  return {
    table,
    comparedBy,
    rows: 0,
    chunks: 0,
    chunksLookedAtAgain: 0,
    missing: none(),
    extra: none(),
    changed: none(),
    unsettled: none(),
    unreadable: [],
    indexes: { checked: 0, damaged: [], unchecked: [] },
    incomplete: null,
    durationMs: 0,
  };
}

/** Counts a row, and keeps it as an example as long as there are few. */
export function addRow(findings: RowFindings, key: RowKey): void {
  findings.rows++;
  if (findings.examples.length < EXAMPLES) findings.examples.push(key);
}

/** Whether the follower's table is known to differ, or one of its indexes to be damaged. */
export function isDifferent({ missing, extra, changed, unreadable, indexes }: TableReport): boolean {
  return missing.rows + extra.rows + changed.rows + unreadable.length + indexes.damaged.length > 0;
}
