import pg from "pg";
import type { Database } from "../../src/databases/databases.ts";
import { isPostgresError } from "../../src/sqlstates.ts";
import type { Stage, Target } from "./stage.ts";
import { GUARD_MS } from "./traces.ts";

/** How a text fared with one layer only. */
export interface Fate {
  /** What it was refused or stopped with. */
  error?: { code: string; message: string };
  /** True when only this test's own guard ended it. */
  guarded?: boolean;
  /** The rows it showed. */
  shown: string;
  /** What it left in its own session, and what the next user of the database finds in theirs; see {@link readTraces}. */
  left?: { inSession: string; inNext: string };
}

/** Where an attack takes place. */
export interface Scene {
  stage: Stage;
  target: Target;
  /** Who runs the attack: the reader, a role that has nothing but SELECT, or the owner of everything. */
  role: "dataclips_reader" | "att_plain" | "att_owner";
  /** Whether the text may run for ever. */
  endless: boolean;
  /** The limits layer's, opened once. */
  database: Database;
}

/** For a query that no layer but the limits would end: this test ends it. Refusals come within a millisecond or two. */
const ENDLESS_GUARD_MS = 250;
/** For what swallows its cancellation. */
const LAST_GUARD_MS = 3_000;

/** A fresh session; `use` gets it, `beforeEnd` is called after that, then it ends. */
export async function withSession(
  { stage, target, role, endless }: Scene,
  use: (client: pg.Client) => Promise<unknown>,
  beforeEnd: () => Promise<void> = async () => {},
): Promise<Fate> {
  const options = `-c statement_timeout=${endless ? ENDLESS_GUARD_MS : GUARD_MS}`;
  const client = new pg.Client({ connectionString: target.url(role), options });
  client.on("error", () => {});
  await client.connect();
  const { processID } = client as unknown as { processID: number };
  const guard = endless ? setTimeout(() => void stage.terminate(processID), LAST_GUARD_MS) : undefined;
  try {
    const result = await use(client);
    return { shown: JSON.stringify(result) };
  } catch (error) {
    const code = isPostgresError(error) ? error.code : undefined;
    return { shown: "", error: errorOf(error), guarded: code === "57014" || code === "57P01" };
  } finally {
    clearTimeout(guard);
    await beforeEnd();
    await client.end();
  }
}

/** By the simple protocol: as many statements as there are. */
export async function simple(client: pg.Client, sql: string): Promise<unknown> {
  const results = (await client.query(sql)) as unknown as pg.QueryResult | pg.QueryResult[];
  return [results].flat().map(({ rows }) => rows);
}

/** By the extended protocol: node-postgres would use the simple one for a query without values. */
export async function extended(client: pg.Client, sql: string): Promise<unknown> {
  const query = { text: sql, values: [], queryMode: "extended" };
  return (await client.query(query)).rows;
}

/** An error's code and message, whoever threw it. */
export function errorOf(error: unknown): { code: string; message: string } {
  const { code = "", message = "" } = error as { code?: string; message?: string };
  return { code, message };
}
