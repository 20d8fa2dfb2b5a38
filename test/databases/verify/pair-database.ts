import pg from "pg";
import { inject } from "vitest";
import { DATABASE } from "../../support/global-setup.ts";
import { until } from "../../support/test-server.ts";

/** A database of a test file's own on the shared primary and its follower. */
export interface PairDatabase {
  name: string;
  primaryUrl: string;
  followerUrl: string;
  /** A superuser's session in it on the primary. */
  primary: pg.Client;
  /** The URL of a role in it. */
  url(server: "primary" | "follower", role: string): string;
  /** Waits until the follower has replayed what the primary has written. */
  catchUp(): Promise<void>;
  drop(): Promise<void>;
}

let made = 0;

/** Makes an empty database; the URLs are a superuser's. */
export async function makePairDatabase(): Promise<PairDatabase> {
  const cluster = inject("cluster");
  const name = `verify_${process.pid}_${Date.now().toString(36)}_${made++}`;
  const admin = await connect(cluster.admin);
  await admin.query(`CREATE DATABASE ${name} TEMPLATE template0`);
  const url: PairDatabase["url"] = (server, role) =>
    (server === "primary" ? cluster.primaryReader : cluster.reader)
      .replace(DATABASE, name)
      .replace("dataclips_reader@", `${role}@`);
  const primary = await connect(url("primary", "postgres"));
  const follower = await connect(url("follower", "postgres").replace(name, "postgres"));
  return {
    name,
    primaryUrl: url("primary", "postgres"),
    followerUrl: url("follower", "postgres"),
    primary,
    url,
    async catchUp() {
      const { rows } = await admin.query("SELECT pg_current_wal_flush_lsn()::text AS lsn");
      await until(async () => {
        const replayed = await follower.query("SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS done", [rows[0].lsn]);
        return replayed.rows[0].done;
      });
    },
    async drop() {
      await follower.end();
      await primary.end();
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.end();
    },
  };
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  client.on("error", () => {});
  await client.connect();
  return client;
}
