import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../errors.ts";
import { copyPrimary } from "./copy-primary.ts";
import { serverFiles } from "./home.ts";
import type { Home } from "./home.ts";
import { startServer } from "./server.ts";
import type { Server } from "./server.ts";
import { withSession } from "./session.ts";
import { SLOT } from "./settings.ts";
import { exists, removeUnfinishedMark } from "./unfinished-mark.ts";
import { writeSettings } from "./write-settings.ts";

/** A follower that has not moved for this long will not: its history and the primary's have parted. */
const STANDSTILL_MS = 15_000;
const POLL_MS = 10;

/**
 * Starts the follower and waits until it streams and has everything that the primary has at this moment. It holds
 * nothing of its own, so one that is missing, half made, or cannot follow any more is made anew from the primary,
 * which must be running.
 */
export async function startFollower(home: Home): Promise<Server> {
  if (await canFollow(home)) {
    let server: Server | undefined;
    try {
      server = await start(home);
      await catchUp(home);
      return server;
    } catch (error) {
      await server?.stop();
      const reason = error instanceof Error ? error.message : String(error);
      home.onProgress(`The follower cannot go on (${reason}); making a new one`);
    }
  }
  await copyPrimary(home);
  const server = await start(home);
  try {
    await catchUp(home);
    await removeUnfinishedMark(serverFiles(home, "follower").unfinishedMark);
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function start(home: Home): Promise<Server> {
  const { dataDirectory, configFile, logFile } = serverFiles(home, "follower");
  const { user, binaries, onProgress } = home;
  onProgress("Starting the follower");
  await writeSettings(home, "follower");
  const address = home.addresses.follower;
  return startServer({
    name: "follower",
    postgres: binaries.postgres,
    dataDirectory,
    configFile,
    logFile,
    user,
    address,
    onProgress,
  });
}

async function canFollow(home: Home): Promise<boolean> {
  const { dataDirectory, unfinishedMark } = serverFiles(home, "follower");
  if (await exists(unfinishedMark)) return false;
  // Without this file it would start as a primary of its own.
  if (!(await exists(`${dataDirectory}/standby.signal`))) return false;
  const found = await withSession(home.addresses.primary, "postgres", (client) =>
    client.query("SELECT FROM pg_replication_slots WHERE slot_name = $1 AND wal_status <> 'lost'", [SLOT]),
  );
  return found.rowCount === 1;
}

async function catchUp(home: Home): Promise<void> {
  const { primary, follower } = home.addresses;
  const target = await withSession(primary, "postgres", async (client) => {
    const { rows } = await client.query<{ lsn: string }>("SELECT pg_current_wal_flush_lsn() AS lsn");
    return rows[0]?.lsn;
  });
  await withSession(follower, "postgres", async (client) => {
    let last = "";
    let movedAtMs = performance.now();
    for (;;) {
      const { rows } = await client.query<{ done: boolean; position: string }>(
        `SELECT coalesce(pg_last_wal_replay_lsn() >= $1, false) AND EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming') AS done,
                concat(pg_last_wal_receive_lsn(), ' ', pg_last_wal_replay_lsn()) AS position`,
        [target],
      );
      if (rows[0]?.done === true) return;
      if (rows[0]?.position !== last) movedAtMs = performance.now();
      last = rows[0]?.position ?? "";
      if (performance.now() - movedAtMs > STANDSTILL_MS) {
        throw new AppError("store_failed", `it stands still at ${last}, the primary is at ${target}`, {
          hint: `Its log is ${serverFiles(home, "follower").logFile}.`,
        });
      }
      await sleep(POLL_MS);
    }
  });
}
