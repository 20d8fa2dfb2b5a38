import { parseArgs } from "node:util";
import type { DatabaseConfig } from "../databases/database-config.ts";
import { helpersStatus } from "../helpers/helpers-status.ts";
import { installHelpers, installScript } from "../helpers/install-helpers.ts";
import { removeHelpers, removeScript } from "../helpers/remove-helpers.ts";
import { withConfiguredDatabases } from "./configured-databases.ts";
import { installText, removeText, statusText } from "./helpers-text.ts";

const USAGE = `dataclips helpers install|status|remove <database> [options]

Helpers are functions for reports, written in JavaScript (sql/plv8), which Dataclips puts into a database for its clips:
on the primary, in PL/V8 or else PL/JS. The followers get them by replication.

  install    installs them, or brings them up to this release; what is current stays as it is
  status     says of each helper whether it is current, outdated, changed_by_hand, missing or foreign
  remove     drops them, unless something depends on them

  --schema <name>     where they are; by default dataclips
  --reader <role>     who may call them, may be repeated; by default the roles of the followers' URLs
  --force             install: replaces those that were changed by hand
  --dry-run           install, remove: prints the SQL, for psql, and changes nothing
  --wait <seconds>    how long the followers may take to have them; by default 10
  --json              the same for programs
  --help              this text

It ends with status 0 when all is done, or all current and on every follower; with 1 when not; and with 2 when the
command itself is wrong.
`;

const WAIT_SECONDS = 10;
const MOST_WAIT_SECONDS = 3600;

interface Options {
  action: keyof typeof ACTIONS;
  name: string;
  schema?: string | undefined;
  readers?: string[] | undefined;
  force: boolean;
  dryRun: boolean;
  waitMs: number;
  json: boolean;
}

/** What an action prints, and whether all is well. */
interface Outcome {
  text: string;
  ok: boolean;
}

const ACTIONS = {
  async install(database: DatabaseConfig, options: Options): Promise<Outcome> {
    if (options.dryRun) return scriptOutcome(await installScript(database, options), options);
    const report = await installHelpers(database, options);
    return outcome(report, installText(report), options, isThere(report.followers) && report.kept.length === 0);
  },
  async status(database: DatabaseConfig, options: Options): Promise<Outcome> {
    const report = await helpersStatus(database, options);
    return outcome(report, statusText(report), options, report.ok);
  },
  async remove(database: DatabaseConfig, options: Options): Promise<Outcome> {
    if (options.dryRun) return scriptOutcome(await removeScript(database, options), options);
    const report = await removeHelpers(database, options);
    return outcome(report, removeText(report), options, isThere(report.followers));
  },
};

/** `dataclips helpers`: installs, shows or removes the helpers of a database, and resolves to the exit status. */
export async function helpersCommand(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === "help") {
    process.stdout.write(USAGE);
    return 0;
  }
  if (typeof options !== "object") return misuse(options);
  return withConfiguredDatabases(async (databases) => {
    const database = databases.find(({ name }) => name === options.name);
    if (database === undefined) {
      const names = databases.map(({ name }) => name).join(", ");
      return misuse(`There is no database ${JSON.stringify(options.name)} here. The databases are: ${names}.`);
    }
    const { text, ok } = await ACTIONS[options.action](database, options);
    process.stdout.write(text);
    return ok ? 0 : 1;
  });
}

function outcome(report: object, text: string, { json }: Options, ok: boolean): Outcome {
  return { text: json ? `${JSON.stringify(report, null, 2)}\n` : text, ok };
}

function scriptOutcome(sql: string, { json }: Options): Outcome {
  return { text: json ? `${JSON.stringify({ sql }, null, 2)}\n` : sql, ok: true };
}

function isThere(followers: readonly { arrived: boolean }[]): boolean {
  return followers.every(({ arrived }) => arrived);
}

function readOptions(args: readonly string[]): Options | "help" | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        schema: { type: "string" },
        reader: { type: "string", multiple: true },
        force: { type: "boolean", default: false },
        "dry-run": { type: "boolean", default: false },
        wait: { type: "string", default: String(WAIT_SECONDS) },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.help) return "help";
    const [action, name, ...more] = positionals;
    if (!isAction(action)) return "Say what to do: install, status or remove.";
    if (name === undefined || more.length > 0) return `Say which database: dataclips helpers ${action} <database>.`;
    if (!/^\d{1,4}$/.test(values.wait) || Number(values.wait) > MOST_WAIT_SECONDS) {
      return `--wait is a whole number of seconds, from 0 to ${MOST_WAIT_SECONDS}.`;
    }
    if (values.force && action !== "install") return "--force is for install.";
    if (values["dry-run"] && action === "status") return "--dry-run is for install and remove: status changes nothing.";
    return {
      action,
      name,
      schema: values.schema,
      readers: values.reader,
      force: values.force,
      dryRun: values["dry-run"],
      waitMs: Number(values.wait) * 1000,
      json: values.json,
    };
  } catch (error) {
    return (error as Error).message;
  }
}

function isAction(text: string | undefined): text is keyof typeof ACTIONS {
  return text !== undefined && Object.hasOwn(ACTIONS, text);
}

function misuse(complaint: string): number {
  process.stderr.write(`${complaint}\n\n${USAGE}`);
  return 2;
}
