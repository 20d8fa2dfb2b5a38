import { getPljs } from "../embedded/get-pljs.ts";

const USAGE = `npm run embedded:pljs

Puts PL/JS, JavaScript in PostgreSQL, beside the embedded PostgreSQL: Debian's package of it, fetched with apt from the
mirror that this machine is set up with, and unpacked into .embedded/. Nothing is installed on the machine. Start
Dataclips anew afterwards.
`;

/** `npm run embedded:pljs`: resolves to the exit status. */
export async function embeddedPljsCommand(args: readonly string[]): Promise<number> {
  if (args.length > 0) {
    (args.includes("--help") ? process.stdout : process.stderr).write(USAGE);
    return args.includes("--help") ? 0 : 2;
  }
  const version = await getPljs((line) => void process.stdout.write(`${line}\n`));
  process.stdout.write(`PL/JS ${version} is there for the embedded PostgreSQL, from its next start on.\n`);
  return 0;
}
