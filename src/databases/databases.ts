import type pg from "pg";
import { AppError } from "../errors.ts";
import type { DatabaseConfig, FollowerConfig } from "./database-config.ts";
import { type FollowerStatus, readStatus, STATUS_SQL } from "./follower-status.ts";
import { endSession, openReaderSessions, type ReaderSessions } from "./reader-sessions.ts";
import { createTypeCatalogue, type TypeCatalogue } from "./types.ts";

/** A follower that could not be reached is tried last for so long. */
const DOWN_MS = 5_000;
const SESSIONS_AHEAD = 2;

/** A follower, its sessions, and what was last seen of it. */
export interface Follower extends FollowerConfig {
  sessions: ReaderSessions;
  /** When it could last not be reached, in ms since the epoch; 0 if never. */
  failedAt: number;
}

/** A database that clips may query, opened. */
export interface Database extends DatabaseConfig {
  followers: readonly Follower[];
  types: TypeCatalogue;
}

/** A fresh session, and the follower that it is on. */
export interface FollowerSession {
  follower: Follower;
  client: pg.Client;
}

/** All databases that clips may query. */
export interface Databases {
  all: readonly Database[];
  /** @throws AppError invalid_request, naming those that there are */
  get(name: string): Database;
  close(): Promise<void>;
}

/** Opens the databases of a configuration; connects to nothing yet. */
export function openDatabases(configs: readonly DatabaseConfig[]): Databases {
  const all = configs.map(openDatabase);
  const byName = new Map(all.map((database) => [database.name, database]));
  return {
    all,
    get(name) {
      const database = byName.get(name);
      if (database) return database;
      throw new AppError("invalid_request", `There is no database ${JSON.stringify(name)} here.`, {
        hint: `The databases are: ${[...byName.keys()].join(", ")}.`,
      });
    },
    async close() {
      await Promise.all(all.flatMap(({ followers }) => followers.map(({ sessions }) => sessions.close())));
    },
  };
}

function openDatabase(config: DatabaseConfig): Database {
  const followers = config.followers.map((follower) => ({
    ...follower,
    sessions: openReaderSessions(follower.url, SESSIONS_AHEAD),
    failedAt: 0,
  }));
  const types = createTypeCatalogue(async (use) => {
    const { client } = await takeSession(config.name, followers);
    try {
      return await use(client);
    } finally {
      endSession(client);
    }
  });
  return { ...config, followers, types };
}

/**
 * A fresh session on a follower: the first that can be reached, those that lately could not be last.
 * @throws AppError no_follower, with each one's reason
 */
export async function takeSession(name: string, followers: readonly Follower[]): Promise<FollowerSession> {
  const reasons: string[] = [];
  for (const follower of followers.toSorted((a, b) => downAt(a) - downAt(b))) {
    try {
      const client = await follower.sessions.take();
      follower.failedAt = 0;
      return { follower, client };
    } catch (error) {
      if (isTooManyConnections(error)) throw error;
      follower.failedAt = Date.now();
      reasons.push(`${follower.name}: ${connectionReason(error)}`);
    }
  }
  throw new AppError("no_follower", `No follower of ${name} can be reached (${reasons.join("; ")}).`, {
    hint: "Try again in a moment. If it stays so, check that the follower runs and that the reader role may connect.",
    retryAfterSeconds: DOWN_MS / 1000,
  });
}

/** Whether a follower answers, and its status; never throws. */
export async function checkFollower(
  follower: Follower,
): Promise<{ ok: true; status: FollowerStatus } | { ok: false; reason: string }> {
  try {
    const client = await follower.sessions.take();
    try {
      return { ok: true, status: readStatus(await client.query(STATUS_SQL)) };
    } finally {
      endSession(client);
    }
  } catch (error) {
    return { ok: false, reason: connectionReason(error) };
  }
}

function downAt({ failedAt }: Follower): number {
  return Date.now() - failedAt < DOWN_MS ? failedAt : 0;
}

function isTooManyConnections(error: unknown): boolean {
  return (error as { code?: string }).code === "53300";
}

/** Why a connection failed, in words that hold no address and no password. */
function connectionReason(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  const reasons: Record<string, string> = {
    ECONNREFUSED: "nothing listens there",
    ENOENT: "nothing listens there",
    ENOTFOUND: "its host name is not known",
    ETIMEDOUT: "it does not answer",
    "28P01": "it refused the password",
    "28000": "it refused the role",
    "3D000": "it has no such database",
    "57P03": "it is starting up or shutting down",
    "53300": "it has no connection left",
  };
  if (code !== undefined && reasons[code] !== undefined) return reasons[code];
  return /timeout/i.test(message ?? "") ? "it does not answer" : "the connection failed";
}
