import { AppError } from "../errors.ts";
import type { DatabaseConfig } from "./database-config.ts";
import { type Follower, openFollower } from "./follower.ts";
import { openReading } from "./open-reading.ts";
import { createTypeCatalogue, type TypeCatalogue } from "./types.ts";

/** How long a question to the catalogs may take. */
const CATALOG_TIMEOUT_MS = 10_000;

/** A database that clips may query, opened. */
export interface Database extends DatabaseConfig {
  followers: readonly Follower[];
  types: TypeCatalogue;
}

/** All databases that clips may query. */
export interface Databases {
  all: readonly Database[];
  /** @throws AppError invalid_request, naming those that there are */
  get(name: string): Database;
  close(): Promise<void>;
}

/**
 * Opens the databases of a configuration; connects to nothing yet.
 * @param options.pooled whether their followers are reached through a pooler by transactions: see {@link Follower}
 */
export function openDatabases(configs: readonly DatabaseConfig[], { pooled = false } = {}): Databases {
  const all = configs.map((config) => openDatabase(config, configs, pooled));
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
      const followers = all.flatMap((database) => database.followers);
      await Promise.all(followers.map(({ history }) => history.close()));
      await Promise.all(followers.map(({ sessions }) => sessions.close()));
    },
  };
}

function openDatabase(config: DatabaseConfig, configs: readonly DatabaseConfig[], pooled: boolean): Database {
  const followers = config.followers.map((follower) => openFollower(follower, config, configs, pooled));
  const database = { ...config, followers };
  const types = createTypeCatalogue(async (use) => {
    const reading = await openReading(database, { timeoutMs: CATALOG_TIMEOUT_MS });
    try {
      return await use(reading.client);
    } finally {
      reading.end();
    }
  });
  return { ...database, types };
}
