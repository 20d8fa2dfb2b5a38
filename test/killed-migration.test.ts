import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type ServeProcess, startProcess } from "./serve-process.ts";
import { DATABASE } from "./support/global-setup.ts";
import { until } from "./support/test-server.ts";

const { admin: adminUrl, own: ownUrl, reader } = inject("cluster");
const name = `migration_${process.pid}_${Date.now().toString(36)}`;

let admin: pg.Client;
/** A superuser's session in the database that is migrated. */
let inside: pg.Client;
const processes: ServeProcess[] = [];
beforeAll(async () => {
  admin = new pg.Client(adminUrl);
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name} OWNER dataclips`);
  inside = new pg.Client(adminUrl.replace(/\/postgres(\?|$)/, `/${name}$1`));
  await inside.connect();
});
afterAll(async () => {
  for (const started of processes) {
    started.kill("SIGKILL");
    await started.exited;
  }
  await inside.end();
  await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
  await admin.end();
});

function start(): ServeProcess {
  const started = startProcess({
    HOST: "127.0.0.1",
    PORT: "0",
    DATABASE_URL: ownUrl.replace(DATABASE, name),
    DATACLIPS_TOKEN: "a-token-for-this-process",
    DATACLIPS_SECRET: "a-secret-for-this-process-of-40-characters",
    DATACLIPS_DATABASES: JSON.stringify({ test: { followers: [reader.replace(DATABASE, "nowhere")] } }),
  });
  processes.push(started);
  return started;
}

async function tables(): Promise<string[]> {
  const { rows } = await inside.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1");
  return rows.map(({ tablename }) => tablename);
}

test("kill -9 in the middle of the migrations leaves nothing half done, and the next start goes on", async () => {
  // The migrations have to wait at something that one of the later ones makes.
  await inside.query("BEGIN; CREATE FUNCTION tell_clip_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'");
  const killed = start();
  const waiting = `SELECT FROM pg_stat_activity WHERE datname = '${name}' AND wait_event_type = 'Lock'
                    AND query LIKE '%CREATE FUNCTION "tell_clip_change"%'`;
  await until(async () => (await admin.query(waiting)).rowCount === 1);
  killed.kill("SIGKILL");
  await killed.exited;
  await inside.query("ROLLBACK");
  const sessions = `SELECT FROM pg_stat_activity WHERE datname = '${name}' AND usename = 'dataclips'`;
  await until(async () => (await admin.query(sessions)).rowCount === 0);
  expect(await tables()).toEqual([]);

  const next = start();
  await next.ready();
  expect(await tables()).toEqual(expect.arrayContaining(["clips", "result_chunks", "results", "runs", "shares"]));
}, 60_000);
