import { parseArgs } from "node:util";
import type { DatabaseConfig } from "../databases/database-config.ts";
import { addLink } from "../links/add-link.ts";
import { linkStatus } from "../links/link-status.ts";
import { refreshLink } from "../links/refresh-link.ts";
import { removeLink } from "../links/remove-link.ts";
import { MOST_FETCH_SIZE } from "../links/server-options.ts";
import { withConfiguredDatabases } from "./configured-databases.ts";
import { outcomeJson } from "../links/link-json.ts";
import { outcomeText, statusJson, statusText } from "./link-text.ts";

const USAGE = `dataclips link add <database> <link> --to <address> [options]
dataclips link refresh <database> <link> [--to <address>] [options]
dataclips link status [<database> [<link>]] [--json]
dataclips link remove <database> <link> [options]

A link makes the tables of another database queryable from this one, by postgres_fdw: clips read <link>.<table>. It is
made on the database's primary, in its catalogs, and comes to the followers by replication. What reads through it can
only read, and clips cannot see its password.

  --to <address>     the name of a configured database (its first follower), or postgres://role:password@host/database
                     as the database's servers, not Dataclips, can reach it
  --to-env <NAME>    the address is in the environment's NAME: others see the command line, and a password in it
  --schema <name>    the schema there (public)
  --tables <a,b,c>   only these tables; otherwise all that the role there may read, also later ones at a refresh
  --fetch-size <n>   rows that are fetched at once (1000)
  --dry-run          does it all, prints the SQL, and takes it back
  --json             the same for programs
  --help             this text

refresh brings changed tables up to date, and the address and password of a configured database. status tells where
links lead, whether they work from the primary and the followers, and what has changed there since. It changes nothing.

It ends with status 0 when all is well, 1 when something is wrong (with status: with any link), and 2 when the command
itself is wrong.
`;

interface Options {
  to: string | undefined;
  schema: string | undefined;
  tables: string[] | null;
  fetchSize: number | undefined;
  dryRun: boolean;
  json: boolean;
}

type Action = (
  database: DatabaseConfig,
  databases: readonly DatabaseConfig[],
  link: string,
  options: Options,
) => Promise<{ text: string; json: unknown }>;

/** What changes a link, by its word on the command line. */
const ACTIONS: Readonly<Record<string, Action>> = {
  add: async (database, databases, name, { to = "", schema = "public", tables, fetchSize, dryRun }) => {
    const outcome = await addLink(database, databases, { name, to, schema, tables, fetchSize }, { dryRun });
    return { text: outcomeText("added", outcome, dryRun), json: outcomeJson(outcome, dryRun) };
  },
  refresh: async (database, databases, name, { to, fetchSize, dryRun }) => {
    const outcome = await refreshLink(database, databases, name, { to, fetchSize, dryRun });
    return { text: outcomeText("refreshed", outcome, dryRun), json: outcomeJson(outcome, dryRun) };
  },
  remove: async (database, _, name, { dryRun }) => {
    const outcome = await removeLink(database, name, { dryRun });
    return { text: outcomeText("removed", outcome, dryRun), json: outcomeJson(outcome, dryRun) };
  },
};

/** `dataclips link …`: makes, mends, shows and takes away links, and resolves to the exit status. */
export async function linkCommand(args: readonly string[]): Promise<number> {
  const read = readOptions(args);
  if (typeof read === "string") return misuse(read);
  if (read === null) {
    process.stdout.write(USAGE);
    return 0;
  }
  const { word, database: databaseName, link, options } = read;
  return withConfiguredDatabases(async (databases) => {
    const names = databases.map(({ name }) => name);
    if (databaseName !== undefined && !names.includes(databaseName)) {
      return misuse(
        `There is no database ${JSON.stringify(databaseName)} here. The databases are: ${names.join(", ")}.`,
      );
    }
    const print = (text: string, json: unknown): void =>
      void process.stdout.write(options.json ? `${JSON.stringify(json, null, 2)}\n` : text);
    if (word === "status") {
      const chosen = databases.filter(({ name, primary }) =>
        databaseName === undefined ? primary !== null : name === databaseName,
      );
      const reports = [];
      for (const database of chosen) {
        reports.push({ database: database.name, links: await linkStatus(database, databases, link ?? null) });
      }
      print(reports.map(statusText).join("\n"), { databases: reports.map(statusJson) });
      return reports.every(({ links }) => links.every(({ ok }) => ok)) ? 0 : 1;
    }
    const database = databases.find(({ name }) => name === databaseName)!;
    const { text, json } = await ACTIONS[word]!(database, databases, link!, options);
    print(text, json);
    return 0;
  });
}

/** What the arguments say; a complaint; or null for --help. */
function readOptions(
  args: readonly string[],
): { word: string; database: string | undefined; link: string | undefined; options: Options } | string | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        to: { type: "string" },
        "to-env": { type: "string" },
        schema: { type: "string" },
        tables: { type: "string", multiple: true },
        "fetch-size": { type: "string" },
        "dry-run": { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.help) return null;
    const [word = "", database, link, ...more] = positionals;
    if (word !== "status" && !Object.hasOwn(ACTIONS, word)) return "Say what to do: add, refresh, status or remove.";
    if (more.length > 0) return "There are too many arguments.";
    if (word !== "status" && (database === undefined || link === undefined)) {
      return `Say of which database and which link: dataclips link ${word} <database> <link>.`;
    }
    const variable = values["to-env"];
    if (variable !== undefined && values.to !== undefined) return "Give --to or --to-env, not both.";
    const to = variable === undefined ? values.to : process.env[variable];
    if (variable !== undefined && !to) return `The environment has no ${variable}.`;
    if (word === "add" && to === undefined) return "Say where the link leads: --to, or --to-env.";
    const taken = { add: "to schema tables fetch-size", refresh: "to fetch-size" }[word] ?? "";
    const given = { ...values, to } as Record<string, unknown>;
    const foreign = ["to", "schema", "tables", "fetch-size"].find(
      (option) => given[option] !== undefined && !taken.split(" ").includes(option),
    );
    if (foreign !== undefined) return `link ${word} takes no --${foreign}.`;
    const fetchSize = values["fetch-size"];
    if (fetchSize !== undefined && !(/^[1-9]\d{0,6}$/.test(fetchSize) && Number(fetchSize) <= MOST_FETCH_SIZE)) {
      return `--fetch-size must be a number from 1 to ${MOST_FETCH_SIZE}.`;
    }
    const options = {
      to,
      schema: values.schema,
      tables: values.tables?.flatMap((list) => list.split(",")).filter((table) => table !== "") ?? null,
      fetchSize: fetchSize === undefined ? undefined : Number(fetchSize),
      dryRun: values["dry-run"],
      json: values.json,
    };
    return { word, database, link, options };
  } catch (error) {
    return (error as Error).message;
  }
}

function misuse(complaint: string): number {
  process.stderr.write(`${complaint}\n\n${USAGE}`);
  return 2;
}
