import pg from "pg";
import type { Follower } from "../databases/open-reading.ts";
import { endSession, readerConnection } from "../databases/reader-sessions.ts";

/**
 * Ends a session of the reader's on a follower from outside (pg_terminate_backend), for one that answers no cancel:
 * a function that catches it, a cell too large for its client. By the role that the configuration names for that, or
 * by the reader role, which may end its own sessions. Resolves when PostgreSQL was told, or could not be; never rejects.
 */
export async function terminateBackend(follower: Follower, pid: number): Promise<void> {
  try {
    const client = follower.signalUrl === undefined ? (await follower.sessions.take()).client : await connect(follower);
    try {
      // The process id may be another session's by now: it must at least be the reader's.
      await client.query(
        "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE pid = $1 AND usename = $2",
        [pid, readerName(follower)],
      );
    } finally {
      endSession(client);
    }
  } catch {
    // The caller destroys the socket in any case; PostgreSQL's own limits have to do the rest.
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
