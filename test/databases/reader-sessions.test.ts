import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import {
  destroySession,
  endSession,
  openReaderSessions,
  type ReaderSessions,
} from "../../src/databases/reader-sessions.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";

let server: TestServer;
let superuser: pg.Client;
let sessions: ReaderSessions;
beforeAll(async () => {
  server = await startTestServer();
  superuser = new pg.Client(server.readerUrl.replace("dataclips_reader@", "postgres@"));
  await superuser.connect();
});
afterAll(async () => {
  await superuser.end();
  await server.close();
});
afterEach(async () => {
  for (const client of taken.splice(0)) endSession(client);
  await sessions.close();
  await until(async () => (await countSessions()) === 0);
});

/** What a test has taken, to be ended whatever becomes of it. */
const taken: pg.Client[] = [];

async function take(): Promise<pg.Client> {
  const { client } = await sessions.take();
  taken.push(client);
  return client;
}

/** Sessions of the reader on the follower: this file's server has not run a clip, and so has none of its own. */
async function countSessions(): Promise<number> {
  const { rows } = await superuser.query(
    "SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND usename = 'dataclips_reader'",
  );
  return rows[0].count;
}

async function pidOf(client: pg.Client): Promise<number> {
  return (await client.query("SELECT pg_backend_pid() AS pid")).rows[0].pid;
}

test("connects to nothing before it has to, then keeps so many sessions ready", async () => {
  sessions = openReaderSessions(server.readerUrl, { ahead: 2, most: 8 });
  expect(await countSessions()).toBe(0);
  const client = await take();
  await until(async () => (await countSessions()) === 3);
  await take();
  await until(async () => (await countSessions()) === 4);
  endSession(client);
  await until(async () => (await countSessions()) === 3);
});

test("gives each session once", async () => {
  sessions = openReaderSessions(server.readerUrl, { ahead: 2, most: 8 });
  const pids = new Set<number>();
  for (let n = 0; n < 6; n++) {
    const client = await take();
    pids.add(await pidOf(client));
    endSession(client);
  }
  expect(pids.size).toBe(6);
});

test("a session cannot write between transactions either", async () => {
  sessions = openReaderSessions(server.readerUrl, { ahead: 0, most: 8 });
  const client = await take();
  const { rows } = await client.query("SHOW default_transaction_read_only");
  expect(rows).toEqual([{ default_transaction_read_only: "on" }]);
});

test("a session that broke while it waited is not given out", async () => {
  sessions = openReaderSessions(server.readerUrl, { ahead: 1, most: 8 });
  const first = await take();
  await until(async () => (await countSessions()) === 2);
  endSession(first);
  await until(async () => (await countSessions()) === 1);
  const ready = await superuser.query(
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename = 'dataclips_reader'",
  );
  await superuser.query("SELECT pg_terminate_backend($1)", [ready.rows[0].pid]);
  await until(async () => (await countSessions()) === 0);
  // The end of the connection is news that this process reads in its next turns.
  for (let turn = 0; turn < 3; turn++) await superuser.query("SELECT 1");
  expect(await pidOf(await take())).not.toBe(ready.rows[0].pid);
});

test("close() ends those that wait, and opens none ahead any more", async () => {
  sessions = openReaderSessions(server.readerUrl, { ahead: 1, most: 8 });
  await take();
  await until(async () => (await countSessions()) === 2);
  await sessions.close();
  await until(async () => (await countSessions()) === 1);
  await take();
  await until(async () => (await countSessions()) === 2);
  for (let turn = 0; turn < 3; turn++) await superuser.query("SELECT 1");
  expect(await countSessions()).toBe(2);
});

test("a session that was cut off counts until PostgreSQL has found out", async () => {
  sessions = openReaderSessions(server.readerUrl, { ahead: 0, most: 1 });
  const client = await take();
  client.query("SELECT pg_sleep(600)").catch(() => {});
  await until(async () => (await server.busySessions()).length === 1);
  destroySession(client);
  await take();
  expect(await countSessions()).toBe(1);
});

test("says why it cannot connect", async () => {
  sessions = openReaderSessions(`${server.readerUrl}_gone`, { ahead: 2, most: 8 });
  await expect(sessions.take()).rejects.toMatchObject({ code: "3D000" });
});
