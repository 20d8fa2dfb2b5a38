import pg from "pg";
import { expect, inject, test } from "vitest";
import { migrateOwnDatabase } from "../src/own-database.ts";
import { DATABASE } from "./support/global-setup.ts";

test("servers that start together on an empty database migrate it once", async () => {
  const { admin: adminUrl, own } = inject("cluster");
  const name = `migrated_${process.pid}_${Date.now().toString(36)}`;
  const admin = new pg.Client(adminUrl);
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name} OWNER dataclips`);
  try {
    const url = own.replace(DATABASE, name);
    await Promise.all([migrateOwnDatabase(url), migrateOwnDatabase(url), migrateOwnDatabase(url)]);
    const client = new pg.Client(url);
    await client.connect();
    const read = async () => {
      const tables = await client.query(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1",
      );
      const migrations = await client.query("SELECT hash FROM drizzle.__drizzle_migrations ORDER BY id");
      return { tables: tables.rows.map((row) => row.table_name), migrations: migrations.rows.map((row) => row.hash) };
    };
    const before = await read();
    expect(before.tables).toStrictEqual([
      "accounts",
      "api_keys",
      "audit_events",
      "clip_editors",
      "clips",
      "favourites",
      "invitations",
      "materialized_clips",
      "people",
      "result_chunks",
      "results",
      "runs",
      "schedule_plans",
      "sessions",
      "share_uses",
      "shares",
      "sign_in_links",
      "team_members",
      "teams",
      "two_factors",
      "verifications",
      "versions",
    ]);
    expect(new Set(before.migrations).size).toBe(before.migrations.length);
    expect(before.migrations.length).toBeGreaterThan(1);
    await migrateOwnDatabase(url);
    expect(await read()).toStrictEqual(before);
    // The lock is given back.
    const locks = await client.query(
      "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
    );
    expect(locks.rows).toStrictEqual([]);
    await client.end();
  } finally {
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.end();
  }
});
