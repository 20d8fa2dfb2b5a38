import { parseArgs } from "node:util";
import { type Config, readConfig } from "../config.ts";
import { AppError } from "../errors.ts";
import type { OwnDatabase } from "../own-database.ts";
import { fullName, recordEvent } from "../people/audit.ts";
import { findActivePersonByEmail, findOldestAdministrator } from "../people/people.ts";
import { createSignInLink } from "../people/sign-in.ts";
import { withOwnDatabase } from "./with-own-database.ts";

const USAGE = `dataclips sign-in-link [email]

Prints a link that signs a person in, once, within a day: for who has lost their password, and can choose a new one
then. Without an email address it is for the administrator who has been here for longest; while there is none, the
link makes the first one. It asks for no second factor.

It uses the settings that dataclips serve is started with: DATABASE_URL, or the embedded PostgreSQL of DATACLIPS_DATA,
and DATACLIPS_URL for the beginning of the link.
`;

/** `dataclips sign-in-link`: prints a one-time link, and resolves to the exit status. */
export async function signInLinkCommand(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === "help") {
    process.stdout.write(USAGE);
    return 0;
  }
  if (typeof options === "string") {
    process.stderr.write(`${options}\n\n${USAGE}`);
    return 2;
  }
  const config = readConfig(process.env);
  const { path, whom } = await withOwnDatabase(config, (db) => makeLink(db, options.email));
  process.stderr.write(`This link ${whom}, once, within a day:\n`);
  process.stdout.write(`${baseUrl(config)}${path}\n`);
  if (config.publicUrl === null) {
    process.stderr.write("If the server is reached under another address, its path is the same there.\n");
  }
  return 0;
}

async function makeLink(db: OwnDatabase, email: string | undefined): Promise<{ path: string; whom: string }> {
  const person = email === undefined ? await findOldestAdministrator(db) : await findActivePersonByEmail(db, email);
  if (person === null && email !== undefined) {
    throw new AppError("not_found", `There is nobody who may sign in with the email address ${email}.`, {
      hint: "An administrator can invite them, or let them sign in again.",
    });
  }
  if (person === null) {
    const link = await createSignInLink(db, null);
    return { path: `/set-up?link=${link}`, whom: "makes the first administrator" };
  }
  const link = await createSignInLink(db, person.id);
  await recordEvent(db, {
    action: "person.sign_in_link",
    actor: "token",
    actorName: "dataclips sign-in-link",
    address: null,
    details: { person: person.id, email: person.email },
  });
  return { path: `/sign-in?link=${link}`, whom: `signs in ${fullName(person)}` };
}

/** Where the server is reached, as far as the settings say it. */
function baseUrl({ publicUrl, host, port }: Config): string {
  return publicUrl ?? `http://${host.includes(":") ? `[${host}]` : host}:${port.number}`;
}

function readOptions(args: readonly string[]): { email: string | undefined } | "help" | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { help: { type: "boolean", short: "h", default: false } },
    });
    if (values.help) return "help";
    const [email, ...more] = positionals;
    return more.length > 0 ? "Say one email address." : { email };
  } catch (error) {
    return (error as Error).message;
  }
}
