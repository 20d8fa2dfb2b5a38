import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { until } from "../support/test-server.ts";

const EXECUTABLE = process.env["PGBOUNCER"] ?? "/usr/sbin/pgbouncer";

/** Whether pgbouncer's tests run: without pgbouncer they are skipped, but in CI they fail. */
export const hasPgbouncer = existsSync(EXECUTABLE) || process.env["CI"] !== undefined;

/** A real pgbouncer in transaction mode, in front of a server that listens on a Unix socket. */
export interface Pgbouncer {
  /** On 127.0.0.1. */
  port: number;
  /** The same role and database by way of the pooler. */
  url(directUrl: string): string;
  /** What it has logged so far. */
  log(): string;
  stop(): Promise<void>;
}

/**
 * Starts the system's pgbouncer with its own defaults, but for the mode.
 * @param serverUrl a URL of the server to stand before; @param poolSize its connections for each role and database
 * @throws Error that says what to install, where there is none
 */
export async function startPgbouncer(serverUrl: string, poolSize: number): Promise<Pgbouncer> {
  if (!existsSync(EXECUTABLE)) {
    throw new Error(
      `These tests need pgbouncer, and there is none at ${EXECUTABLE}. ` +
        "Install it (on Debian: apt-get install pgbouncer), or set PGBOUNCER to the path of one.",
    );
  }
  const { hostname, port: serverPort } = new URL(serverUrl);
  const socketDirectory = decodeURIComponent(hostname);
  const directory = await mkdtemp("/tmp/dc-pgbouncer-");
  await chmod(directory, 0o755);
  const port = await freePort();
  await writeFile(
    `${directory}/users`,
    '"dataclips" ""\n"dataclips_reader" ""\n"dataclips_signal" ""\n"postgres" ""\n',
  );
  await writeFile(
    `${directory}/pgbouncer.ini`,
    `[databases]
* = host=${socketDirectory} port=${serverPort}
[pgbouncer]
pool_mode = transaction
default_pool_size = ${poolSize}
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${directory}/users
`,
  );
  // It refuses to be root, as PostgreSQL does: the one who runs the server is no other than us, or unprivileged.
  const { uid, gid } = await stat(`${socketDirectory}/.s.PGSQL.${serverPort}`);
  const child = spawn(EXECUTABLE, [`${directory}/pgbouncer.ini`], {
    ...(process.getuid?.() === 0 ? { uid, gid } : {}),
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (log += text));
  let failed: Error | undefined;
  child.once("error", (error) => (failed = error));
  child.once("exit", (status) => (failed = new Error(`pgbouncer ended (${status}):\n${log}`)));
  await until(async () => {
    if (failed) throw failed;
    return listens(port);
  });
  return {
    port,
    url(directUrl) {
      const { username, pathname } = new URL(directUrl);
      return `postgres://${username}@127.0.0.1:${port}${pathname}`;
    },
    log: () => log,
    async stop() {
      await stop(child);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => void server.close(resolve));
  return port;
}

async function listens(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, "127.0.0.1", () => resolve(true));
  socket.once("error", () => resolve(false));
  const came = await promise;
  socket.destroy();
  return came;
}
