import type { DatabaseConfig, FollowerConfig } from "./database-config.ts";
import { createFollowerInspector, type FollowerInspector } from "./inspect-follower.ts";
import { createLagMemory, type LagMemory } from "./lag.ts";
import { openReaderSessions, type ReaderSessions } from "./reader-sessions.ts";
import { SESSIONS_AHEAD, sessionBudget } from "./session-budget.ts";
import { sharedBudget } from "./shared-budget.ts";

/** A follower, its sessions, and what was last seen of it. */
export interface Follower extends FollowerConfig {
  sessions: ReaderSessions;
  inspector: FollowerInspector;
  lag: LagMemory;
  /** Readings that are open on it, by this server. */
  readings: number;
  /** When it last did not qualify, in ms since the epoch; 0 if it did since. */
  leftOutAt: number;
}

/**
 * Opens a follower; connects to nothing yet.
 * @param all the databases of the configuration, which may share the role's sessions on this server
 */
export function openFollower(config: FollowerConfig, maxRuns: number, all: readonly DatabaseConfig[]): Follower {
  const sessions = openReaderSessions(config.url, { ahead: SESSIONS_AHEAD, most: sessionBudget(maxRuns) });
  const inspector = createFollowerInspector(sessions, sharedBudget(all, config.url));
  return { ...config, sessions, inspector, lag: createLagMemory(), readings: 0, leftOutAt: 0 };
}
