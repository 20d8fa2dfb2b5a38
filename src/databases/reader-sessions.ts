import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { AppError } from "../errors.ts";
import { STATUS_SQL } from "./follower-status.ts";
import { createReadSocket } from "../read-socket.ts";

/** What the reader's sessions call themselves in pg_stat_activity. */
export const APPLICATION_NAME = "dataclips";
const CONNECT_TIMEOUT_MS = 5_000;
/** How long somebody waits for a session when all that there may be are taken, here or by others. */
const PATIENCE_MS = 10_000;
const RETRY_MS = 100;
/**
 * How long a session is kept opened ahead. Shorter than the patience: where several servers share the connections of
 * one role, those that one keeps ready and does not use must not keep the others from running anything.
 */
const AHEAD_MAX_AGE_MS = 5_000;
/** How long a connection that we cut off counts as open: PostgreSQL finds out within the role's check interval, 1 s. */
const CUT_OFF_MS = 2_000;

/** A session of the reader role, that nothing has used. */
export interface ReaderSession {
  client: pg.Client;
  /** The server's major version, such as 18. */
  majorVersion: number;
}

/** Fresh sessions on a follower, each used once and closed. */
export interface ReaderSessions {
  /**
   * A session that nothing has used; waits for one while there are as many as there may be. The caller ends it.
   * Rejects as node-postgres does when it cannot connect.
   * @param signal ends the waiting, and rejects with the signal's reason
   * @param options.ahead whether others are opened ahead for those who come next
   * @throws AppError database_busy when none came free in time
   */
  take(signal?: AbortSignal, options?: { ahead: boolean }): Promise<ReaderSession>;
  /** How many there are now, waiting ones and all, and how many there may be. */
  readonly open: number;
  readonly most: number;
  /** Ends the sessions opened ahead. */
  close(): Promise<void>;
}

/**
 * Opens reader sessions for a follower, some of them ahead: opening costs about 7 ms, and no clean-up of a used session
 * was found complete, so a session is never used twice.
 * @param ahead how many to keep opened, waiting
 * @param most how many there may be at once, waiting ones and all
 */
export function openReaderSessions(url: string, { ahead, most }: { ahead: number; most: number }): ReaderSessions {
  const waiting: ReaderSession[] = [];
  /** Those who wait until there may be one more. */
  const queue: (() => void)[] = [];
  let open = 0;
  let opening = false;
  let closed = false;

  /** Counts a session as open until PostgreSQL has closed it, which it does after it has forgotten the session. */
  const connect = async (): Promise<ReaderSession> => {
    open++;
    const client = new pg.Client(readerConnection(url));
    const closing = (): void => {
      open--;
      queue.shift()?.();
    };
    let versionText = "";
    const { connection } = client as unknown as { connection: NodeJS.EventEmitter };
    connection.on("parameterStatus", ({ parameterName, parameterValue }: Record<string, string>) => {
      if (parameterName === "server_version") versionText = parameterValue ?? "";
    });
    // A session that breaks while it waits is found out when it is taken; without a listener it would end the process.
    client.on("error", () => {});
    try {
      await client.connect();
    } catch (error) {
      closing();
      throw error;
    }
    const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
    let closedByServer = false;
    stream.once("end", () => (closedByServer = true));
    client.once("end", () => {
      if (closedByServer) closing();
      else setTimeout(closing, CUT_OFF_MS).unref();
    });
    return { client, majorVersion: Number.parseInt(versionText, 10) };
  };

  /** Opens sessions, one after the other, until there are enough; the next take() says what is wrong if one fails. */
  const openAhead = async (): Promise<void> => {
    if (opening) return;
    opening = true;
    try {
      while (!closed && waiting.length < ahead && open < most) {
        const session = await connect();
        // A new backend reads its catalogue caches with its first query: better now than when somebody waits.
        await session.client.query(STATUS_SQL);
        if (closed) await session.client.end();
        else keep(session);
      }
    } catch {
      // As said above.
    } finally {
      opening = false;
    }
  };

  const keep = (session: ReaderSession): void => {
    waiting.push(session);
    const forget = (): boolean => {
      const index = waiting.indexOf(session);
      if (index >= 0) waiting.splice(index, 1);
      return index >= 0;
    };
    // An error comes some milliseconds before the end.
    session.client.once("error", forget);
    session.client.once("end", forget);
    setTimeout(() => forget() && endSession(session.client), AHEAD_MAX_AGE_MS).unref();
    // Somebody may wait for less than this.
    if (queue.length > 0) queue.shift()?.();
  };

  const takeOrConnect = async (deadlineMs: number, signal: AbortSignal | undefined): Promise<ReaderSession> => {
    for (;;) {
      signal?.throwIfAborted();
      const session = waiting.shift();
      if (session) return session;
      if (open < most) {
        try {
          return await connect();
        } catch (error) {
          // Other servers' sessions come and go: their number is PostgreSQL's to keep, by the role's CONNECTION LIMIT.
          if ((error as { code?: string }).code !== "53300" || performance.now() > deadlineMs) throw error;
          await delay(RETRY_MS);
        }
      } else if (!(await waitForTurn(queue, deadlineMs, signal))) {
        signal?.throwIfAborted();
        throw new AppError(
          "database_busy",
          `All ${most} sessions that Dataclips may have on the follower are in use.`,
          {
            hint: "Try again in a moment. If this is common, raise max_runs of the database.",
            retryAfterSeconds: 5,
          },
        );
      }
    }
  };

  return {
    most,
    get open() {
      return open;
    },
    async take(signal, options = { ahead: true }) {
      try {
        return await takeOrConnect(performance.now() + PATIENCE_MS, signal);
      } finally {
        if (options.ahead) setImmediate(() => void openAhead());
      }
    },
    async close() {
      closed = true;
      await Promise.all(waiting.splice(0).map(({ client }) => client.end()));
    },
  };
}

/** Waits in a queue until it is one's turn: true; or until a time, or a signal: false. */
async function waitForTurn(
  queue: (() => void)[],
  deadlineMs: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const turn = (): void => resolve(true);
  const giveUp = (): void => {
    const index = queue.indexOf(turn);
    if (index >= 0) queue.splice(index, 1);
    resolve(false);
  };
  queue.push(turn);
  const timer = setTimeout(giveUp, deadlineMs - performance.now());
  signal?.addEventListener("abort", giveUp, { once: true });
  const came = await promise;
  clearTimeout(timer);
  signal?.removeEventListener("abort", giveUp);
  return came;
}

/** How to connect as a reader; the same for the session and for the connection that cancels it. */
export function readerConnection(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: APPLICATION_NAME,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    stream: createReadSocket,
  };
}

/** Ends a session without waiting; PostgreSQL rolls back what is open. */
export function endSession(client: pg.Client): void {
  client.end().catch(() => {});
}

/** Cuts a session's connection off, whatever it is doing; PostgreSQL finds out by itself. */
export function destroySession(client: pg.Client): void {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}
