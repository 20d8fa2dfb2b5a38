import { readdir, readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { convertV4MiniflareOptions, Miniflare, Response as WorkerResponse } from "miniflare";
import type { R2Bucket } from "../../src/worker/r2-chunks.ts";
import { openTcpDoor } from "../../src/worker/open-tcp-door.ts";
import { unstable_getMiniflareWorkerOptions as readWranglerOptions } from "wrangler";

/** Where `npm run worker:build` puts what is deployed. */
const BUILT = fileURLToPath(new URL("../../dist/worker/", import.meta.url));
const ASSETS = new URL("../../dist/assets/", import.meta.url);
const WRANGLER = fileURLToPath(new URL("../../wrangler.toml", import.meta.url));

const MODULES: Record<string, string> = { ".js": "ESModule", ".wasm": "CompiledWasm" };

/** A Worker in Cloudflare's own runtime, on this machine. */
export interface WorkerRuntime {
  url: string;
  /** A minute of the Cron Trigger, and all that it does. */
  minute(time: Date): Promise<void>;
  /** The keys of what is in its bucket. */
  keysInBucket(): Promise<string[]>;
  close(): Promise<void>;
}

/**
 * Starts the Worker that is built, as wrangler.toml says. Requests go to it directly, not through wrangler's proxy,
 * which does not tell when a client has gone.
 * @param settings by the environment's names
 * @param options.buckets names of bindings of R2
 * @param hyperdrives postgres:// URLs with TCP ports, by the bindings' names
 */
export async function startWorker(
  settings: Readonly<Record<string, string>>,
  hyperdrives: Readonly<Record<string, string>>,
  { buckets }: { buckets: readonly string[] },
): Promise<WorkerRuntime> {
  const port = await freePort();
  const { compatibilityDate, compatibilityFlags } = readWranglerOptions(WRANGLER).workerOptions;
  const options = convertV4MiniflareOptions({
    name: "dataclips",
    compatibilityDate,
    compatibilityFlags,
    modulesRoot: BUILT,
    modules: (await readdir(BUILT))
      .filter((file) => MODULES[extname(file)] !== undefined)
      .map((file) => ({ type: MODULES[extname(file)], path: BUILT + file }))
      .toSorted((a) => (a.path.endsWith("worker.js") ? -1 : 1)),
    bindings: settings,
    hyperdrives,
    r2Buckets: [...buckets],
    serviceBindings: {
      async ASSETS({ url }: { url: string }) {
        return new WorkerResponse(await readFile(new URL(`.${new URL(url).pathname}`, ASSETS)));
      },
    },
    unsafeDirectSockets: [{ host: "127.0.0.1", port }],
    cf: false,
  } as Parameters<typeof convertV4MiniflareOptions>[0]);
  const miniflare = new Miniflare(options);
  await miniflare.ready;
  const door = await openTcpDoor({ host: "127.0.0.1", port });
  return {
    url: `http://127.0.0.1:${door.port}`,
    async minute(time) {
      const worker = (await miniflare.getWorker()) as unknown as {
        scheduled(event: { scheduledTime: Date; cron: string }): Promise<{ outcome: string }>;
      };
      const { outcome } = await worker.scheduled({ scheduledTime: time, cron: "* * * * *" });
      if (outcome !== "ok") throw new Error(`The Cron Trigger ended with ${outcome}.`);
    },
    async keysInBucket() {
      const bucket = (await miniflare.getR2Bucket("RESULTS")) as unknown as R2Bucket;
      return (await bucket.list({ prefix: "" })).objects.map(({ key }) => key);
    },
    async close() {
      await door.close();
      await miniflare.dispose();
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
