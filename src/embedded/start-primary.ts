import { AppError } from "../errors.ts";
import { serverFiles } from "./home.ts";
import type { Home } from "./home.ts";
import { stopLeftoverServer } from "./leftover-server.ts";
import { loadDatabases } from "./load-databases.ts";
import { makePrivateDirectory, removePrivateDirectory } from "./private-directory.ts";
import { runAs } from "./run-as.ts";
import { startServer } from "./server.ts";
import type { Server } from "./server.ts";
import { withSession } from "./session.ts";
import { exists, putUnfinishedMark, removeUnfinishedMark } from "./unfinished-mark.ts";
import { writeSettings } from "./write-settings.ts";

/** A running primary, and what is left to do before it may be relied on. */
export interface StartedPrimary {
  server: Server;
  /** On a first start: waits until everything is safely on the disk. Else does nothing. */
  finish(): Promise<void>;
}

/**
 * Starts the primary. The first time it is made: initdb, roles, databases, sample data, all of it without waiting
 * for the disk, which `finish` makes up for. Until then a mark stands beside it, and a start that finds the mark
 * throws the half-made primary away and begins anew.
 */
export async function startPrimary(home: Home, samplesDirectory: string | undefined): Promise<StartedPrimary> {
  const { dataDirectory, configFile, logFile, unfinishedMark } = serverFiles(home, "primary");
  const { user, binaries, onProgress } = home;
  const address = home.addresses.primary;
  const start = () =>
    startServer({
      name: "primary",
      postgres: binaries.postgres,
      dataDirectory,
      configFile,
      logFile,
      user,
      address,
      onProgress,
    });

  const isUnfinished = await exists(unfinishedMark);
  if (!isUnfinished && (await exists(dataDirectory))) {
    await writeSettings(home, "primary");
    return { server: await start(), finish: async () => {} };
  }

  onProgress(`Creating a PostgreSQL ${binaries.version} primary in ${home.path}`);
  await putUnfinishedMark(unfinishedMark);
  const follower = serverFiles(home, "follower");
  const followerAddress = home.addresses.follower;
  await stopLeftoverServer({ dataDirectory: follower.dataDirectory, user, address: followerAddress, onProgress });
  await stopLeftoverServer({ dataDirectory, user, address, onProgress });
  await removePrivateDirectory(follower.dataDirectory, user);
  await removePrivateDirectory(dataDirectory, user);
  await makePrivateDirectory(dataDirectory, user, (temporary) => initialise(home, temporary));
  await writeSettings(home, "primary", { loading: true });
  const server = await start();
  try {
    await loadDatabases(home, samplesDirectory);
    // Here it only hands its pages to the operating system, so that little is left for the follower's checkpoint.
    await withSession(address, "postgres", (client) => client.query("CHECKPOINT"));
    await writeSettings(home, "primary");
    await withSession(address, "postgres", (client) => client.query("SELECT pg_reload_conf()"));
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    server,
    async finish() {
      // The order matters: from the checkpoint on PostgreSQL waits for the disk itself; what it wrote before does not.
      await withSession(address, "postgres", (client) => client.query("CHECKPOINT"));
      await initdb(home, ["--sync-only", "-D", dataDirectory]);
      await removeUnfinishedMark(unfinishedMark);
    },
  };
}

async function initialise(home: Home, directory: string): Promise<void> {
  // The builtin provider sorts the same on every machine and in every year; ICU and libc change with their versions.
  const args = "--auth trust --encoding UTF8 --locale-provider builtin --builtin-locale C.UTF-8 --locale C";
  const more = "--data-checksums --no-sync --no-instructions";
  await initdb(home, ["-D", directory, "-U", "postgres", ...args.split(" "), ...more.split(" ")]);
}

async function initdb(home: Home, args: string[]): Promise<void> {
  const { status, stdout, stderr } = await runAs(home.user, home.binaries.initdb, args);
  if (status === 0) return;
  const complaint = stderr.trim() || stdout.trim() || `exit code ${status}`;
  throw new AppError("store_failed", `PostgreSQL's initdb failed: ${complaint}`, {
    hint: `Is the disk of ${home.path} full? Otherwise try an empty directory in DATACLIPS_DATA.`,
  });
}
