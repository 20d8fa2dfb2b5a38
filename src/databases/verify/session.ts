import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { AppError } from "../../errors.ts";
import { READER_SETTINGS } from "../begin-reading.ts";
import { sendCancelRequest } from "../cancel-request.ts";
import { connectionReason } from "../connection-reason.ts";

const CONNECT_TIMEOUT_MS = 5_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;
/** So often is a query tried that replay, a lock or a lost connection stopped. */
const ATTEMPTS = 8;

/** Replay needed what the query held (a follower); a deadlock; a lock that others held for too long. */
const PASSING = new Set(["40001", "40P01", "55P03"]);

/**
 * Settings of every transaction on both servers, set in it because a pooler gives each another session. A row's text,
 * and with it its hash, must depend on nothing but the row; the queries must not last, take more than one processor,
 * or stand in others' way; and an index must be used wherever one fits, because statistics know too little of
 * composite keys.
 */
const SETTINGS = {
  application_name: "dataclips verify-follower",
  client_encoding: "UTF8",
  statement_timeout: "15s",
  lock_timeout: "1s",
  max_parallel_workers_per_gather: "0",
  jit: "off",
  enable_seqscan: "off",
  client_min_messages: "error",
  search_path: "pg_catalog",
  row_security: "off",
  quote_all_identifiers: "off",
  lc_monetary: "C",
  ...READER_SETTINGS,
};

const BEGIN = [
  "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY",
  ...Object.entries(SETTINGS).map(([name, value]) => `SET LOCAL ${name} = '${value}'`),
].join(";");

/** A row of a query's result, as PostgreSQL writes the values. */
type TextRow = readonly (string | null)[];

/** A session for comparing, opened again when it is lost. */
export interface VerifySession {
  server: "primary" | "follower";
  /**
   * Runs a query in a transaction of its own; tries again what passes. Rejects with node-postgres' error.
   * @param options.timeoutMs instead of the usual timeout of a statement
   */
  query(sql: string, values?: readonly unknown[], options?: { timeoutMs: number }): Promise<TextRow[]>;
  close(): Promise<void>;
}

/**
 * Opens a session.
 * @throws AppError no_follower when the server cannot be reached
 */
export async function openVerifySession(
  server: VerifySession["server"],
  url: string,
  signal: AbortSignal | undefined,
): Promise<VerifySession> {
  let session = await connect(url).catch((error: unknown) => {
    throw new AppError("no_follower", `The ${server} cannot be reached (${connectionReason(error)}).`, {
      hint: "Check that it runs, that its URL is right, and that its role may connect.",
      cause: error,
    });
  });

  const tryOnce = async (sql: string, values: readonly unknown[], timeoutMs?: number): Promise<TextRow[]> => {
    if (!session.isOpen) session = await connect(url);
    const { client } = session;
    const cancel = (): void => void sendCancelRequest(client, url);
    try {
      await client.query(timeoutMs === undefined ? BEGIN : `${BEGIN}; SET LOCAL statement_timeout = ${timeoutMs}`);
      signal?.addEventListener("abort", cancel);
      const { rows } = await client.query<(string | null)[]>({ text: sql, values: [...values], rowMode: "array" });
      return rows;
    } finally {
      signal?.removeEventListener("abort", cancel);
      await client.query("ROLLBACK").catch(() => {});
    }
  };

  return {
    server,
    async query(sql, values = [], options) {
      let pauseMs = FIRST_PAUSE_MS;
      for (let attempt = 1; ; attempt++) {
        signal?.throwIfAborted();
        try {
          return await tryOnce(sql, values, options?.timeoutMs);
        } catch (error) {
          signal?.throwIfAborted();
          const passes = !session.isOpen || PASSING.has((error as { code?: string }).code ?? "");
          if (!passes || attempt === ATTEMPTS) throw error;
        }
        await sleep(pauseMs, undefined, { signal });
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      }
    },
    close: () => session.client.end().catch(() => {}),
  };
}

async function connect(url: string): Promise<{ client: pg.Client; isOpen: boolean }> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    application_name: SETTINGS.application_name,
    types: { getTypeParser: () => (text: string) => text },
  });
  const session = { client, isOpen: true };
  // A lost connection: the query under way reports it, or the next one.
  client.on("error", () => (session.isOpen = false));
  client.on("end", () => (session.isOpen = false));
  await client.connect();
  return session;
}
