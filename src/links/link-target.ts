import type { DatabaseConfig } from "../databases/database-config.ts";
import { AppError } from "../errors.ts";
import { ON_WORKERS } from "../on-workers.ts";

/** Where a link leads. */
export interface LinkTarget {
  /** The name of the configured database; null when a URL was given. */
  database: string | null;
  host: string;
  port: string;
  dbname: string;
  user: string;
  password: string | null;
  /** What else libpq has to know of the connection, such as sslmode. */
  connection: Readonly<Record<string, string>>;
}

/** Parameters of a URL that go to the foreign server; libpq knows them by these names. */
const PASSED_ON: readonly string[] =
  "sslmode sslrootcert sslcrl sslsni ssl_min_protocol_version channel_binding gssencmode target_session_attrs hostaddr".split(
    " ",
  );
/** Parameters that a link sets by itself, or that mean nothing to it. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  "application_name",
  "fallback_application_name",
  "connect_timeout",
  "uselibpqcompat",
]);

/**
 * Where `to` leads: the name of a configured database means its first follower, whose role is a reader there too.
 * @param to that name, or a postgres:// URL as the primary and the followers of the linked database would use it
 * @throws AppError invalid_request, not_on_workers; no part of the URL is in its words
 */
export function linkTarget(to: string, databases: readonly DatabaseConfig[]): LinkTarget {
  if (/^postgres(ql)?:/i.test(to)) return readUrl(to, null);
  const database = databases.find(({ name }) => name === to);
  if (database !== undefined && ON_WORKERS) {
    throw new AppError("not_on_workers", `Workers know ${database.name} by an address that is Hyperdrive's own.`, {
      hint: "Give a postgres:// URL as the database servers would use it, or run dataclips link where Node is.",
    });
  }
  if (database !== undefined) return readUrl(database.followers[0]!.url, database.name);
  // What looks like anything else may be a mistyped URL, with a password in it.
  const shown = /^[\w-]{1,63}$/.test(to) ? `There is no database ${JSON.stringify(to)} here` : "This is no address";
  throw new AppError("invalid_request", `${shown}: a link leads to a postgres:// URL, or to a configured database.`, {
    hint: `The databases are: ${databases.map(({ name }) => name).join(", ")}.`,
  });
}

const NO_HOST = "no-host.invalid";

function readUrl(text: string, database: string | null): LinkTarget {
  const wrong = (what: string): AppError =>
    new AppError("invalid_request", `The URL ${what}.`, {
      hint: "It reads postgres://role:password@host:5432/database. In the password, / ? # @ and % are written %2F %3F %23 %40 and %25.",
    });
  // libpq and node-postgres take an empty host behind the role; URL does not.
  const readable = text.replace("@/", `@${NO_HOST}/`);
  if (!URL.canParse(readable)) throw wrong("cannot be read");
  const url = new URL(readable);
  // A password with a # or ? in it would end here, and its first half would be taken for a port.
  if (url.hash !== "") throw wrong("has a # in it");
  const decode = (part: string): string => {
    try {
      return decodeURIComponent(part);
    } catch {
      throw wrong("has a % that begins no character");
    }
  };
  const connection: Record<string, string> = {};
  let host = url.hostname === NO_HOST ? "" : decode(url.hostname).replace(/^\[(.*)\]$/, "$1");
  let port = url.port || "5432";
  for (const [name, value] of url.searchParams) {
    if (name === "host" && host === "") host = value;
    else if (name === "port" && url.port === "" && /^\d{1,5}$/.test(value)) port = value;
    // node-postgres' own words for a connection with TLS.
    else if (name === "sslmode" && value === "no-verify") connection["sslmode"] = "require";
    else if (name === "ssl" && (value === "true" || value === "1")) connection["sslmode"] ??= "require";
    else if (PASSED_ON.includes(name)) connection[name] = value;
    else if (!LEFT_OUT.has(name)) throw wrong(`has more behind its ? than a link knows: ${PASSED_ON.join(", ")}`);
  }
  const user = decode(url.username);
  const dbname = decode(url.pathname.slice(1)) || user;
  if (host === "") throw wrong("names no host");
  if (user === "") throw wrong("names no role");
  for (const part of [host, dbname, user, decode(url.password), ...Object.values(connection)]) {
    if (part.includes("\0")) throw wrong("has a NUL character in it");
  }
  return { database, host, port, dbname, user, password: decode(url.password) || null, connection };
}
