import type pg from "pg";
import { type Database, type Follower, takeSession } from "../databases/databases.ts";
import { type FollowerStatus, readStatus, STATUS_SQL } from "../databases/follower-status.ts";
import { endSession } from "../databases/reader-sessions.ts";
import { AppError } from "../errors.ts";
import { frameBytes } from "../results/frames.ts";
import { fromPostgres, isPostgresError } from "../sqlstates.ts";
import { sendCancelRequest } from "./cancel-request.ts";
import { type Field, type RowStream, streamRows } from "../row-stream.ts";
import type { Template } from "./template.ts";

/** How long after its statement_timeout a run is ended by our own clock. */
const CLOCK_GRACE_MS = 1_000;
/** How long a cancelled session may take to say so before its socket is destroyed. */
const CANCEL_GRACE_MS = 3_000;

/** Where an execution takes place. */
export interface Place {
  follower: Follower;
  status: FollowerStatus;
  startedAt: Date;
}

export interface ExecuteOptions {
  database: Database;
  template: Template;
  /** In the order of the template's parameters. */
  values: readonly (string | null)[];
  /** Ends the execution, on the server too; its reason is what execute() rejects with. */
  signal: AbortSignal;
  /** Called once, before anything else; gives the caller a hold on the flow of rows: back-pressure. */
  onStart: (place: Place, stream: Pick<RowStream, "pause" | "resume">) => void;
  /** Called once, before any row. */
  onFields: (fields: Field[]) => void;
  onRows: (frames: Buffer, rows: number) => void;
  /** Called once, with what settles (never rejects) when the session on the server has ended. */
  onClosing: (closed: Promise<void>) => void;
}

/** How an execution ended, when it did not fail. */
export interface Executed {
  durationMs: number;
  /** True when a cap ended it before the last row. */
  truncated: boolean;
}

/**
 * Executes a query once, on one follower: fresh session, read-only transaction, row frames, caps, clock; rolled back
 * and closed in every case. This is the only place that sends a user's SQL to a follower to be run.
 * @throws AppError as {@link fromPostgres} says, or the signal's reason
 */
export async function execute(options: ExecuteOptions): Promise<Executed> {
  const { database, template, signal } = options;
  const { follower, client } = await takeSession(database.name, database.followers);
  let stream: RowStream | undefined;
  try {
    signal.throwIfAborted();
    const status = await begin(client, database.timeoutMs);
    const place = { follower, status, startedAt: new Date() };
    const started = performance.now();
    const ended = Promise.withResolvers<Omit<Executed, "durationMs">>();
    const caps = createCaps(database, options.onRows, () => ended.resolve({ truncated: true }));
    stream = streamRows(client, {
      text: template.text,
      values: options.values,
      maxRowBytes: database.maxRowBytes,
      onFields: options.onFields,
      onRows: caps,
      onHugeRow: (bytes) => ended.reject(hugeRow(bytes, database.maxRowBytes)),
    });
    options.onStart(place, stream);
    stream.done.then(() => ended.resolve({ truncated: false }), ended.reject);
    const abort = (): void => ended.reject(signal.reason);
    const clock = setTimeout(() => ended.reject(timedOut(database.timeoutMs)), database.timeoutMs + CLOCK_GRACE_MS);
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
    try {
      const end = await ended.promise;
      return { ...end, durationMs: Math.round(performance.now() - started) };
    } finally {
      clearTimeout(clock);
      signal.removeEventListener("abort", abort);
    }
  } catch (error) {
    throw explain(error, options);
  } finally {
    options.onClosing(close(client, follower.url, stream));
  }
}

/** Begins the transaction; no user's text is in this message. Tells where the follower stands at its snapshot. */
async function begin(client: pg.Client, timeoutMs: number): Promise<FollowerStatus> {
  const results = (await client.query(
    `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = ${Math.trunc(timeoutMs)}; ${STATUS_SQL}`,
  )) as unknown as pg.QueryResult[];
  return readStatus(results.at(-1)!);
}

/** Passes rows on until a cap is reached; `onCapped` is called once, at the first row that is too many. */
function createCaps(
  { maxRows, maxBytes }: Pick<Database, "maxRows" | "maxBytes">,
  onRows: (frames: Buffer, rows: number) => void,
  onCapped: () => void,
): (frames: Buffer, rows: number) => void {
  let rowsLeft = maxRows;
  let bytesLeft = maxBytes;
  let capped = false;
  return (frames, rows) => {
    if (capped) return;
    if (rows <= rowsLeft && frames.length <= bytesLeft) {
      rowsLeft -= rows;
      bytesLeft -= frames.length;
      onRows(frames, rows);
      return;
    }
    let fitting = 0;
    let end = 0;
    while (fitting < rowsLeft && end + frameBytes(frames, end) <= bytesLeft) {
      end += frameBytes(frames, end);
      fitting++;
    }
    capped = true;
    if (fitting > 0) onRows(frames.subarray(0, end), fitting);
    onCapped();
  };
}

/**
 * Ends a session: what still runs is cancelled on the server, then all is rolled back and closed. A session that does
 * not answer is cut off, and PostgreSQL rolls back by itself. The reader of the rows does not wait for this.
 */
async function close(client: pg.Client, url: string, stream: RowStream | undefined): Promise<void> {
  const socket = (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream;
  const cut = setTimeout(() => socket.destroy(), CANCEL_GRACE_MS);
  try {
    if (stream && !stream.isFinished()) {
      stream.drop();
      stream.resume();
      await sendCancelRequest(client, url);
      await stream.done.catch(() => {});
    }
    await client.query("ROLLBACK");
    endSession(client);
  } catch {
    socket.destroy();
  } finally {
    clearTimeout(cut);
  }
}

function explain(error: unknown, { database, template, signal }: ExecuteOptions): AppError {
  if (signal.aborted && signal.reason instanceof AppError) return signal.reason;
  if (isPostgresError(error)) {
    if (error.code === "57014" || error.code === "25P04") return timedOut(database.timeoutMs, error);
    const [, parameter] = error.code.startsWith("22") ? (/parameter \$(\d+)/.exec(error.where ?? "") ?? []) : [];
    const name = parameter === undefined ? undefined : template.parameters[Number(parameter) - 1]?.name;
    if (name !== undefined) {
      return new AppError("invalid_parameter", `The parameter ${JSON.stringify(name)} is wrong: ${error.message}`, {
        hint: error.hint,
        sqlstate: error.code,
        cause: error,
      });
    }
  }
  return fromPostgres(error, template.toSourcePosition);
}

function timedOut(timeoutMs: number, cause?: unknown): AppError {
  return new AppError("query_timeout", `The query ran longer than ${timeoutMs / 1000} seconds and was stopped.`, {
    hint: "Let it read less (a WHERE with an index, a shorter period), or raise timeout_ms of the database.",
    sqlstate: "57014",
    cause,
  });
}

function hugeRow(bytes: number, maxRowBytes: number): AppError {
  const megabytes = (count: number): string => `${(count / 1024 / 1024).toFixed(1)} MiB`;
  return new AppError(
    "query_failed",
    `A row of the result has ${megabytes(bytes)}; a single row may have at most ${megabytes(maxRowBytes)}.`,
    { hint: "Leave out the large column, or take a part of it, such as left(column, 1000)." },
  );
}
