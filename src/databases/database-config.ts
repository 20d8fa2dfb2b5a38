/** A follower: a read replica, the only place where a clip runs. */
export interface FollowerConfig {
  name: string;
  /** postgres:// URL of the reader role. */
  url: string;
  /**
   * postgres:// URL of a role on the same server that may end the reader's sessions (pg_signal_backend), for one that
   * answers no cancel. Without it the reader ends its own.
   */
  signalUrl?: string | undefined;
}

/**
 * What clips may use of a database. `safe`: what is known to only read, by the server's own catalogs. `granted`: also
 * what the reader role has been granted. The lists name `schema.name` or `schema.*`; what is refused stays refused.
 */
export interface NamePolicyConfig {
  mode: "safe" | "granted";
  allow: readonly string[];
  refuse: readonly string[];
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
  /** A follower that is further behind its primary runs no clips. */
  maxLagSeconds: number;
  functions: NamePolicyConfig;
  relations: NamePolicyConfig;
  /** Whether clips run although the reader role can write. */
  allowWritableRole: boolean;
}

const SAFE: NamePolicyConfig = { mode: "safe", allow: [], refuse: [] };

/** Limits and policies of a database whose configuration does not say. */
export const DEFAULT_LIMITS = {
  timeoutMs: 30_000,
  maxRows: 100_000,
  maxBytes: 100 * 1024 * 1024,
  maxRowBytes: 16 * 1024 * 1024,
  maxRuns: 5,
  maxLagSeconds: 300,
  functions: SAFE,
  relations: SAFE,
  allowWritableRole: false,
} as const satisfies Partial<DatabaseConfig>;
