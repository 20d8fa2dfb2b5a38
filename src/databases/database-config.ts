/** A follower: a read replica, the only place where a clip runs. */
export interface FollowerConfig {
  name: string;
  /** postgres:// URL of the reader role. */
  url: string;
}

/** A database that clips may query, and the limits of a run on it. */
export interface DatabaseConfig {
  name: string;
  /** postgres:// URL on the primary, for what has to be installed there; null if there is none. */
  primary: string | null;
  followers: readonly FollowerConfig[];
  timeoutMs: number;
  maxRows: number;
  /** Bytes of a result's row frames. */
  maxBytes: number;
  /** Bytes of a single row: one is held in memory as a whole. */
  maxRowBytes: number;
  /** Runs at once; more wait. */
  maxRuns: number;
}

/** Limits of a database whose configuration does not say. */
export const DEFAULT_LIMITS = {
  timeoutMs: 30_000,
  maxRows: 100_000,
  maxBytes: 100 * 1024 * 1024,
  maxRowBytes: 16 * 1024 * 1024,
  maxRuns: 5,
} as const;
