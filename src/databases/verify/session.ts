import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { AppError } from "../../errors.ts";
import { connectionReason } from "../connection-reason.ts";

const CONNECT_TIMEOUT_MS = 5_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;
/** So often is a query tried that replay, a lock or a lost connection stopped. */
const ATTEMPTS = 8;

/** Replay needed what the query held (a follower); a deadlock; a lock that others held for too long. */
const PASSING = new Set(["40001", "40P01", "55P03"]);

/**
 * Settings of the sessions on both servers. A row's text, and with it its hash, must depend on nothing but the row;
 * the queries must not write, last, take more than one processor, or stand in others' way; and an index must be
 * used wherever one fits, because statistics know too little of composite keys.
 */
const SETTINGS = {
  application_name: "dataclips verify-follower",
  default_transaction_read_only: "on",
  statement_timeout: "15s",
  lock_timeout: "1s",
  max_parallel_workers_per_gather: "0",
  jit: "off",
  enable_seqscan: "off",
  client_min_messages: "error",
  search_path: "pg_catalog",
  row_security: "off",
  quote_all_identifiers: "off",
  standard_conforming_strings: "on",
  DateStyle: "ISO",
  IntervalStyle: "postgres",
  TimeZone: "UTC",
  extra_float_digits: "1",
  bytea_output: "hex",
  lc_monetary: "C",
};

/** A row of a query's result, as PostgreSQL writes the values. */
export type TextRow = readonly (string | null)[];

/** A session for comparing, opened again when it is lost. */
export interface VerifySession {
  server: "primary" | "follower";
  /** Runs a query in a transaction of its own; tries again what passes. Rejects with node-postgres' error. */
  query(sql: string, values?: readonly unknown[]): Promise<TextRow[]>;
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
  let client = await connect(url).catch((error: unknown) => {
    throw new AppError("no_follower", `The ${server} cannot be reached (${connectionReason(error)}).`, {
      hint: "Check that it runs, that its URL is right, and that its role may connect.",
      cause: error,
    });
  });

  const tryOnce = async (sql: string, values: readonly unknown[]): Promise<TextRow[]> => {
    if (!client.isOpen) client = await connect(url);
    const { rows } = await client.client.query<(string | null)[]>({ text: sql, values: [...values], rowMode: "array" });
    return rows;
  };

  return {
    server,
    async query(sql, values = []) {
      let pauseMs = FIRST_PAUSE_MS;
      for (let attempt = 1; ; attempt++) {
        signal?.throwIfAborted();
        try {
          return await tryOnce(sql, values);
        } catch (error) {
          const passes = !client.isOpen || PASSING.has((error as { code?: string }).code ?? "");
          if (!passes || attempt === ATTEMPTS) throw error;
        }
        await sleep(pauseMs, undefined, { signal });
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      }
    },
    close: () => client.client.end().catch(() => {}),
  };
}

async function connect(url: string): Promise<{ client: pg.Client; isOpen: boolean }> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    types: { getTypeParser: () => (text: string) => text },
  });
  const session = { client, isOpen: true };
  // A lost connection: the query under way reports it, or the next one.
  client.on("error", () => (session.isOpen = false));
  client.on("end", () => (session.isOpen = false));
  await client.connect();
  try {
    await client.query(
      "SELECT pg_catalog.set_config(name, value, false) FROM pg_catalog.unnest($1::text[], $2::text[]) AS s (name, value)",
      [Object.keys(SETTINGS), Object.values(SETTINGS)],
    );
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
  return session;
}
