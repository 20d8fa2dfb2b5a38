import { doctorCommand } from "./cli/doctor.ts";
import { linkCommand } from "./cli/link.ts";
import { embeddedPljsCommand } from "./cli/embedded-pljs.ts";
import { helpersCommand } from "./cli/helpers.ts";
import { migrateCommand } from "./cli/migrate.ts";
import { signInLinkCommand } from "./cli/sign-in-link.ts";
import { verifyFollowerCommand } from "./cli/verify-follower.ts";
import { ConfigError, readConfig } from "./config.ts";
import { AppError, rootCause } from "./errors.ts";
import { createLog } from "./log.ts";
import { startServer } from "./node.ts";

const USAGE = `dataclips: turns a read-only SQL question into a URL

  dataclips serve              starts the server (npm start); the settings are in the README
  dataclips migrate            brings Dataclips' own database to this release's tables, as serve does
  dataclips doctor             looks at the databases, their followers, and what their reader roles could do
  dataclips link               makes tables of another database queryable, by postgres_fdw
  dataclips verify-follower    compares a follower with its primary
  dataclips helpers            installs, shows or removes the helper functions of a database
  dataclips sign-in-link       prints a link that signs in, once, who has lost their password
  dataclips embedded-pljs      puts JavaScript (PL/JS) beside the embedded PostgreSQL

dataclips <command> --help says more.`;

/** Commands by name; each takes the arguments behind it, and resolves to the exit status if it is over. */
const COMMANDS: Readonly<Record<string, (args: readonly string[]) => Promise<number | void>>> = {
  serve,
  migrate: migrateCommand,
  doctor: doctorCommand,
  link: linkCommand,
  "verify-follower": verifyFollowerCommand,
  helpers: helpersCommand,
  "sign-in-link": signInLinkCommand,
  "embedded-pljs": embeddedPljsCommand,
};

const command = COMMANDS[process.argv[2] ?? ""];
if (command === undefined) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  try {
    process.exitCode = (await command(process.argv.slice(3))) ?? undefined;
  } catch (error) {
    console.error(explain(error));
    process.exitCode = 1;
  }
}

/** Starts the server and stops it when the terminal or the system says so. */
async function serve(args: readonly string[]): Promise<number | void> {
  if (args.length > 0) {
    console.error(USAGE);
    return args.includes("--help") ? 0 : 2;
  }
  const config = readConfig(process.env);
  const log = createLog((line) => console.error(line), config.logFormat);
  const started = startServer(config, { print: (line) => console.log(line), log });
  const stop = (): void => {
    console.log("Stopping …");
    started
      .then(({ stop: end }) => end())
      .then(
        () => process.exit(0),
        () => process.exit(1),
      );
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  const { url, setUpUrl, token } = await started;
  const lines = [
    ...(setUpUrl === null ? [] : [`  Make your account (once, within a day):  ${setUpUrl}`]),
    ...(process.env["DATACLIPS_TOKEN"] ? [] : [`  Token for the API:                       ${token}`]),
  ];
  console.log(`\n${[`Dataclips is ready on ${url}`, lines.join("\n")].filter((part) => part !== "").join("\n\n")}\n`);
}

function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof AppError) return error.hint === undefined ? error.message : `${error.message}\n${error.hint}`;
  return `Dataclips could not start: ${describe(error)}`;
}

function describe(error: unknown): string {
  const inner = rootCause(error);
  if (!(inner instanceof Error)) return String(inner);
  const stack = inner.stack?.split("\n").filter((line) => line.startsWith("    at ")) ?? [];
  return [`${inner.name}: ${inner.message}`, ...stack.slice(0, 8)].join("\n");
}
