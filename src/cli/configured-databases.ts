import { readConfig } from "../config.ts";
import type { DatabaseConfig } from "../databases/database-config.ts";
import { findRunning } from "../embedded/find-running.ts";
import { embeddedDatabases } from "../embedded/sample-databases.ts";

/**
 * Gives a command the databases of the configuration. Where nothing is configured those are the samples of the
 * embedded PostgreSQL: the running one's if Dataclips runs, else it is started for as long as the command lasts.
 * Progress of such a start goes to stderr.
 * @throws ConfigError
 */
export async function withConfiguredDatabases<Value>(
  use: (databases: readonly DatabaseConfig[]) => Promise<Value>,
): Promise<Value> {
  const { databaseUrl, databases, dataDirectory } = readConfig(process.env);
  if (databaseUrl !== null || databases.length > 0) return use(databases);

  const running = await findRunning(dataDirectory);
  if (running !== null) {
    try {
      return await use(embeddedDatabases(databases, running));
    } finally {
      await running.close();
    }
  }
  // Only here: a command on real databases does not need it.
  const { startEmbedded } = await import("../embedded/embedded.ts");
  const onProgress = (line: string): void => void process.stderr.write(`${line}\n`);
  const embedded = await startEmbedded({ dataDirectory, onProgress, samples: true });
  try {
    return await use(embeddedDatabases(databases, embedded));
  } finally {
    await embedded.stop();
  }
}
