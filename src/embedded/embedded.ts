import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { findBinaries } from "./binaries.ts";
import { checkVersion, openDataDirectory } from "./data-directory.ts";
import { EMBEDDED_PORTS, type EmbeddedAddress, embeddedUrl } from "./embedded-url.ts";
import { copyExtensions, PLJS_DIRECTORY } from "./extensions.ts";
import type { Home } from "./home.ts";
import { takeLock } from "./lock.ts";
import { recordShortPath, shortenPath } from "./short-path.ts";
import { startFollower } from "./start-follower.ts";
import { startPrimary } from "./start-primary.ts";

/** The default PostgreSQL: a primary and its streaming follower, running. */
export interface Embedded {
  /**
   * The postgres:// URL of a role and database on the primary (the default) or the follower. The host is the
   * sockets' directory, percent-encoded, as libpq and node-postgres read it; the port is only part of a file name.
   */
  url(address: EmbeddedAddress): string;
  /** Stops the follower, then the primary (fast shutdown), and gives the data directory back. Idempotent. */
  stop(): Promise<void>;
  dataDirectory: string;
}

export interface EmbeddedOptions {
  /** Where everything is kept; made when it is missing. */
  dataDirectory: string;
  /** Gets a line for people at each step, and later when a server ends unexpectedly. */
  onProgress: (line: string) => void;
  /** Whether the first start makes the sample databases `shop` and `billing`. Later starts leave the databases alone. */
  samples: boolean;
  /** Where `shop.sql` and `billing.sql` are; by default in `sql/samples`. */
  samplesDirectory?: string;
  /** Where PL/JS was put, if it was; by default where `npm run embedded:pljs` puts it. */
  pljsDirectory?: string;
  /** Where root puts what the servers' user cannot reach in its own place. */
  relocationRoot?: string;
}

const SAMPLES_DIRECTORY = fileURLToPath(new URL("../../sql/samples", import.meta.url));
const RELOCATION_ROOT = "/var/lib/dataclips";

/**
 * Starts the primary and its follower, making them on the first start, and resolves when both take connections and
 * the follower streams. Recovers by itself from whatever killed an earlier start. When this process dies, however it
 * dies, the servers stop too. Throws AppError `conflict` (in use, another version, not ours) and `forbidden` (cannot
 * be written) without touching anything, `store_failed` when PostgreSQL does not run.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { onProgress, relocationRoot = RELOCATION_ROOT } = options;
  const dataDirectory = resolve(options.dataDirectory);
  const undo: (() => Promise<void>)[] = [];
  const stopAll = async () => {
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step();
  };
  try {
    const { home: path, user } = await openDataDirectory({ path: dataDirectory, relocationRoot, onProgress });
    const shortPath = await shortenPath(path);
    undo.push(() => shortPath.remove());
    undo.push(await takeLock(shortPath.path, dataDirectory));
    const binaries = await findBinaries({ user, relocationRoot, onProgress });
    await checkVersion(path, binaries.majorVersion);
    await copyExtensions(path, options.pljsDirectory ?? PLJS_DIRECTORY);
    await recordShortPath(path, shortPath);

    const directory = join(shortPath.path, "run");
    const addresses = {
      primary: { directory, port: EMBEDDED_PORTS.primary },
      follower: { directory, port: EMBEDDED_PORTS.follower },
    };
    const home: Home = { path, user, binaries, addresses, onProgress };
    const primary = await startPrimary(
      home,
      options.samples ? (options.samplesDirectory ?? SAMPLES_DIRECTORY) : undefined,
    );
    undo.push(() => primary.server.stop());
    // Both wait for the disk more than they compute.
    const [follower, finished] = await Promise.allSettled([startFollower(home), primary.finish()]);
    if (follower.status === "fulfilled") undo.push(() => follower.value.stop());
    for (const outcome of [follower, finished]) if (outcome.status === "rejected") throw outcome.reason;

    let stopped: Promise<void> | undefined;
    return {
      dataDirectory,
      url: (address) => embeddedUrl(directory, address),
      stop: () => (stopped ??= stopAll()),
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
}
