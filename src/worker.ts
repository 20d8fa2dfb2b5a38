import { createApp } from "./app.ts";
import { type Config, ConfigError } from "./config.ts";
import type { Deps } from "./deps.ts";
import { openDatabases } from "./databases/databases.ts";
import { AppError, errorBody } from "./errors.ts";
import { createLog } from "./log.ts";
import { openOwnDatabase } from "./own-database.ts";
import { createAuth } from "./people/auth.ts";
import { createKeyUses } from "./people/key-uses.ts";
import { createOidc } from "./people/oidc.ts";
import { createRunRecorder } from "./people/record-run.ts";
import { createResultCache } from "./results/cache.ts";
import { createShareUses } from "./clips/share-uses.ts";
import { createCounters } from "./rate-counter.ts";
import { loadGate } from "./runs/gate.ts";
import { startHeartbeat } from "./runs/heartbeat.ts";
import { createRuns } from "./runs/runs.ts";
import { type Bindings, readBindings } from "./worker/bindings.ts";
import { dataCenterBodies } from "./worker/data-center-bodies.ts";
import { r2Chunks } from "./worker/r2-chunks.ts";
import { passOn } from "./worker/pass-on.ts";
import { loadPageScripts } from "./worker/page-scripts.ts";
import { AT_ONCE, runDueSchedules } from "./worker/run-due-schedules.ts";
import { keepHouse } from "./worker/keep-house.ts";
// @ts-expect-error A compiled module, as wrangler bundles it.
import wasm from "libpg-query/wasm/libpg-query.wasm";

/** Connections to Dataclips' own database that one request has: Workers let it open six in all at once. */
const OWN_CONNECTIONS = AT_ONCE + 1;
/** Pages wait for their results: nothing goes on after a response that a second request could come back to. */
const PAGE_WAIT_MS = 60_000;
/** How long what a response began may go on behind it. */
const DRAIN_MS = 25_000;

/** What Workers give beside a request. */
interface Context {
  waitUntil(work: Promise<unknown>): void;
}

/** Bodies that were sent before: of no connection, and so for all requests of an isolate. */
const cache = createResultCache({ keepsFrames: false });
/** Each isolate's own, as each server's are on Node. */
const counters = createCounters();
const failedAt = new Map<string, number>();

export default {
  /** One request: connections of its own, to poolers (Hyperdrive) that keep them. */
  async fetch(request: Request, bindings: Bindings, context: Context): Promise<Response> {
    const over = Promise.withResolvers<void>();
    // From the beginning on: of a client that has gone Workers cancel all that they are not asked to wait for, and then
    // nobody would cancel the query.
    context.waitUntil(over.promise);
    let end = (): void => over.resolve();
    try {
      const { deps, close } = await openDeps(readBindings(bindings), bindings, context);
      end = () => over.resolve(close());
      const response = await createApp(deps).fetch(withoutCodings(request), {
        incoming: { socket: { remoteAddress: request.headers.get("CF-Connecting-IP") ?? undefined } },
      } as object);
      if (response.body === null) {
        end();
        return response;
      }
      const { body, done } = passOn(response.body, response.headers.get("Content-Length"), deps.runs.stored);
      done.then(end, end);
      return new Response(body, response);
    } catch (error) {
      end();
      if (!(error instanceof ConfigError)) throw error;
      createLog(write, "json").error("configuration_faulty", error);
      const sent = new AppError("internal_error", "This installation's configuration has faults.", {
        hint: "The Worker's log (wrangler tail) says which.",
      });
      return Response.json(errorBody(sent), { status: sent.status });
    }
  },

  /** A minute of the Cron Trigger: what schedules are due, and what a server does beside its requests. */
  async scheduled({ scheduledTime }: { scheduledTime: number }, bindings: Bindings, context: Context): Promise<void> {
    const config = readBindings(bindings);
    const { deps, close } = await openDeps(config, bindings, context);
    try {
      await keepHouse(deps, config, new Date(scheduledTime));
      await runDueSchedules(deps);
    } finally {
      await close();
    }
  },
};

/** Cloudflare compresses by itself what goes to a client that takes it. */
function withoutCodings(request: Request): Request {
  const headers = new Headers(request.headers);
  headers.delete("Accept-Encoding");
  return new Request(request, { headers, signal: request.signal });
}

/** What the application is given, for one request, and what closes it when that is done with. */
async function openDeps(
  config: Config,
  bindings: Bindings,
  context: Context,
): Promise<{ deps: Deps; close: () => Promise<void> }> {
  await loadGate(wasm as WebAssembly.Module);
  const { db, close: closeOwn } = openOwnDatabase(config.databaseUrl!, { connections: OWN_CONNECTIONS });
  const log = createLog(write, config.logFormat);
  const databases = openDatabases(config.databases, { pooled: true });
  const onFinished = createRunRecorder({ db, log });
  const bucket = bindings.RESULTS && r2Chunks(bindings.RESULTS);
  const runs = createRuns({ db, bucket, log, onFinished, failedAt });
  const stopHeartbeat = startHeartbeat({ db, runs, log, onFinished });
  const shareUses = createShareUses({ db, log });
  const keyUses = createKeyUses({ db, log });
  const secret = config.secret!;
  const { publicUrl } = config;
  return {
    deps: {
      db,
      databases,
      runs,
      cache,
      ...(bucket && { bucket }),
      sharedBodies: dataCenterBodies((work) => context.waitUntil(work)),
      counters,
      scripts: () => loadPageScripts(bindings.ASSETS),
      shareUses,
      keyUses,
      trustedProxies: config.trustedProxies,
      pageWaitMs: PAGE_WAIT_MS,
      auth: createAuth({ db, secret, publicUrl }),
      ...(config.oidc === null || publicUrl === null
        ? {}
        : { oidc: createOidc({ db, secret, publicUrl, log }, config.oidc) }),
      ...(config.proxySignIn === null ? {} : { proxySignIn: config.proxySignIn }),
      secret,
      token: config.token!,
      publicUrl,
      log,
    },
    async close() {
      await runs.drain(DRAIN_MS);
      await Promise.all([stopHeartbeat(), shareUses.close(), keyUses.close()]);
      await Promise.all([databases.close(), closeOwn()]);
    },
  };
}

/** The log of a Worker: wrangler tail, or Workers Logs. */
function write(line: string): void {
  console.error(line);
}
