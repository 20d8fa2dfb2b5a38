import type { DatabaseConfig, FollowerConfig } from "./database-config.ts";
import { createFollowerInspector, type FollowerInspector } from "./inspect-follower.ts";
import { createLagMemory, type LagMemory } from "./lag.ts";
import { openReaderSessions, type ReaderSessions } from "./reader-sessions.ts";
import { type FollowerSample, sampleFollower } from "./sample-follower.ts";
import { SESSIONS_AHEAD, sessionBudget } from "./session-budget.ts";
import { sharedBudget } from "./shared-budget.ts";
import { createStatusHistory, type StatusHistory } from "./status-history.ts";

/** A follower, its sessions, and what was last seen of it. */
export interface Follower extends FollowerConfig {
  /**
   * Whether it is reached through a pooler that knows nothing but transactions, such as Hyperdrive: rows are then asked for in
   * portions, and what is cancelled is cancelled by SQL.
   */
  pooled: boolean;
  sessions: ReaderSessions;
  inspector: FollowerInspector;
  lag: LagMemory;
  /** How it was while somebody looked. */
  history: StatusHistory<FollowerSample>;
  /** Readings that are open on it, by this server. */
  readings: number;
  /** When it last did not qualify, in ms since the epoch; 0 if it did since. */
  leftOutAt: number;
}

/**
 * Opens a follower; connects to nothing yet.
 * @param database whose follower it is
 * @param all the databases of the configuration, which may share the role's sessions on this server
 * @param pooled see {@link Follower}; no session is then opened ahead
 */
export function openFollower(
  config: FollowerConfig,
  database: DatabaseConfig,
  all: readonly DatabaseConfig[],
  pooled: boolean,
): Follower {
  const ahead = pooled ? 0 : SESSIONS_AHEAD;
  const sessions = openReaderSessions(config.url, { ahead, most: sessionBudget(database.maxRuns) });
  const inspector = createFollowerInspector(sessions, sharedBudget(all, config.url));
  const history = createStatusHistory(() => sampleFollower(follower, database));
  const follower: Follower = {
    ...config,
    pooled,
    sessions,
    inspector,
    history,
    lag: createLagMemory(),
    readings: 0,
    leftOutAt: 0,
  };
  return follower;
}
