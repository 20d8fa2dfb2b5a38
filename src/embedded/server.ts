import { open, readFile, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../errors.ts";
import { startGuarded } from "./guarded-process.ts";
import type { GuardedProcess } from "./guarded-process.ts";
import { stopLeftoverServer } from "./leftover-server.ts";
import type { ServerUser } from "./server-user.ts";
import { withSession } from "./session.ts";
import type { SocketAddress } from "./session.ts";

export interface ServerOptions {
  name: "primary" | "follower";
  postgres: string;
  dataDirectory: string;
  configFile: string;
  logFile: string;
  user: ServerUser | undefined;
  address: SocketAddress;
  onProgress: (line: string) => void;
}

/** A running server, which is started again whenever it ends unasked. */
export interface Server {
  /** Fast shutdown. Resolves when the process is gone. Idempotent. */
  stop(): Promise<void>;
}

const READY_POLL_MS = 10;
const SLOW_START_MS = 5_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;
/** A server that ran this long was well; its next failure starts with a short pause again. */
const HEALTHY_AFTER_MS = 60_000;
const LOG_LIMIT_BYTES = 10_000_000;

/** Starts a server on its data directory and waits until it takes connections, crash recovery included. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { name, onProgress } = options;
  await keepLogSmall(options.logFile);
  const logStartBytes = (await stat(options.logFile).catch(() => undefined))?.size ?? 0;
  let running = await launch(options);
  let startedAtMs = performance.now();
  try {
    await becomeReady(options, running);
  } catch (error) {
    running.release();
    await running.exited;
    if (error instanceof ServerEnded) throw await startFailed(options, logStartBytes, error);
    throw error;
  }

  const stopping = new AbortController();
  const supervision = (async () => {
    let pauseMs = FIRST_PAUSE_MS;
    for (;;) {
      const status = await running.exited;
      if (stopping.signal.aborted) return;
      if (performance.now() - startedAtMs > HEALTHY_AFTER_MS) pauseMs = FIRST_PAUSE_MS;
      onProgress(`The ${name} stopped unexpectedly (${describe(status)}); starting it again, see ${options.logFile}`);
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      startedAtMs = performance.now();
      try {
        running = await launch(options);
        if (stopping.signal.aborted) running.release();
      } catch (error) {
        // The old process does not go away, or the disk is full: `running` has ended, so this comes round again.
        onProgress(`The ${name} could not be started again: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  })();

  return {
    async stop() {
      stopping.abort();
      running.release();
      await supervision;
      // The guard may have been killed without its server.
      await stopLeftoverServer(options);
    },
  };
}

async function launch(options: ServerOptions): Promise<GuardedProcess> {
  await stopLeftoverServer(options);
  const log = await open(options.logFile, "a", 0o600);
  try {
    return startGuarded({
      command: options.postgres,
      args: ["-D", options.dataDirectory, "-c", `config_file=${options.configFile}`],
      user: options.user,
      logDescriptor: log.fd,
    });
  } finally {
    await log.close();
  }
}

/** The server ended before it took its first connection. */
class ServerEnded extends Error {}

async function becomeReady(options: ServerOptions, running: GuardedProcess): Promise<void> {
  const end: { status?: number } = {};
  void running.exited.then((code) => (end.status = code));
  const slowAtMs = performance.now() + SLOW_START_MS;
  let told = false;
  for (;;) {
    try {
      if (await saysReady(options.dataDirectory)) {
        return await withSession(options.address, "postgres", async (client) => void (await client.query("SELECT 1")));
      }
    } catch (error) {
      // Another server's old word: this one is starting up (57P03), or does not listen yet.
      const { code } = error as { code?: string };
      const isEarly = ["57P03", "ENOENT", "ECONNREFUSED", "ECONNRESET", "EAGAIN"].includes(code ?? "");
      if (!isEarly && end.status === undefined) throw error;
    }
    if (end.status !== undefined) throw new ServerEnded(describe(end.status));
    if (!told && performance.now() > slowAtMs) {
      options.onProgress(`The ${options.name} is still recovering what it had not written to its tables`);
      told = true;
    }
    await sleep(READY_POLL_MS);
  }
}

/** PostgreSQL writes its state into line 8, for pg_ctl. Asking by connecting would fill the log with refusals. */
async function saysReady(dataDirectory: string): Promise<boolean> {
  const text = await readFile(join(dataDirectory, "postmaster.pid"), "utf8").catch(() => "");
  return text.split("\n")[7]?.trim() === "ready";
}

async function startFailed(options: ServerOptions, logStartBytes: number, cause: ServerEnded): Promise<AppError> {
  const log = await open(options.logFile, "r");
  try {
    const { size } = await log.stat();
    const buffer = Buffer.alloc(Math.min(size - logStartBytes, 4_000));
    await log.read(buffer, 0, buffer.length, size - buffer.length);
    const complaints = buffer
      .toString()
      .split("\n")
      .filter((line) => /FATAL|PANIC|HINT|error|not found/.test(line));
    return new AppError(
      "store_failed",
      `The ${options.name} did not start (${cause.message}). ${complaints.join(" ")}`.trim(),
      {
        hint: `Its log is ${options.logFile}.`,
        cause,
      },
    );
  } finally {
    await log.close();
  }
}

function describe(status: number): string {
  return status > 128 ? `signal ${status - 128}` : `exit code ${status}`;
}

/** One old log is kept. */
async function keepLogSmall(logFile: string): Promise<void> {
  const found = await stat(logFile).catch(() => undefined);
  if (found !== undefined && found.size > LOG_LIMIT_BYTES) await rename(logFile, `${logFile}.old`);
}
