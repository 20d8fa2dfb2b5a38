import type { Database } from "../databases/databases.ts";
import type { FollowerStatus } from "../databases/follower-status.ts";
import type { Follower } from "../databases/follower.ts";
import { openReading, type Reading } from "../databases/open-reading.ts";
import { AppError } from "../errors.ts";
import { frameBytes } from "../results/frames.ts";
import { destroySession } from "../databases/reader-sessions.ts";
import { isPostgresError } from "../sqlstates.ts";
import { sendCancelRequest } from "../databases/cancel-request.ts";
import { signalBackend } from "./signal-backend.ts";
import { explainError } from "./explain-error.ts";
import { type Field, type RowStream, streamRows } from "../row-stream.ts";
import { checkNames } from "./check-names.ts";
import type { CheckedSql } from "./check-sql.ts";

/** How long after its statement_timeout a run is ended by our own clock. */
const CLOCK_GRACE_MS = 1_000;
/** How long a cancelled session may take to say so before its socket is destroyed. */
const CANCEL_GRACE_MS = 3_000;

/** Where an execution takes place. */
export interface Place {
  follower: Follower;
  status: FollowerStatus;
}

export interface ExecuteOptions {
  database: Database;
  template: CheckedSql;
  /** In the order of the template's parameters. */
  values: readonly (string | null)[];
  /** Where not to execute it, if there is another follower. */
  avoid?: Follower | undefined;
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
 * @throws AppError as {@link explainError} says, or the signal's reason
 */
export async function execute(options: ExecuteOptions): Promise<Executed> {
  const { database, template, signal } = options;
  const ended = Promise.withResolvers<Omit<Executed, "durationMs">>();
  ended.promise.catch(() => {});
  const abort = (): void => ended.reject(signal.reason);
  const clock = setTimeout(() => ended.reject(timedOut(database.timeoutMs)), database.timeoutMs + CLOCK_GRACE_MS);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  const unopened = new AbortController();
  const opening = openReading(database, {
    timeoutMs: database.timeoutMs,
    avoid: options.avoid,
    signal: unopened.signal,
  });
  let reading: Reading | undefined;
  let stream: RowStream | undefined;
  let started = performance.now();
  try {
    reading = await Promise.race([opening, never(ended.promise)]);
    const { follower, client, status } = reading;
    await Promise.race([checkNames(client, database, template), never(ended.promise)]);
    started = performance.now();
    stream = streamRows(client, {
      text: template.text,
      values: options.values,
      maxRowBytes: database.maxRowBytes,
      portions: follower.pooled,
      onFields: options.onFields,
      onRows: createCaps(database, options.onRows, () => ended.resolve({ truncated: true })),
      onHugeRow: (bytes) => ended.reject(hugeRow(bytes, database.maxRowBytes)),
    });
    options.onStart({ follower, status }, stream);
    stream.done.then(() => ended.resolve({ truncated: false }), ended.reject);
    const end = await ended.promise;
    return { ...end, durationMs: Math.round(performance.now() - started) };
  } catch (error) {
    const explained = explain(error, options, performance.now() - started);
    if (reading && explained.code === "follower_damaged") {
      reading.follower.state.reportDamage(damageOf(error), reading.status.startedAt);
    }
    throw explained;
  } finally {
    clearTimeout(clock);
    signal.removeEventListener("abort", abort);
    if (reading) options.onClosing(close(reading, stream));
    else {
      unopened.abort();
      const closed = opening.then(
        ({ end }) => end(),
        () => {},
      );
      options.onClosing(closed);
    }
  }
}

/** A promise as one that can only reject: what ends an execution before there are rows is always a failure. */
function never(ended: Promise<unknown>): Promise<never> {
  return ended as Promise<never>;
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
 * Ends a reading: what still runs is cancelled on the server, then all is rolled back and closed. A session that does
 * not answer is ended by another one, and cut off. The reader of the rows does not wait for this.
 */
async function close({ client, follower, status, end }: Reading, stream: RowStream | undefined): Promise<void> {
  const cut = setTimeout(() => {
    void signalBackend("terminate", follower, status.pid).finally(() => destroySession(client));
  }, CANCEL_GRACE_MS);
  try {
    if (stream && !stream.isFinished()) {
      stream.drop();
      stream.resume();
      await (follower.pooled ? signalBackend("cancel", follower, status.pid) : sendCancelRequest(client, follower.url));
      await stream.done.catch(() => {});
    }
    await client.query("ROLLBACK");
  } catch {
    destroySession(client);
  } finally {
    clearTimeout(cut);
    end();
  }
}

/** What is said of a follower that could not read its own data. */
function damageOf(error: unknown): string {
  return `it could not read its own data (${(error as Error).message}): clips run elsewhere where they can`;
}

function explain(error: unknown, { database, template, signal }: ExecuteOptions, elapsedMs: number): AppError {
  if (signal.aborted && signal.reason instanceof AppError) return signal.reason;
  if (!isPostgresError(error) || !(error.code === "57014" || error.code === "25P04")) {
    return explainError(error, template);
  }
  // The same SQLSTATE for both; the messages are in the server's language. A role's own timeout may be the shorter one.
  return elapsedMs >= database.timeoutMs * 0.9
    ? timedOut(database.timeoutMs, error)
    : new AppError("query_timeout", `The follower stopped the query after ${(elapsedMs / 1000).toFixed(1)} seconds.`, {
        hint: "Its administrator cancelled it, or the reader role has a statement_timeout of its own.",
        sqlstate: error.code,
        cause: error,
      });
}

function timedOut(timeoutMs: number, cause?: unknown): AppError {
  return new AppError("query_timeout", `The query ran longer than ${timeoutMs / 1000} seconds and was stopped.`, {
    hint: "Let it read less (a WHERE with an index, a shorter period), or raise timeout_ms of the database.",
    sqlstate: "57014",
    cause,
  });
}

function hugeRow(bytes: number, maxRowBytes: number): AppError {
  const size = (count: number): string =>
    count < 1024 * 1024 ? `${count.toLocaleString("en")} bytes` : `${(count / 1024 / 1024).toFixed(1)} MiB`;
  return new AppError(
    "query_failed",
    `A row of the result has ${size(bytes)}; a single row may have at most ${size(maxRowBytes)}.`,
    { hint: "Leave out the large column, or take a part of it, such as left(column, 1000)." },
  );
}
