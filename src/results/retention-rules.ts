/** How long results are kept, where their clip says nothing else. */
export interface RetentionRules {
  /** The newest so many of each clip. */
  keepResults: number;
  /** So many days from when they finished. */
  keepDays: number;
  /** Bytes of the row frames of all results together; compressed they take less of the disk. */
  keepBytes: number;
}

export const DEFAULT_RETENTION: RetentionRules = { keepResults: 100, keepDays: 90, keepBytes: 10 * 2 ** 30 };

/** No rule says more than this: as good as for ever, and within what PostgreSQL's types hold. */
export const MOST_KEPT: RetentionRules = {
  keepResults: 1_000_000,
  keepDays: 36_500,
  keepBytes: Number.MAX_SAFE_INTEGER,
};
