import type { AddressInfo } from "node:net";
import type { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import pg from "pg";
import { inject } from "vitest";
import { createApp } from "../../src/app.ts";
import { createScripts } from "../../src/bundle-scripts.ts";
import { createShareUses } from "../../src/clips/share-uses.ts";
import { type DatabaseConfig, DEFAULT_LIMITS } from "../../src/databases/database-config.ts";
import { openDatabases } from "../../src/databases/databases.ts";
import { logFollowerChange } from "../../src/databases/watch-followers.ts";
import type { Deps } from "../../src/deps.ts";
import { openOwnChanges } from "../../src/own-changes.ts";
import { openOwnDatabase } from "../../src/own-database.ts";
import { createAuth } from "../../src/people/auth.ts";
import { createKeyUses } from "../../src/people/key-uses.ts";
import { createRunRecorder } from "../../src/people/record-run.ts";
import { createResultCache } from "../../src/results/cache.ts";
import { createEncoder } from "../../src/results/encoder.ts";
import { loadGate } from "../../src/runs/gate.ts";
import { createRuns } from "../../src/runs/runs.ts";
import { collectLog } from "./collect-log.ts";
import { DATABASE } from "./global-setup.ts";
import type { WorkerRuntime } from "./worker-runtime.ts";

/** Whether what is tested is the Worker, in Cloudflare's runtime. */
export const ON_WORKERS = inject("runtime") === "workers";

export const TOKEN = "a-token-for-the-tests-only";
export const SECRET = "a-secret-for-the-tests-only-of-50-characters-or-so";

/** A Dataclips of a test file's own: real HTTP, its own database, and a database to query on the real follower. */
export interface TestServer {
  url: string;
  deps: Deps;
  /** What the server logged. */
  logged: string[];
  /** A superuser's session in the queried database on the primary. */
  primary: pg.Client;
  /** A superuser's session in Dataclips' own database. */
  own: pg.Client;
  ownUrl: string;
  /** URL of the reader in the queried database on the follower, and of a superuser there on the primary. */
  readerUrl: string;
  primaryUrl: string;
  /** A request of the administrator's; a `json` body is sent as such. */
  request(path: string, options?: RequestInit & { json?: unknown }): Promise<Response>;
  /** Makes a clip on the database `test` and returns it; throws the error's JSON if that fails. */
  createClip(sql: string, fields?: Record<string, unknown>): Promise<ClipJson>;
  /** Waits until the follower has replayed what the primary has written. */
  catchUp(): Promise<void>;
  /** Waits until every run that is under way is over, and what it has made is stored. */
  settled(): Promise<void>;
  /** The Worker that serves this, where it is not Node. */
  worker: WorkerRuntime | null;
  /** Sessions of this file's reader on the follower that run users' SQL, or stand in a transaction: none, once all is over. */
  busySessions(): Promise<string[]>;
  /** Users' queries that stand in pg_sleep on the follower: they run, and are not only being described. */
  sleepingQueries(): Promise<string[]>;
  close(): Promise<void>;
}

/** What a Worker is bound to. */
interface WorkerBindings {
  /** Names of bindings of R2. */
  buckets?: readonly string[];
  /** By which ports it reaches the servers; without it, their own. */
  ports?: { primary: number; follower: number };
}

interface ClipJson {
  id: number;
  slug: string;
  url: string;
  version: number;
  sql: string;
  title: string;
  parameters: { name: string; type: string; default: string | null }[];
}

let made = 0;
/** Built once for all servers of a test file. */
const scripts = createScripts();

/**
 * @param limits of the database `test`, which has no primary unless they say so
 * @param followers in place of the one real follower
 * @param others of what the application is given; `alsoDatabases` are further names of the database `test`, `bindings`
 * are a Worker's own
 */
export async function startTestServer(
  limits: Partial<DatabaseConfig> | ((urls: { primaryUrl: string }) => Partial<DatabaseConfig>) = {},
  followers?: (readerUrl: string) => DatabaseConfig["followers"],
  {
    alsoDatabases = [],
    bindings = {},
    ...others
  }: Pick<Deps, "trustedProxies" | "pageWaitMs"> & {
    alsoDatabases?: readonly string[];
    bindings?: WorkerBindings;
  } = {},
): Promise<TestServer> {
  const cluster = inject("cluster");
  const name = `test_${process.pid}_${Date.now().toString(36)}_${made++}`;
  const ownName = `${name}_own`;
  const url = (template: string, database: string): string => template.replace(DATABASE, database);
  const admin = await connect(cluster.admin);
  await loadGate();
  await clone(admin, name, cluster.queryTemplate);
  await clone(admin, ownName, cluster.ownTemplate, "dataclips");

  const primaryUrl = cluster.admin.replace(/\/postgres(\?|$)/, `/${name}$1`);
  const primary = await connect(primaryUrl);
  const own = await connect(cluster.admin.replace(/\/postgres(\?|$)/, `/${ownName}$1`));
  // A clone brings no privileges on the database itself.
  await admin.query(`GRANT CONNECT ON DATABASE ${name} TO dataclips_reader`);
  const followerAdmin = await connect(url(cluster.reader, "postgres").replace("dataclips_reader@", "postgres@"));

  const readerUrl = url(cluster.reader, name);
  const logged: string[] = [];
  const log = collectLog(logged);
  const ownUrl = url(cluster.own, ownName);
  const { db, close: closeDb } = openOwnDatabase(ownUrl);
  const changes = openOwnChanges(db);
  const configOf = (configured: string): DatabaseConfig => ({
    ...DEFAULT_LIMITS,
    // What makes a clip slow, and shows its session's settings.
    functions: { ...DEFAULT_LIMITS.functions, allow: ["pg_catalog.pg_sleep", "pg_catalog.current_setting"] },
    name: configured,
    primary: null,
    followers: followers?.(readerUrl) ?? [{ name: "follower", url: readerUrl }],
    ...(typeof limits === "function" ? limits({ primaryUrl }) : limits),
  });
  const databases = openDatabases(["test", ...alsoDatabases].map(configOf), {
    onChange: (change) => logFollowerChange(log, change),
  });
  const runs = createRuns({ db, log, changes, onFinished: createRunRecorder({ db, log }) });
  const encoder = createEncoder();
  const deps: Deps = {
    db,
    changes,
    databases,
    runs,
    cache: createResultCache(),
    encoder,
    scripts,
    shareUses: createShareUses({ db, log }),
    keyUses: createKeyUses({ db, log }),
    auth: createAuth({ db, secret: SECRET, publicUrl: null }),
    secret: SECRET,
    token: TOKEN,
    publicUrl: null,
    log,
    // A busy machine's pages have their results too, unless a test is about those that do not wait.
    pageWaitMs: 60_000,
    ...others,
  };
  const worker = ON_WORKERS ? await serveByWorker(databases.all, { ownUrl, readerUrl, primaryUrl }, bindings) : null;
  const served = worker ?? (await serveByNode(createApp(deps).fetch));
  const base = served.url;

  const request: TestServer["request"] = (path, { json, ...options } = {}) =>
    fetch(base + path, {
      redirect: "manual",
      ...options,
      headers: {
        Authorization: `Bearer ${TOKEN}`,
        ...(json === undefined ? {} : { "Content-Type": "application/json" }),
        ...options.headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });

  const catchUp = async (): Promise<void> => {
    const { rows } = await primary.query("SELECT pg_current_wal_flush_lsn()::text AS lsn");
    await until(async () => {
      const replayed = await followerAdmin.query("SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS done", [
        rows[0].lsn,
      ]);
      return replayed.rows[0].done;
    });
  };

  const busySessions = async (): Promise<string[]> => {
    const { rows } = await followerAdmin.query<{ query: string }>(
      // What Dataclips asks by itself, such as of a session that it opens ahead, names everything in full.
      `SELECT query FROM pg_stat_activity WHERE datname = $1 AND usename = 'dataclips_reader'
          AND (state NOT IN ('idle', 'active') OR state = 'active' AND query NOT LIKE '%pg_catalog.%')`,
      [name],
    );
    return rows.map((row) => row.query);
  };

  const sleepingQueries = async (): Promise<string[]> => {
    const { rows } = await followerAdmin.query<{ query: string }>(
      "SELECT query FROM pg_stat_activity WHERE datname = $1 AND usename = 'dataclips_reader' AND wait_event = 'PgSleep'",
      [name],
    );
    return rows.map((row) => row.query);
  };

  await catchUp();
  return {
    url: base,
    deps,
    logged,
    primary,
    own,
    ownUrl,
    readerUrl,
    primaryUrl,
    request,
    catchUp,
    busySessions,
    sleepingQueries,
    async createClip(sql, fields = {}) {
      const response = await request("/api/clips", {
        method: "POST",
        json: { database: "test", title: "A clip", sql, ...fields },
      });
      const body = await response.json();
      if (response.status !== 201) throw new Error(JSON.stringify(body));
      return body as ClipJson;
    },
    worker,
    async settled() {
      await runs.drain(60_000);
      // Those of a Worker are known by what is written down of them.
      await until(async () => {
        const { rowCount } = await own.query("SELECT FROM runs WHERE state IN ('queued', 'running')");
        return rowCount === 0;
      });
    },
    async close() {
      await runs.drain(0);
      await served.close();
      await encoder.close();
      await deps.shareUses?.close();
      await deps.keyUses?.close();
      await databases.close();
      await changes.close();
      await closeDb();
      await primary.end();
      await own.end();
      await followerAdmin.end();
      await admin.query(`DROP DATABASE ${ownName} WITH (FORCE)`);
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.end();
    },
  };
}

interface Served {
  url: string;
  close(): Promise<void>;
}

/** Serves an application by Node. */
export async function serveByNode(handle: (request: Request) => Response | Promise<Response>): Promise<Served> {
  const server = createAdaptorServer({ fetch: handle }) as Server;
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The Worker has its settings as any installation has: by their names, from the environment. */
async function serveByWorker(
  databases: readonly DatabaseConfig[],
  { ownUrl, readerUrl, primaryUrl }: Record<"ownUrl" | "readerUrl" | "primaryUrl", string>,
  { buckets = [], ports = inject("cluster").ports! }: WorkerBindings,
): Promise<WorkerRuntime> {
  const { startWorker } = await import("./worker-runtime.ts");
  const byPort = (url: string, port: number): string => {
    const { user, database } = new pg.Client(url);
    return `postgres://${user}:unused@127.0.0.1:${port}/${database}`;
  };
  return startWorker(
    {
      DATACLIPS_TOKEN: TOKEN,
      DATACLIPS_SECRET: SECRET,
      DATACLIPS_DATABASES: JSON.stringify(
        Object.fromEntries(databases.map((database) => [database.name, toJson(database)])),
      ),
    },
    {
      DATABASE_URL: byPort(ownUrl, ports.primary),
      FOLLOWER: byPort(readerUrl, ports.follower),
      PRIMARY: byPort(primaryUrl, ports.primary),
    },
    { buckets },
  );
}

function toJson({ functions, relations, ...limits }: DatabaseConfig): object {
  return {
    ...(limits.primary !== null && { primary: "${PRIMARY}" }),
    followers: [{ name: limits.followers[0]!.name, url: "${FOLLOWER}" }],
    timeout_ms: limits.timeoutMs,
    max_rows: limits.maxRows,
    max_bytes: limits.maxBytes,
    max_row_bytes: limits.maxRowBytes,
    max_runs: limits.maxRuns,
    max_lag_seconds: limits.maxLagSeconds,
    functions: functions.mode,
    allow_functions: functions.allow,
    refuse_functions: functions.refuse,
    relations: relations.mode,
    allow_relations: relations.allow,
    refuse_relations: relations.refuse,
    allow_writable_role: limits.allowWritableRole,
  };
}

/** Tries until something holds. A test that waits for ever is ended by vitest's own timeout. */
export async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => void setTimeout(resolve, 20));
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  client.on("error", () => {});
  await client.connect();
  return client;
}

/**
 * CREATE DATABASE from a template that another file may be copying at the same moment. By copying files: that is a third
 * less work than by the write-ahead log, of which there were two gigabytes in a run of all tests.
 */
async function clone(admin: pg.Client, name: string, template: string, owner = "postgres"): Promise<void> {
  await admin.query("SELECT pg_advisory_lock(4711)");
  try {
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template} OWNER ${owner} STRATEGY file_copy`);
  } finally {
    await admin.query("SELECT pg_advisory_unlock(4711)");
  }
}
