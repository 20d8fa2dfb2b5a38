import { AppError } from "../errors.ts";
import type { DatabaseConfig } from "./database-config.ts";
import { type Follower, openFollower } from "./follower.ts";
import { fromPostgres } from "../sqlstates.ts";
import type { OnFollowerChange } from "./follower-state.ts";
import { openReading } from "./open-reading.ts";
import { askPeer, createSurvey, PATIENCE_MS, type Survey } from "./survey.ts";
import { withReaderSession } from "./with-reader-session.ts";
import { createTypeCatalogue, type TypeCatalogue } from "./types.ts";

/** How long a question to the catalogs may take. */
const CATALOG_TIMEOUT_MS = 10_000;

/** A database that clips may query, opened. */
export interface Database extends DatabaseConfig {
  followers: readonly Follower[];
  types: TypeCatalogue;
  survey: Survey<Follower>;
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
 * @param options.onChange told when a follower is not any more as it was
 */
export function openDatabases(
  configs: readonly DatabaseConfig[],
  options: { pooled?: boolean; onChange?: OnFollowerChange } = {},
): Databases {
  const all = configs.map((config) => openDatabase(config, configs, options));
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

function openDatabase(
  config: DatabaseConfig,
  all: readonly DatabaseConfig[],
  { pooled = false, onChange }: { pooled?: boolean; onChange?: OnFollowerChange },
): Database {
  const survey: Survey<Follower> = createSurvey<Follower>({
    followers: () => followers,
    ask: ({ sessions }) =>
      withReaderSession(sessions, askPeer, { patienceMs: PATIENCE_MS, signal: AbortSignal.timeout(PATIENCE_MS) }),
    primary: config.primary,
  });
  const followers: readonly Follower[] = config.followers.map((follower) =>
    openFollower(follower, { database: config, all, pooled, survey, onChange }),
  );
  const database = { ...config, followers, survey };
  const types = createTypeCatalogue(async (use) => {
    const reading = await openReading(database, { timeoutMs: CATALOG_TIMEOUT_MS });
    try {
      return await use(reading.client);
    } catch (error) {
      throw fromPostgres(error);
    } finally {
      reading.end();
    }
  });
  return { ...database, types };
}
