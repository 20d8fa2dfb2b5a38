import { parseArgs } from "node:util";
import { readConfig } from "../config.ts";
import { migrateOwnDatabase } from "../own-database.ts";

const USAGE = `dataclips migrate

Brings Dataclips' own database, DATABASE_URL, to the tables of this release. dataclips serve does so when it starts; a
Worker does not: migrate before each deployment. What is there already is left alone.
`;

/** `dataclips migrate`: makes or upgrades the tables, and resolves to the exit status. */
export async function migrateCommand(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options !== "run") {
    (options === "help" ? process.stdout : process.stderr).write(options === "help" ? USAGE : `${options}\n\n${USAGE}`);
    return options === "help" ? 0 : 2;
  }
  const { databaseUrl } = readConfig(process.env);
  if (databaseUrl === null) {
    process.stderr.write(`DATABASE_URL is not set: the embedded database is migrated when it starts.\n\n${USAGE}`);
    return 2;
  }
  await migrateOwnDatabase(databaseUrl);
  process.stdout.write("Dataclips' own database has the tables of this release.\n");
  return 0;
}

function readOptions(args: readonly string[]): "help" | "run" | string {
  try {
    const { values } = parseArgs({ args: [...args], options: { help: { type: "boolean", short: "h" } } });
    return values.help ? "help" : "run";
  } catch (error) {
    return (error as Error).message;
  }
}
