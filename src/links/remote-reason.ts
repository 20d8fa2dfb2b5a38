import { AppError } from "../errors.ts";
import { isPostgresError } from "../sqlstates.ts";

/** What libpq and the remote server say in English ("fe-connect.c", "auth.c"), and what it means. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/password authentication failed/, "it refused the password"],
  [
    /password or GSSAPI delegated credentials required|password is required/,
    "it asks for no password, so the URL must have none",
  ],
  [/no password supplied|no password was provided/, "it asks for a password, and the link has none"],
  [/no pg_hba\.conf entry/, "its pg_hba.conf lets this role in from nowhere near"],
  [/role "[^"]*" does not exist|Peer authentication failed/, "it refused the role"],
  [/role "[^"]*" is not permitted to log in/, "it refused the role"],
  [/database "[^"]*" does not exist/, "it has no such database"],
  [/permission denied for database/, "the role may not connect to that database"],
  [/too many connections|remaining connection slots/, "it has no connection left"],
  [/could not translate host name/, "its host name is not known"],
  [/Connection refused|No such file or directory/, "nothing listens there"],
  [/timeout expired|timed out/i, "it does not answer"],
  [/No route to host|Network is unreachable/, "no way leads there"],
  [/Permission denied/, "the database server's user may not use that socket"],
  [/server does not support SSL/, "it does not speak TLS"],
  [/certificate|SSL error/, "its TLS certificate is not accepted"],
  [
    /unsupported startup parameter/,
    "a pooler stands there that takes no settings of a session: link to the server behind it",
  ],
  [/is starting up|is shutting down/, "it is starting up or shutting down"],
];

/** SQLSTATEs of a failed connection: class 08, and one for a password that must be there. */
const CONNECTION_STATES = /^(08|HV00N|2F003)/;
/** query_canceled: PostgreSQL 16 and later connect for as long as a statement may run, whatever connect_timeout says. */
const TIMED_OUT = "57014";

/**
 * Why the other server of a link did not answer, in words without any address or secret; null when an error is of
 * another kind.
 */
export function remoteReason(error: unknown): string | null {
  if (!isPostgresError(error)) return null;
  if (error.code === TIMED_OUT) return "it does not answer in time";
  if (!CONNECTION_STATES.test(error.code)) return null;
  const { detail = "" } = error as { detail?: string };
  const said = `${error.message}\n${detail}`;
  return REASONS.find(([pattern]) => pattern.test(said))?.[1] ?? "the connection failed";
}

/** An error of the statements that make, mend or take away a link, as its administrator sees it. */
export function linkError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const reason = remoteReason(error);
  if (reason !== null) {
    return new AppError("invalid_request", `The database server cannot read from the other one: ${reason}.`, {
      hint: "It is the primary, and later each follower, that connects there, not Dataclips: the address must be theirs.",
    });
  }
  if (!isPostgresError(error)) {
    return new AppError("primary_lost", "The connection to the primary broke.", {
      hint: "Nothing was changed, unless it broke at the very end. Look at the link's status.",
      cause: error,
    });
  }
  const { code, message } = error;
  const { detail } = error as { detail?: string };
  if (code === "2BP01") {
    return new AppError("conflict", "Nothing was changed, for other objects depend on the link.", {
      hint: `Drop or change them first: ${(detail ?? message).replaceAll("\n", "; ")}.`,
      sqlstate: code,
    });
  }
  if (code === "55P03") {
    return new AppError("conflict", "Nothing was changed: somebody else is at work here.", {
      hint: "Another link is being changed in this very moment, or a long transaction uses this one. Try again.",
      sqlstate: code,
    });
  }
  return new AppError(code === "42501" ? "forbidden" : "query_failed", `Nothing was changed: ${message}.`, {
    hint: error.hint ?? detail,
    sqlstate: code,
    cause: error,
  });
}
