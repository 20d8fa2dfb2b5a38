import { parseArgs } from "node:util";
import { ConfigError } from "../config.ts";
import type { DatabaseConfig, FollowerConfig } from "../databases/database-config.ts";
import { verifyFollower, type VerifyOptions } from "../databases/verify-follower.ts";
import { AppError } from "../errors.ts";
import { withConfiguredDatabases } from "./configured-databases.ts";
import { type FollowerOutcome, reportJson } from "./verify-follower-json.ts";
import { createProgressLines } from "./verify-follower-progress.ts";
import { reportText } from "./verify-follower-text.ts";

const USAGE = `dataclips verify-follower <database> [options]

Compares a follower with its primary, table by table, by hash. Lag is no difference: the follower is waited for.

  --follower <name>        the follower to compare; without it all of them, one after another
  --table <schema.table>   compare this table only; may be given several times; a partitioned table stands for all its
                           partitions
  --chunk-rows <n>         the most rows that are hashed at once (100000); fewer where that takes too long
  --pause-ms <n>           the pause after each chunk; without it half as long as the chunk took
  --patience-seconds <n>   how long the follower may replay nothing while it is waited for (30)
  --json                   print the report as JSON
  --help                   print this

The exit status is 0 when all that was compared is the same, 1 when there is a difference, 2 when something could not
be compared. The database needs a primary URL, of a role that may read the tables.`;

const OPTIONS = {
  follower: { type: "string" },
  table: { type: "string", multiple: true },
  "chunk-rows": { type: "string" },
  "pause-ms": { type: "string" },
  "patience-seconds": { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean" },
} as const;

const EXIT_STATUS = { same: 0, different: 1, incomplete: 2 } as const;

/** Where the command's databases come from and its words go; the process's own by default. */
export interface CommandSurroundings {
  withDatabases: typeof withConfiguredDatabases;
  stdout: Pick<NodeJS.WriteStream, "write">;
  stderr: Pick<NodeJS.WriteStream, "write" | "isTTY" | "columns">;
}

/**
 * `dataclips verify-follower`: prints the report on stdout, progress and faults on stderr.
 * @param args the arguments behind the command's name
 * @returns the exit status: 0 the same, 1 a difference, 2 wrong arguments or something that could not be compared
 */
export async function verifyFollowerCommand(
  args: readonly string[],
  surroundings: Partial<CommandSurroundings> = {},
): Promise<number> {
  const { withDatabases = withConfiguredDatabases, stdout = process.stdout, stderr = process.stderr } = surroundings;
  const stopping = new AbortController();
  const stop = (): void => stopping.abort(new AppError("run_cancelled", "Stopped before the end."));
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  try {
    const wanted = readArguments(args);
    if (wanted === "help") {
      stdout.write(`${USAGE}\n`);
      return 0;
    }
    return await withDatabases(async (databases) => {
      const { database, primaryUrl, followers } = choose(databases, wanted.database, wanted.follower);
      const outcomes: FollowerOutcome[] = [];
      for (const { name, url } of followers) {
        const progress = createProgressLines(stderr, `${database} ${name}`);
        const options = { ...wanted.options, primaryUrl, followerUrl: url, signal: stopping.signal };
        try {
          const report = await verifyFollower({ ...options, onProgress: progress.show }).finally(progress.clear);
          outcomes.push({ follower: name, report });
          if (!wanted.json) stdout.write(reportText(database, name, report));
        } catch (error) {
          if (!(error instanceof AppError) || stopping.signal.aborted) throw error;
          outcomes.push({ follower: name, error });
          stderr.write(`${database}, ${name}: ${explain(error)}`);
        }
      }
      if (wanted.json) stdout.write(`${JSON.stringify(reportJson(database, outcomes), null, 2)}\n`);
      const statuses = outcomes.map(({ report }) => EXIT_STATUS[report?.outcome ?? "incomplete"]);
      return statuses.includes(EXIT_STATUS.different) ? EXIT_STATUS.different : Math.max(...statuses);
    });
  } catch (error) {
    if (error instanceof ConfigError) stderr.write(`${error.message}\n`);
    else if (error instanceof AppError) stderr.write(explain(error));
    else throw error;
    return EXIT_STATUS.incomplete;
  } finally {
    process.removeListener("SIGINT", stop);
    process.removeListener("SIGTERM", stop);
  }
}

interface Wanted {
  database: string;
  follower: string | undefined;
  json: boolean;
  options: Pick<VerifyOptions, "tables" | "chunkRows" | "pauseMs" | "patienceMs">;
}

function readArguments(args: readonly string[]): Wanted | "help" {
  const { values, positionals } = parse(args);
  if (values.help) return "help";
  const [database, ...more] = positionals;
  if (database === undefined || more.length > 0) {
    throw usageError(database === undefined ? "The database's name is missing." : "One database at a time.");
  }
  const number = (name: "chunk-rows" | "pause-ms" | "patience-seconds", least: number): number | undefined => {
    const text = values[name];
    if (text === undefined) return undefined;
    if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
    throw usageError(`--${name} must be a whole number from ${least} on.`);
  };
  const [chunkRows, pauseMs, seconds] = [number("chunk-rows", 1), number("pause-ms", 0), number("patience-seconds", 1)];
  return {
    database,
    follower: values.follower,
    json: values.json ?? false,
    options: {
      tables: values.table ?? [],
      ...(chunkRows === undefined ? {} : { chunkRows }),
      ...(pauseMs === undefined ? {} : { pauseMs }),
      ...(seconds === undefined ? {} : { patienceMs: seconds * 1000 }),
    },
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw usageError(error instanceof Error ? error.message : String(error));
  }
}

function explain({ message, hint }: AppError): string {
  return hint === undefined ? `${message}\n` : `${message}\n${hint}\n`;
}

function usageError(message: string): AppError {
  return new AppError("invalid_request", message, { hint: "dataclips verify-follower --help says more." });
}

/** The two servers' URLs, or what is missing. */
function choose(
  databases: readonly DatabaseConfig[],
  name: string,
  followerName: string | undefined,
): { database: string; primaryUrl: string; followers: readonly FollowerConfig[] } {
  const database = databases.find((config) => config.name === name);
  if (database === undefined) {
    throw new AppError("invalid_request", `There is no database ${JSON.stringify(name)} here.`, {
      hint: `The databases are: ${databases.map((config) => config.name).join(", ")}.`,
    });
  }
  if (database.primary === null) {
    throw new AppError("invalid_request", `The configuration of ${name} has no primary to compare its follower with.`, {
      hint: 'Add "primary": a postgres:// URL of a role that may read the tables on the primary.',
    });
  }
  const followers = database.followers.filter((follower) => [undefined, follower.name].includes(followerName));
  if (followers.length === 0) {
    throw new AppError("invalid_request", `${name} has no follower ${JSON.stringify(followerName)}.`, {
      hint: `Its followers are: ${database.followers.map((follower) => follower.name).join(", ")}.`,
    });
  }
  return { database: name, primaryUrl: database.primary, followers };
}
