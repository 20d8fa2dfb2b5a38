import pg from "pg";
import { STATUS_SQL } from "./follower-status.ts";
import { createReadSocket } from "../read-socket.ts";

/** How long a session may wait, opened ahead, before it is replaced: proxies and firewalls drop idle connections. */
const AHEAD_MAX_AGE_MS = 60_000;
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Settings of every reader session, pinned so that a result's bytes depend on nothing else, and so that the session
 * stays read-only between transactions too. Only settings that every supported server knows: what newer ones have is
 * set per run, and by the role (sql/roles.sql).
 */
const SETTINGS = {
  default_transaction_read_only: "on",
  standard_conforming_strings: "on",
  client_encoding: "UTF8",
  DateStyle: "ISO",
  IntervalStyle: "postgres",
  TimeZone: "UTC",
  extra_float_digits: "1",
  bytea_output: "hex",
};

const OPTIONS = Object.entries(SETTINGS)
  .map(([name, value]) => `-c ${name}=${value}`)
  .join(" ");

/** Fresh sessions on a follower, each used once and closed. */
export interface ReaderSessions {
  /** A session that nothing has used. The caller ends it. Rejects as node-postgres does when it cannot connect. */
  take(): Promise<pg.Client>;
  /** Ends the sessions opened ahead. */
  close(): Promise<void>;
}

/**
 * Opens reader sessions for a follower, some of them ahead: opening costs about 7 ms, and no clean-up of a used session
 * was found complete, so a session is never used twice.
 * @param ahead how many to keep opened, waiting
 */
export function openReaderSessions(url: string, ahead: number): ReaderSessions {
  const waiting: { client: pg.Client; openedAt: number }[] = [];
  let opening = false;
  let closed = false;

  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client(readerConnection(url));
    // A session that breaks while it waits is found out when it is taken; without a listener it would end the process.
    client.on("error", () => {});
    await client.connect();
    return client;
  };

  /** Opens sessions, one after the other, until there are enough; the next take() says what is wrong if one fails. */
  const openAhead = async (): Promise<void> => {
    if (opening) return;
    opening = true;
    try {
      while (!closed && waiting.length < ahead) {
        const client = await connect();
        // A new backend reads its catalogue caches with its first query: better now than when somebody waits.
        await client.query(STATUS_SQL);
        if (closed) await client.end();
        else keep(client);
      }
    } catch {
      // As said above.
    } finally {
      opening = false;
    }
  };

  const keep = (client: pg.Client): void => {
    const entry = { client, openedAt: Date.now() };
    waiting.push(entry);
    const forget = (): void => {
      const index = waiting.indexOf(entry);
      if (index >= 0) waiting.splice(index, 1);
    };
    // An error comes some milliseconds before the end.
    client.once("error", forget);
    client.once("end", forget);
  };

  return {
    async take() {
      let entry = waiting.shift();
      while (entry && Date.now() - entry.openedAt > AHEAD_MAX_AGE_MS) {
        endSession(entry.client);
        entry = waiting.shift();
      }
      try {
        return entry?.client ?? (await connect());
      } finally {
        setImmediate(() => void openAhead());
      }
    },
    async close() {
      closed = true;
      await Promise.all(waiting.splice(0).map(({ client }) => client.end()));
    },
  };
}

/** How to connect as a reader; the same for the session and for the connection that cancels it. */
export function readerConnection(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    options: OPTIONS,
    application_name: "dataclips",
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    stream: createReadSocket,
  };
}

/** Ends a session without waiting; PostgreSQL rolls back what is open. */
export function endSession(client: pg.Client): void {
  client.end().catch(() => {});
}
