import type { DatabaseConfig, FollowerConfig } from "./database-config.ts";
import { createFollowerState, type FollowerState, type OnFollowerChange } from "./follower-state.ts";
import type { FollowerStatus } from "./follower-status.ts";
import { createFollowerInspector, type FollowerInspector } from "./inspect-follower.ts";
import { correctLag, createLagMemory } from "./lag.ts";
import { openReaderSessions, type ReaderSessions } from "./reader-sessions.ts";
import { type FollowerSample, sampleFollower } from "./sample-follower.ts";
import { SESSIONS_AHEAD, sessionBudget } from "./session-budget.ts";
import { sharedBudget } from "./shared-budget.ts";
import { judgeStanding, type Peers, type Standing, standsAlone } from "./standing.ts";
import { createStatusHistory, type StatusHistory } from "./status-history.ts";
import type { Survey } from "./survey.ts";

/** A follower, its sessions, and what was last seen of it. */
export interface Follower extends FollowerConfig {
  /**
   * Whether it is reached through a pooler that knows nothing but transactions, such as Hyperdrive: rows are then asked for in
   * portions, and what is cancelled is cancelled by SQL.
   */
  pooled: boolean;
  sessions: ReaderSessions;
  inspector: FollowerInspector;
  /** How it was while somebody looked. */
  history: StatusHistory<FollowerSample>;
  /** Readings that are open on it, by this server. */
  readings: number;
  /** When it last did not qualify, by `performance.now()`; -Infinity if it did since. */
  leftOutMs: number;
  state: FollowerState;
  /**
   * Where it stands, by what it says of itself, by what was seen of it before, and, where that is not enough, by the
   * other servers of its database.
   * @param options.thorough whether to look at the others in any case
   */
  judge(status: FollowerStatus, options?: { thorough: boolean }): Promise<Standing>;
}

export interface OpenFollowerOptions {
  /** Whose follower it is. */
  database: DatabaseConfig;
  /** The databases of the configuration, which may share the role's sessions on this server. */
  all: readonly DatabaseConfig[];
  /** See {@link Follower}; no session is then opened ahead. */
  pooled: boolean;
  survey: Survey<Follower>;
  onChange: OnFollowerChange | undefined;
}

/** Opens a follower; connects to nothing yet. */
export function openFollower(config: FollowerConfig, options: OpenFollowerOptions): Follower {
  const { database, all, pooled, survey, onChange } = options;
  const ahead = pooled ? 0 : SESSIONS_AHEAD;
  const sessions = openReaderSessions(config.url, { ahead, most: sessionBudget(database.maxRuns) });
  const lag = createLagMemory();
  let wasFollower = false;
  let suspected = false;
  /** No other server can say anything about it. */
  const isAlone = database.followers.length === 1 && (database.primary === null || database.primary === config.url);

  const follower: Follower = {
    ...config,
    pooled,
    sessions,
    inspector: createFollowerInspector(sessions, sharedBudget(all, config.url)),
    history: createStatusHistory(() => sampleFollower(follower, database)),
    readings: 0,
    leftOutMs: -Infinity,
    state: createFollowerState({ database: database.name, follower: config.name }, onChange),
    async judge(said, { thorough } = { thorough: false }) {
      const nowMs = performance.now();
      const status = correctLag(lag, said, nowMs);
      wasFollower ||= status.isFollower;
      const asksPeers = thorough || suspected || !standsAlone(status);
      const peers = !asksPeers ? null : isAlone ? NO_PEERS : await survey.peersOf(follower, status);
      const memory = {
        wasFollower,
        caughtUpSecondsAgo: (nowMs - lag.caughtUpMs) / 1000,
        heardSecondsAgo: (nowMs - lag.heardMs) / 1000,
        missingForSeconds: survey.missingForSeconds(follower, status.walLsn),
      };
      const standing = judgeStanding(status, database, memory, peers);
      suspected = standing.fault?.kind === "strayed";
      return standing;
    },
  };
  return follower;
}

const NO_PEERS: Peers = { primary: null, siblings: [], self: undefined };
