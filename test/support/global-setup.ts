import { readFile } from "node:fs/promises";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { startEmbedded } from "../../src/embedded/embedded.ts";
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
}

declare module "vitest" {
  export interface ProvidedContext {
    cluster: TestCluster;
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
