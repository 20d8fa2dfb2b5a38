import { AppError, type ErrorCode } from "./errors.ts";

interface Meaning {
  code: ErrorCode;
  /** Said in place of PostgreSQL's message, where that would mean nothing to the reader of a clip. */
  message?: string;
  /** Said where PostgreSQL gives no hint of its own. */
  hint?: string;
  retryAfterSeconds?: number;
}

/** What a server says that cannot read its own data: a page or an index is damaged, a file is gone. */
const DAMAGED: Meaning = {
  code: "follower_damaged",
  hint: "The query is not at fault: the follower's files are damaged. Run dataclips verify-follower, and restore the follower from its primary.",
};

/** What an SQLSTATE of a clip's query means ("PostgreSQL Error Codes", appendix A); by code, else by its class. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  "08": { code: "follower_lost", retryAfterSeconds: 5 },
  "25006": { code: "not_read_only", hint: "A clip can only read." },
  "25P04": { code: "query_timeout" },
  "40001": {
    code: "recovery_conflict",
    message: "The follower had to cancel the query: it needed rows that replication was removing.",
    hint: "Run it again. A shorter query, or hot_standby_feedback on the follower, makes this rare.",
    retryAfterSeconds: 2,
  },
  "40P01": {
    code: "recovery_conflict",
    message: "The follower had to cancel the query: it stood in the way of replication.",
    hint: "Run it again.",
    retryAfterSeconds: 2,
  },
  // The session is there, so this is postgres_fdw's.
  "08001": { code: "query_failed", hint: "The other server of a link cannot be reached: see the link's status." },
  "42501": { code: "query_failed", hint: "The reader role may not read this. Grant it SELECT, or leave it out." },
  "42703": { code: "query_failed" },
  "42P01": { code: "query_failed", hint: "Check the name and its schema; the reader role needs USAGE on the schema." },
  "42P18": { code: "query_failed", hint: "Say the parameter's type: {{name}}::date, for example." },
  "53200": {
    code: "query_failed",
    hint: "The query needs more memory than the follower has; let it read or sort less.",
  },
  "53300": {
    code: "database_busy",
    message: "The follower has no connection left.",
    hint: "Try again in a moment; if this is common, raise max_connections or the role's CONNECTION LIMIT.",
    retryAfterSeconds: 5,
  },
  "53400": { code: "query_failed", hint: "The query needs more temporary space than it may use; let it sort less." },
  "54011": { code: "query_failed" },
  "57014": { code: "query_timeout" },
  "57P01": {
    code: "follower_lost",
    message: "The follower ended the connection: it is shutting down, or an administrator ended the session.",
    retryAfterSeconds: 5,
  },
  "57P02": { code: "follower_lost", message: "The follower crashed while the query ran.", retryAfterSeconds: 5 },
  "57P03": { code: "follower_lost", message: "The follower is starting up.", retryAfterSeconds: 5 },
  // The system's errors are about files: one that is missing or cannot be read.
  "58": DAMAGED,
  XX001: DAMAGED,
  XX002: DAMAGED,
};

/** The fields of an ErrorResponse that matter here, as node-postgres names them. */
export interface PostgresError {
  code: string;
  message: string;
  hint?: string | undefined;
  position?: string | undefined;
  where?: string | undefined;
  /** The file of the server's source code that reports the error, without its folder. */
  file?: string | undefined;
}

/**
 * Source files that report errors of others with any SQLSTATE: what a function raises (PL/pgSQL, PL/V8, PL/JS), what another
 * server said (postgres_fdw, dblink), and that a file which the query named is missing (file_fdw, pg_read_file).
 */
const REPORTS_OTHERS: ReadonlySet<string | undefined> = new Set(
  "pl_exec.c plv8.cc pljs.c connection.c dblink.c copyfrom.c genfile.c".split(" "),
);

/** True for an error that PostgreSQL sent, and not one of the network or of a program. */
export function isPostgresError(error: unknown): error is Error & PostgresError {
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown };
  return error instanceof Error && typeof code === "string" && code.length === 5 && severity !== undefined;
}

function meaningOf({ code, file }: PostgresError): Meaning {
  const meaning = MEANINGS[code] ?? MEANINGS[code.slice(0, 2)];
  return meaning === undefined || (meaning === DAMAGED && REPORTS_OTHERS.has(file))
    ? { code: "query_failed" }
    : meaning;
}

/**
 * An error of a clip's query, or of its connection to a follower, as its users see it.
 * @param toSourcePosition maps a position in the text that PostgreSQL got to one in the author's SQL
 */
export function fromPostgres(error: unknown, toSourcePosition?: (position: number) => number): AppError {
  if (error instanceof AppError) return error;
  if (!isPostgresError(error)) {
    return new AppError("follower_lost", "The connection to the follower broke.", {
      hint: "Try again in a moment.",
      retryAfterSeconds: 5,
      cause: error,
    });
  }
  const meaning = meaningOf(error);
  // Only an error of the SQL has a place in it: a conflict that hits while PostgreSQL parses comes with one too.
  const placed = meaning.code === "query_failed" || meaning.code === "not_read_only";
  const position = placed && error.position !== undefined ? Number(error.position) : undefined;
  const damaged = meaning.code === "follower_damaged";
  const message = damaged ? `The follower could not read its own data: ${error.message}.` : error.message;
  return new AppError(meaning.code, meaning.message ?? message, {
    // PostgreSQL's own hint there is to REINDEX, which is for its administrator.
    // Nor does its hint fit where its message was replaced.
    hint: damaged || meaning.message !== undefined ? (meaning.hint ?? error.hint) : (error.hint ?? meaning.hint),
    position: position === undefined ? undefined : (toSourcePosition?.(position) ?? position),
    sqlstate: error.code,
    retryAfterSeconds: meaning.retryAfterSeconds,
    cause: error,
  });
}
