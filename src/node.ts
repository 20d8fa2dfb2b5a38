import { mkdir, readFile, writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { createAdaptorServer } from "@hono/node-server";
import { createApp } from "./app.ts";
import { createScripts } from "./bundle-scripts.ts";
import { addSampleClips } from "./clips/add-sample-clips.ts";
import { createShareUses } from "./clips/share-uses.ts";
import type { Config } from "./config.ts";
import type { DatabaseConfig } from "./databases/database-config.ts";
import { openDatabases } from "./databases/databases.ts";
import { reportFollowers } from "./databases/report-followers.ts";
import { logFollowerChange, watchFollowers } from "./databases/watch-followers.ts";
import { embeddedDatabases } from "./embedded/sample-databases.ts";
import { AppError } from "./errors.ts";
import type { Log } from "./log.ts";
import { openOwnChanges } from "./own-changes.ts";
import { migrateOwnDatabase, openOwnDatabase } from "./own-database.ts";
import { watchOwnDatabase } from "./own-health.ts";
import { watchOlderServers } from "./release.ts";
import { startAuditRetention } from "./people/audit-retention.ts";
import { createAuth } from "./people/auth.ts";
import { createOidc } from "./people/oidc.ts";
import { createKeyUses } from "./people/key-uses.ts";
import { hasAdministrator } from "./people/people.ts";
import { createRunRecorder } from "./people/record-run.ts";
import { createSignInLink } from "./people/sign-in.ts";
import { createToken } from "./people/tokens.ts";
import { createResultCache } from "./results/cache.ts";
import { createEncoder } from "./results/encoder.ts";
import { startRetention } from "./results/start-retention.ts";
import { loadGate } from "./runs/gate.ts";
import { startHeartbeat } from "./runs/heartbeat.ts";
import { failLostRuns } from "./runs/run-records.ts";
import { createRuns } from "./runs/runs.ts";
import { startSchedules } from "./schedules/schedules.ts";

/** How long runs may go on when the server is told to stop. */
const DRAIN_MS = 5_000;
/** How long responses may take to leave after the last run is over. */
const LEAVE_MS = 2_000;
/** How long a start waits for what its followers say of themselves; the rest of it is printed when it is known. */
const REPORT_MS = 1_000;
/** How many ports are tried when the usual one is taken. */
const PORT_TRIES = 20;

/**
 * PostgreSQL's grammar is one function of WebAssembly: to optimise it takes V8 half a gigabyte and a second of a core.
 * And while buffers stream through a heap that is small, V8 would collect it ten times for an export of 70 MB.
 */
const V8_FLAGS = ["--liftoff-only", "--no-wasm-tier-up", "--no-wasm-dynamic-tiering", "--heap-growing-percent=100"];

/** A server that is up. */
export interface RunningServer {
  /** Where it listens, such as http://localhost:3000. */
  url: string;
  /** Where the first administrator makes their account, once; null: there is one. */
  setUpUrl: string | null;
  token: string;
  /** Ends the runs, closes every connection, stops the embedded PostgreSQL. Idempotent. */
  stop: () => Promise<void>;
}

/**
 * Starts Dataclips on Node: PostgreSQL if none is configured, migrations, the HTTP server.
 * @param print shows a line of progress to whoever starts it
 * @param log writes what went wrong to the server's log
 */
export async function startServer(
  config: Config,
  { print, log }: { print: (line: string) => void; log: Log },
): Promise<RunningServer> {
  const stops: (() => Promise<unknown>)[] = [];
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= (async () => {
      for (const close of stops.toReversed()) await close();
    })();
    return stopping;
  };
  for (const flag of V8_FLAGS) setFlagsFromString(flag);
  try {
    const ground = config.databaseUrl === null ? await startEmbeddedGround(config, print) : realGround(config);
    stops.push(ground.stop);
    await migrateOwnDatabase(ground.ownUrl);
    const { db, close } = openOwnDatabase(ground.ownUrl);
    stops.push(close);
    const health = watchOwnDatabase(db, log);
    stops.push(health.close);
    stops.push(watchOlderServers(db, log));
    const changes = openOwnChanges(db);
    stops.push(changes.close);
    if (ground.samples) await addSampleClips(db);
    const databases = openDatabases(ground.databases, { onChange: (change) => logFollowerChange(log, change) });
    stops.push(databases.close);
    const onFinished = createRunRecorder({ db, log });
    const runs = createRuns({ db, log, onFinished, changes });
    stops.push(() => runs.drain(DRAIN_MS));
    stops.push(startHeartbeat({ db, runs, log, health, onFinished }));
    await Promise.all([failLostRuns(db, ground.alone, onFinished), loadGate()]);
    const encoder = createEncoder();
    stops.push(encoder.close);
    stops.push(startRetention({ db, rules: config.retention, log }));
    stops.push(startAuditRetention({ db, keepDays: config.keepAuditDays, log }));
    const shareUses = createShareUses({ db, log });
    stops.push(shareUses.close);
    const keyUses = createKeyUses({ db, log });
    stops.push(keyUses.close);
    const { token, secret } = ground;
    const scripts = createScripts();
    const app = createApp({
      db,
      changes,
      databases,
      runs,
      cache: createResultCache(),
      encoder,
      scripts,
      shareUses,
      keyUses,
      trustedProxies: config.trustedProxies,
      auth: createAuth({ db, secret, publicUrl: config.publicUrl }),
      ...(config.oidc === null || config.publicUrl === null
        ? {}
        : { oidc: createOidc({ db, secret, publicUrl: config.publicUrl, log }, config.oidc) }),
      ...(config.proxySignIn === null ? {} : { proxySignIn: config.proxySignIn }),
      secret,
      token,
      publicUrl: config.publicUrl,
      log,
      health,
    });
    stops.push(watchFollowers(databases.all));
    const schedules = startSchedules({ db, databases, runs, log });
    stops.push(schedules.stop);
    const server = createAdaptorServer({ fetch: app.fetch, hostname: config.host }) as Server;
    const port = await listen(server, config);
    stops.push(async () => {
      const closed = closeServer(server);
      await schedules.stop();
      await runs.drain(DRAIN_MS);
      await closed;
    });
    // Built before the first page asks, which otherwise waits half a second; what fails is said to whoever asks.
    scripts().catch(() => {});
    // What is wrong with a follower is said, and is no reason not to start: the other ones work.
    await Promise.race([reportFollowers(databases.all, print), delay(REPORT_MS)]);
    const url = config.publicUrl ?? `http://${config.host.includes(":") ? `[${config.host}]` : config.host}:${port}`;
    const setUpUrl = (await hasAdministrator(db)) ? null : `${url}/set-up?link=${await createSignInLink(db, null)}`;
    return { url, setUpUrl, token, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What a server stands on: its own database, those to be queried, and the administrator's token. */
interface Ground {
  ownUrl: string;
  databases: readonly DatabaseConfig[];
  token: string;
  secret: string;
  /** Whether the sample databases are there. */
  samples: boolean;
  /** Whether this is sure to be the only server on its database. */
  alone: boolean;
  stop: () => Promise<void>;
}

function realGround({ databaseUrl, databases, token, secret }: Config): Ground {
  return {
    ownUrl: databaseUrl!,
    databases,
    token: token!,
    secret: secret!,
    samples: false,
    alone: false,
    stop: async () => {},
  };
}

async function startEmbeddedGround(config: Config, print: (line: string) => void): Promise<Ground> {
  // Only here: a server on real databases does not need it.
  const { startEmbedded } = await import("./embedded/embedded.ts");
  const embedded = await startEmbedded({ dataDirectory: config.dataDirectory, onProgress: print, samples: true });
  return {
    ownUrl: embedded.url({ role: "dataclips", database: "dataclips" }),
    databases: embeddedDatabases(config.databases, embedded),
    token: config.token ?? (await keepRandom(config.dataDirectory, "token")),
    secret: config.secret ?? (await keepRandom(config.dataDirectory, "secret")),
    samples: true,
    alone: true,
    stop: embedded.stop,
  };
}

/** A random secret of a data directory: made once, readable by its owner only. */
async function keepRandom(dataDirectory: string, name: string): Promise<string> {
  const path = join(dataDirectory, name);
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    if ((error as { code?: string }).code !== "ENOENT") throw error;
  }
  const token = createToken();
  await mkdir(dataDirectory, { recursive: true });
  await writeFile(path, `${token}\n`, { mode: 0o600 });
  return token;
}

/** Listens on the configured port; on the next free one if it is only the default that is taken. Returns the port. */
async function listen(server: Server, { host, port }: Config): Promise<number> {
  for (let tries = 0; ; tries++) {
    try {
      return await tryToListen(server, host, port.number + tries);
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === "EADDRINUSE" && !port.chosen && tries < PORT_TRIES) continue;
      throw new AppError("conflict", `Cannot listen on ${host}, port ${port.number} (${code}).`, {
        hint: code === "EADDRINUSE" ? "Another program has the port: stop it, or set PORT to another one." : undefined,
        cause: error,
      });
    }
  }
}

function tryToListen(server: Server, host: string, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.once("error", reject);
  server.listen(port, host, () => {
    server.off("error", reject);
    resolve((server.address() as { port: number }).port);
  });
  return promise;
}

/** Stops taking requests. Those under way may end: a run that is cut off at last still tells who waits for it. */
function closeServer(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS + LEAVE_MS);
  server.close(() => {
    clearTimeout(cut);
    resolve();
  });
  server.closeIdleConnections();
  return promise;
}
