import { parseArgs } from "node:util";
import type { DatabaseConfig } from "../databases/database-config.ts";
import { type DatabaseReport, examineAlone, examineDatabase } from "../databases/examine-database.ts";
import { withConfiguredDatabases } from "./configured-databases.ts";
import { reportText } from "./report-text.ts";

const USAGE = `dataclips doctor [database …] [--json]

Looks at every follower of the databases (all, or those that are named): what it is, how far behind it is, what its
reader role could do that a reader must not, and which limits are in force. It changes nothing.

  --json    the same for programs
  --help    this text

It ends with status 0 when nothing is wrong, 1 when a role can write or a follower cannot be reached, and 2 when the
command itself is wrong. Warnings do not count.
`;

/** `dataclips doctor`: prints the health of the configured databases, and resolves to the exit status. */
export async function doctorCommand(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (typeof options === "string") return misuse(options);
  if (options.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  return withConfiguredDatabases(async (databases) => {
    const names = databases.map(({ name }) => name);
    const unknown = options.names.find((name) => !names.includes(name));
    if (unknown !== undefined) {
      return misuse(`There is no database ${JSON.stringify(unknown)} here. The databases are: ${names.join(", ")}.`);
    }
    const chosen = databases.filter(({ name }) => options.names.length === 0 || options.names.includes(name));
    const reports = await examineAll(chosen, databases);
    process.stdout.write(options.json ? `${JSON.stringify({ databases: reports }, null, 2)}\n` : reportText(reports));
    return reports.every(({ ok }) => ok) ? 0 : 1;
  });
}

function examineAll(chosen: readonly DatabaseConfig[], all: readonly DatabaseConfig[]): Promise<DatabaseReport[]> {
  return Promise.all(chosen.map((database) => examineDatabase(database, all, examineAlone(database))));
}

function readOptions(args: readonly string[]): { names: string[]; json: boolean; help: boolean } | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    return { names: positionals, ...values };
  } catch (error) {
    return (error as Error).message;
  }
}

function misuse(complaint: string): number {
  process.stderr.write(`${complaint}\n\n${USAGE}`);
  return 2;
}
