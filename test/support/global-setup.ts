import { mkdtemp, chmod, readFile, rm, statfs } from "node:fs/promises";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { startEmbedded } from "../../src/embedded/embedded.ts";
import { migrateOwnDatabase } from "../../src/own-database.ts";

/** The addresses that test files clone their databases from. */
export interface TestCluster {
  /** A superuser on the primary, in the database `postgres`. */
  admin: string;
  /** The template of Dataclips' own database: migrated and empty. */
  ownTemplate: string;
  /** The template of databases that clips query: see test/support/fixture.sql. */
  queryTemplate: string;
  /** URLs of the roles in a database on either server. */
  own: string;
  reader: string;
  primaryReader: string;
}

declare module "vitest" {
  export interface ProvidedContext {
    cluster: TestCluster;
  }
}

/** Stands for the database's name in the URLs above. */
export const DATABASE = "DATABASE_NAME";

/** Where files are in memory: hundreds of databases made and dropped took a third of the kernel's time on a disk. */
const MEMORY = "/dev/shm";
const ROOM_BYTES = 8 * 1024 ** 3;

async function isRoomy(directory: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(directory).catch(() => ({ bavail: 0, bsize: 0 }));
  return bavail * bsize >= ROOM_BYTES;
}

/** One embedded primary with its follower for all test files; each file clones databases of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(`${(await isRoomy(MEMORY)) ? MEMORY : "/tmp"}/dataclips-test-`);
  await chmod(directory, 0o755);
  const embedded = await startEmbedded({ dataDirectory: directory, onProgress: () => {}, samples: false });
  const admin = embedded.url({ role: "postgres", database: "postgres" });
  // Nobody needs these data after a power cut; the tests of crashes have servers of their own.
  for (const url of [admin, embedded.url({ role: "postgres", database: "postgres", server: "follower" })]) {
    await query(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()");
  }
  await query(admin, "CREATE DATABASE own_template OWNER dataclips", "CREATE DATABASE query_template");
  await migrateOwnDatabase(embedded.url({ role: "dataclips", database: "own_template" }));
  await query(
    embedded.url({ role: "postgres", database: "query_template" }),
    await readFile(new URL("fixture.sql", import.meta.url), "utf8"),
    "SET dataclips.connection_limit = '90'; SET dataclips.schemas = 'public,app'",
    await readFile(new URL("../../sql/roles.sql", import.meta.url), "utf8"),
  );
  project.provide("cluster", {
    admin,
    ownTemplate: "own_template",
    queryTemplate: "query_template",
    own: embedded.url({ role: "dataclips", database: DATABASE }),
    reader: embedded.url({ role: "dataclips_reader", database: DATABASE, server: "follower" }),
    primaryReader: embedded.url({ role: "dataclips_reader", database: DATABASE }),
  });
  return async () => {
    await embedded.stop();
    await rm(directory, { recursive: true, force: true });
  };
}

async function query(url: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
