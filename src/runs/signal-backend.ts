import pg from "pg";
import type { Follower } from "../databases/follower.ts";
import { destroySession, endSession, readerConnection } from "../databases/reader-sessions.ts";

/** A pooler whose every session is stuck, too, gives no other. */
const PATIENCE_MS = 3_000;

/** What a session can be told from outside. */
const SIGNALS = {
  /** To end what it is doing. */
  cancel: "pg_cancel_backend",
  /** To end itself. */
  terminate: "pg_terminate_backend",
};

/**
 * Signals a session of the reader's on a follower by SQL: cancels its query where a pooler passes no cancel request on,
 * or ends it, if it answers no cancel: a function that catches it, a cell too large for its client. By the role that
 * the configuration names for that, or by the reader role, which may end its own sessions. Resolves when PostgreSQL was
 * told, or could not be in time; never rejects.
 */
export async function signalBackend(signal: keyof typeof SIGNALS, follower: Follower, pid: number): Promise<void> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), PATIENCE_MS);
  try {
    const client =
      follower.signalUrl === undefined ? (await follower.sessions.take(late.signal)).client : await connect(follower);
    late.signal.addEventListener("abort", () => destroySession(client));
    try {
      // The process id may be another session's by now: it must at least be the reader's.
      await client.query(
        `SELECT pg_catalog.${SIGNALS[signal]}(pid) FROM pg_catalog.pg_stat_activity WHERE pid = $1 AND usename = $2`,
        [pid, readerName(follower)],
      );
    } finally {
      endSession(client);
    }
  } catch {
    // The caller destroys the socket in any case; PostgreSQL's own limits have to do the rest.
  } finally {
    clearTimeout(timer);
  }
}

async function connect({ signalUrl }: Follower): Promise<pg.Client> {
  const client = new pg.Client(readerConnection(signalUrl!));
  client.on("error", () => {});
  await client.connect();
  return client;
}

function readerName({ url }: Follower): string | undefined {
  return new pg.Client(url).user;
}
