import { readFile, unlink } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../errors.ts";
import { runAs } from "./run-as.ts";
import type { ServerUser } from "./server-user.ts";
import type { SocketAddress } from "./session.ts";

const STOP_TIMEOUT_MS = 60_000;
/** A server takes milliseconds from writing its process id to listening. */
const LISTEN_TIMEOUT_MS = 1_000;
const POLL_MS = 20;

interface LeftoverOptions {
  dataDirectory: string;
  user: ServerUser | undefined;
  address: SocketAddress;
  onProgress: (line: string) => void;
}

/**
 * Makes sure that no PostgreSQL runs on this directory any more, after our own process was killed: waits for the
 * one that is stopping, stops the one that is not. Call it with the data directory's lock held.
 */
export async function stopLeftoverServer(options: LeftoverOptions): Promise<void> {
  await untilStopped(options);
  // Now nobody listens, and the socket's own lock file, which a killed server leaves too, says nothing.
  await unlink(`${socketPath(options.address)}.lock`).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
}

async function untilStopped(options: LeftoverOptions): Promise<void> {
  const pidFile = join(options.dataDirectory, "postmaster.pid");
  const deadlineMs = performance.now() + STOP_TIMEOUT_MS;
  const listenDeadlineMs = performance.now() + LISTEN_TIMEOUT_MS;
  let told = false;
  for (;;) {
    const pid = Number((await readFile(pidFile, "utf8").catch(() => "")).split("\n")[0]);
    // A dead server's file may stay: PostgreSQL replaces it.
    if (!pid || !isAlive(Math.abs(pid))) return;
    if (pid > 0 && (await isListening(options.address))) {
      if (!told) options.onProgress(`Stopping the PostgreSQL that was left running (process ${pid})`);
      told = true;
      // SIGINT is PostgreSQL's fast shutdown; repeating it does no harm.
      await runAs(options.user, "/bin/sh", ["-c", 'kill -INT "$1"', "sh", String(pid)]);
    } else if (performance.now() > listenDeadlineMs) {
      // After a reboot, or in a new container, the number may be that of any process; and a killed server keeps its
      // number until its parent has noticed. Then nothing ever listens, and PostgreSQL would refuse to start beside
      // the file. (A negative number is initdb's server, which never listens.)
      return void (await unlink(pidFile));
    }
    if (performance.now() > deadlineMs) {
      throw new AppError(
        "conflict",
        `A PostgreSQL (process ${pid}) still runs in ${options.dataDirectory} and does not stop.`,
        {
          hint: `Stop it by hand (kill -QUIT ${pid}), then start Dataclips again.`,
        },
      );
    }
    await sleep(POLL_MS);
  }
}

function socketPath(address: SocketAddress): string {
  return join(address.directory, `.s.PGSQL.${address.port}`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

function isListening(address: SocketAddress): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath(address));
    const answer = (listening: boolean) => {
      socket.destroy();
      resolve(listening);
    };
    socket.once("connect", () => answer(true));
    // EAGAIN: too many wait to be let in, so somebody listens.
    socket.once("error", (error: NodeJS.ErrnoException) => answer(error.code === "EAGAIN"));
  });
}
