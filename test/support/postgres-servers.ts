import { chown, cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import pg from "pg";
import { findBinaries } from "../../src/embedded/binaries.ts";
import { runAs } from "../../src/embedded/run-as.ts";
import { findServerUser, type ServerUser } from "../../src/embedded/server-user.ts";
import { temporaryDirectory } from "../embedded/temporary-directory.ts";

/** A PostgreSQL server that nobody starts again, and that a test stops, kills and changes as it likes. */
export interface PostgresServer {
  /** Its data directory. */
  directory: string;
  port: number;
  url(role?: string, database?: string): string;
  /** Runs statements one after the other as the superuser; gives the rows of the last one. */
  query(sql: string | string[], database?: string): Promise<any[]>;
  /** @param settings such as `recovery_target_lsn=0/3000000`, for this start */
  start(...settings: string[]): Promise<void>;
  /** `immediate` is like a power cut. */
  stop(mode?: "fast" | "immediate"): Promise<void>;
  restart(mode?: "fast" | "immediate"): Promise<void>;
  /** Takes the files of another one in place of its own; both are stopped. */
  replaceBy(other: PostgresServer): Promise<void>;
}

/** Servers of one test. */
export interface PostgresServers {
  primary: PostgresServer;
  /** A streaming follower of a running server: its files are a copy of that one's, which is stopped meanwhile. */
  follow(leader: PostgresServer, name: string): Promise<PostgresServer>;
  /** Lets a stopped server follow another one. */
  point(follower: PostgresServer, leader: PostgresServer): Promise<void>;
  close(): Promise<void>;
}

const SETTINGS = `
listen_addresses = ''
fsync = off
max_connections = 60
shared_buffers = 16MB
max_wal_senders = 10
hot_standby = on
wal_retrieve_retry_interval = '200ms'
wal_receiver_status_interval = '1s'
timezone = UTC
lc_messages = C
logging_collector = off
`;

/**
 * Makes a primary, running.
 * @param options.programs the directory of initdb, pg_ctl and postgres; without it the embedded version's
 * @param options.root an empty directory for all files, which is left to its owner; without it a temporary one
 */
export async function startPostgres(options: { programs?: string; root?: string } = {}): Promise<PostgresServers> {
  const temporary = options.root === undefined ? await temporaryDirectory() : undefined;
  const root = options.root ?? temporary!.path;
  const user = await findServerUser(`${root}/primary`);
  const programs =
    options.programs ??
    dirname((await findBinaries({ user, relocationRoot: "/var/lib/dataclips", onProgress: () => {} })).postgres);
  const servers: PostgresServer[] = [];
  const own = async (path: string): Promise<void> => {
    if (user) await chown(path, user.uid, user.gid);
  };
  const sockets = `${root}/s`;
  await mkdir(sockets, { mode: 0o755 });
  await own(root);
  await own(sockets);

  const make = (name: string): PostgresServer => {
    const server = makeServer({ name, root, sockets, programs, user, port: 5432 + servers.length });
    servers.push(server);
    return server;
  };

  const primary = make("primary");
  await run(user, `${programs}/initdb`, [
    "-D",
    primary.directory,
    "-U",
    "postgres",
    "-A",
    "trust",
    "--no-locale",
    "-E",
    "UTF8",
    "-k",
    "-N",
  ]);
  const config = `${primary.directory}/postgresql.conf`;
  await writeFile(config, (await readFile(config, "utf8")) + SETTINGS);
  await primary.start();

  const point = async (follower: PostgresServer, leader: PostgresServer): Promise<void> => {
    await writeFile(`${follower.directory}/standby.signal`, "");
    await own(`${follower.directory}/standby.signal`);
    const auto = `${follower.directory}/postgresql.auto.conf`;
    await writeFile(auto, `primary_conninfo = 'host=${sockets} port=${leader.port} user=postgres'\n`);
    await own(auto);
  };

  return {
    primary,
    point,
    async follow(leader, name) {
      const follower = make(name);
      await leader.stop();
      await cp(leader.directory, follower.directory, { recursive: true, preserveTimestamps: true });
      await run(undefined, "chown", [
        "-R",
        user ? `${user.uid}:${user.gid}` : String(process.getuid!()),
        follower.directory,
      ]);
      await leader.start();
      await point(follower, leader);
      await follower.start();
      return follower;
    },
    async close() {
      for (const server of servers) await server.stop("immediate").catch(() => {});
      await temporary?.remove();
    },
  };
}

function makeServer(options: {
  name: string;
  root: string;
  sockets: string;
  programs: string;
  user: ServerUser | undefined;
  port: number;
}): PostgresServer {
  const { name, root, sockets, programs, user, port } = options;
  const directory = `${root}/${name}`;
  const pgCtl = (...args: string[]): Promise<void> => run(user, `${programs}/pg_ctl`, ["-D", directory, "-w", ...args]);
  const url = (role = "postgres", database = "postgres"): string =>
    `postgres://${role}@${encodeURIComponent(sockets)}:${port}/${database}`;
  const server: PostgresServer = {
    directory,
    port,
    url,
    async query(sql, database) {
      const client = new pg.Client(url("postgres", database));
      client.on("error", () => {});
      await client.connect();
      try {
        let rows: unknown[] = [];
        for (const statement of [sql].flat()) ({ rows } = await client.query(statement));
        return rows;
      } finally {
        await client.end();
      }
    },
    start(...settings) {
      const given = [`port=${port}`, `unix_socket_directories=${sockets}`, ...settings].map(
        (setting) => `-c ${setting}`,
      );
      return pgCtl("start", "-l", `${root}/${name}.log`, "-o", given.join(" "));
    },
    stop: (mode = "fast") => pgCtl("stop", "-m", mode),
    async restart(mode) {
      await server.stop(mode);
      await server.start();
    },
    async replaceBy(other) {
      await rm(directory, { recursive: true });
      await rename(other.directory, directory);
    },
  };
  return server;
}

async function run(user: ServerUser | undefined, command: string, args: string[]): Promise<void> {
  const { status, stdout, stderr } = await runAs(user, command, args);
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr}${stdout}`);
}
