import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { openTcpDoor, type TcpDoor } from "../../src/worker/open-tcp-door.ts";
import { type Embedded, startEmbedded } from "../../src/embedded/embedded.ts";
import { migrateOwnDatabase } from "../../src/own-database.ts";
import { temporaryDirectory } from "../embedded/temporary-directory.ts";

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
  /** TCP ports of the primary and the follower, where Workers are tested; null elsewhere. */
  ports: { primary: number; follower: number } | null;
}

declare module "vitest" {
  export interface ProvidedContext {
    cluster: TestCluster;
    /** What serves the application that is tested. */
    runtime: "node" | "workers";
  }
}

/** Stands for the database's name in the URLs above. */
export const DATABASE = "DATABASE_NAME";

/** One embedded primary with its follower for all test files; each file clones databases of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await temporaryDirectory();
  const embedded = await startEmbedded({ dataDirectory: directory.path, onProgress: () => {}, samples: false });
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
  const isWorkersToo = project.vitest.projects.some(({ name }) => name === "workers");
  const doors = isWorkersToo ? await openDoors(embedded) : null;
  project.provide("cluster", {
    ports: doors && { primary: doors.primary.port, follower: doors.follower.port },
    admin,
    ownTemplate: "own_template",
    queryTemplate: "query_template",
    own: embedded.url({ role: "dataclips", database: DATABASE }),
    reader: embedded.url({ role: "dataclips_reader", database: DATABASE, server: "follower" }),
    primaryReader: embedded.url({ role: "dataclips_reader", database: DATABASE }),
  });
  return async () => {
    await Promise.all([doors?.primary.close(), doors?.follower.close()]);
    await embedded.stop();
    await directory.remove();
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

/** The Worker, built, and the ports by which it reaches the databases. */
async function openDoors(embedded: Embedded): Promise<{ primary: TcpDoor; follower: TcpDoor }> {
  await promisify(execFile)("npm", ["run", "worker:build"], {
    env: { ...process.env, WRANGLER_SEND_METRICS: "false" },
  });
  const open = (server: "primary" | "follower"): Promise<TcpDoor> => {
    const { host, port } = new pg.Client(embedded.url({ role: "postgres", database: "postgres", server }));
    return openTcpDoor({ path: `${host}/.s.PGSQL.${port}` });
  };
  return { primary: await open("primary"), follower: await open("follower") };
}
