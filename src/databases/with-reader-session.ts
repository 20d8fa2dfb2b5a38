import type pg from "pg";
import { destroySession, endSession, type ReaderSessions } from "./reader-sessions.ts";

/**
 * Gives a fresh session of a follower, within the budget and outside of any transaction, and ends it. One whose use takes
 * too long is cut off. Rejects as `sessions.take` does, and with what `use` throws.
 * @param options.signal ends the waiting for a session
 */
export async function withReaderSession<Value>(
  sessions: ReaderSessions,
  use: (client: pg.Client) => Promise<Value>,
  { patienceMs, signal }: { patienceMs: number; signal?: AbortSignal },
): Promise<Value> {
  const { client } = await sessions.take(signal, { ahead: false });
  const cut = setTimeout(() => destroySession(client), patienceMs);
  try {
    return await use(client);
  } finally {
    clearTimeout(cut);
    endSession(client);
  }
}
