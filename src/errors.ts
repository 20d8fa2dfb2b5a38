/** What can go wrong, as the API's clients and the pages see it: one code, one HTTP status. */
const STATUS = {
  invalid_request: 400,
  not_read_only: 400,
  invalid_parameter: 400,
  unauthorized: 401,
  password_required: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  no_primary: 409,
  precondition_failed: 412,
  request_too_large: 413,
  range_not_satisfiable: 416,
  query_failed: 422,
  too_many_requests: 429,
  run_cancelled: 409,
  internal_error: 500,
  not_on_workers: 501,
  provider_failed: 502,
  database_busy: 503,
  no_follower: 503,
  primary_lost: 503,
  follower_lost: 503,
  follower_damaged: 503,
  recovery_conflict: 503,
  store_failed: 503,
  query_timeout: 504,
} as const;

export type ErrorCode = keyof typeof STATUS;
export type ErrorStatus = (typeof STATUS)[ErrorCode];

/** Details of an error that a client may show: see {@link AppError}. */
export interface ErrorDetails {
  /** What the user can do about it. */
  hint?: string | undefined;
  /** 1-based position of the fault in the clip's SQL as its author wrote it, in characters (code points), as PostgreSQL counts. */
  position?: number | undefined;
  /** PostgreSQL's five-character SQLSTATE. */
  sqlstate?: string | undefined;
  /** Seconds after which the same request may succeed; sent as Retry-After. */
  retryAfterSeconds?: number | undefined;
  /** The error underneath, for the log; never shown. */
  cause?: unknown;
}

/** An error whose message is written for the person who made the request. Everything else is an internal error. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly position: number | undefined;
  readonly sqlstate: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
    this.position = details.position;
    this.sqlstate = details.sqlstate;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }

  /** The HTTP status of this error's code. */
  get status(): ErrorStatus {
    return STATUS[this.code];
  }
}

/** The one shape in which the API, the streams and the pages say an error. */
export interface ErrorBody {
  error: { code: ErrorCode; message: string; hint?: string; position?: number; sqlstate?: string };
}

/** An error as its JSON body; what is not known is left out. */
export function errorBody({ code, message, hint, position, sqlstate }: AppError): ErrorBody {
  return {
    error: {
      code,
      message,
      ...(hint === undefined ? {} : { hint }),
      ...(position === undefined ? {} : { position }),
      ...(sqlstate === undefined ? {} : { sqlstate }),
    },
  };
}

/** The innermost error of a chain: Drizzle's own, around it, has SQL and values in its message. */
export function rootCause(error: unknown): unknown {
  let inner = error;
  while (inner instanceof Error && inner.cause !== undefined) inner = inner.cause;
  return inner;
}

/** What Node says of a connection that cannot be made, or has broken. */
const NETWORK_CODES: ReadonlySet<unknown> = new Set(
  "ECONNREFUSED ECONNRESET ECONNABORTED EPIPE ETIMEDOUT EHOSTUNREACH EHOSTDOWN ENETUNREACH ENETDOWN ENOTFOUND EAI_AGAIN".split(
    " ",
  ),
);
/** What node-postgres and its pool say of one, in errors without a code. */
const BROKEN_CONNECTION =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|timeout expired|Client was closed|The server does not support)/;

/** Whether an error is that of a connection to a server, and not of what was asked of it. */
export function isConnectionError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as { code?: unknown; syscall?: unknown };
  // A Unix socket that is not there, and not a file.
  return (
    NETWORK_CODES.has(code) || (code === "ENOENT" && syscall === "connect") || BROKEN_CONNECTION.test(error.message)
  );
}

/**
 * SQLSTATEs with which a database says that it cannot do anything now, whatever it is asked ("PostgreSQL Error Codes",
 * appendix A): connections, resources such as disk and memory, shutdown and start, the system's errors, and that it has
 * become a follower.
 */
const UNAVAILABLE = /^(08...|53...|57P0[1-5]|58...|25006)$/;

/** Whether an error of Dataclips' own database is about the database, and not about what it was asked. */
export function isUnavailable(error: unknown): error is Error {
  const inner = rootCause(error);
  return isConnectionError(inner) || UNAVAILABLE.test(String((inner as { code?: unknown } | null)?.code));
}

/**
 * Any thrown value as an AppError: what is not one says nothing of itself (Drizzle's messages hold SQL and values). What
 * fails on other servers is an AppError where it arises, so what is left of connections is about the own database.
 */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isUnavailable(error)) {
    return new AppError("store_failed", "Dataclips' own database cannot be used at the moment.", {
      hint: "Try again in a moment. If it stays so, look whether it runs, and has room on its disk.",
      retryAfterSeconds: 2,
      cause: error,
    });
  }
  return new AppError("internal_error", "Something went wrong inside Dataclips.", {
    hint: "Try again. If it happens again, the server's log says more.",
    cause: error,
  });
}

/** What was found out, or why it could not be, to be said in its place: the rest of a page then stands. */
export async function orError<Value>(finding: Promise<Value>): Promise<Value | AppError> {
  try {
    return await finding;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}
