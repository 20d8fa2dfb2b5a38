import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startEmbedded } from "../../src/embedded/embedded.ts";
import type { Embedded } from "../../src/embedded/embedded.ts";
import { query } from "./query.ts";
import { eventually, processesOf, serverPid } from "./server-processes.ts";
import { temporaryDirectory, writeTinySamples } from "./temporary-directory.ts";

let temporary: Awaited<ReturnType<typeof temporaryDirectory>>;
let embedded: Embedded;
const progress: string[] = [];
const hasPsql = await promisify(execFile)("psql", ["--version"]).then(
  () => true,
  () => false,
);

async function start() {
  return startEmbedded({
    dataDirectory: `${temporary.path}/data`,
    samples: true,
    samplesDirectory: await writeTinySamples(`${temporary.path}/samples`),
    onProgress: (line) => progress.push(line),
  });
}
const primary = (role = "postgres", database = "postgres") => embedded.url({ role, database });
const follower = (role = "postgres", database = "postgres") => embedded.url({ role, database, server: "follower" });

beforeAll(async () => {
  temporary = await temporaryDirectory();
  embedded = await start();
});
afterAll(async () => {
  await embedded?.stop();
  await temporary?.remove();
});

test("makes a primary and a follower that streams, and says so", async () => {
  expect(progress[0]).toMatch(/^Creating a PostgreSQL 18\.\d+ primary in /);
  expect(progress).toContain("Loading the sample database shop");
  expect(progress).toContain("Starting the follower");
  expect(await query(primary(), "SELECT pg_is_in_recovery()")).toEqual([[false]]);
  expect(await query(follower(), "SELECT pg_is_in_recovery()")).toEqual([[true]]);
  // At first it catches up.
  await eventually(async () => {
    const rows = await query(primary(), "SELECT application_name, state FROM pg_stat_replication");
    expect(rows).toEqual([["follower", "streaming"]]);
  });
});

test("what is written to the primary appears on the follower, which cannot be written itself", async () => {
  await query(primary("shop_owner", "shop"), "INSERT INTO numbers VALUES (1001, 'new')");
  await eventually(async () => {
    const rows = await query(follower("dataclips_reader", "shop"), "SELECT word FROM numbers WHERE n = 1001");
    expect(rows).toEqual([["new"]]);
  });
  await expect(query(follower("shop_owner", "shop"), "DELETE FROM numbers")).rejects.toMatchObject({ code: "25006" });
});

test("waits for the disk once the data are loaded", async () => {
  const sql = `SELECT name, setting FROM pg_settings
    WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'autovacuum', 'data_checksums') ORDER BY name`;
  expect((await query(primary(), sql)).map(([, setting]) => setting)).toEqual(["on", "on", "on", "on", "on"]);
  expect(await query(primary(), "SHOW listen_addresses")).toEqual([[""]]);
  expect(await query(follower(), "SHOW hot_standby_feedback")).toEqual([["on"]]);
});

test("databases are UTF-8 and sort alike on every machine", async () => {
  const sql =
    "SELECT datname, pg_encoding_to_char(encoding), datlocprovider, datlocale FROM pg_database WHERE NOT datistemplate ORDER BY 1";
  expect(await query(primary(), sql)).toEqual(
    ["billing", "dataclips", "postgres", "shop"].map((name) => [name, "UTF8", "b", "C.UTF-8"]),
  );
});

test("the reader reaches the sample databases only, and reads there only", async () => {
  expect(await query(primary("dataclips_reader", "billing"), "SELECT count(*) FROM numbers")).toEqual([["100"]]);
  for (const database of ["dataclips", "postgres"]) {
    await expect(query(primary("dataclips_reader", database), "SELECT 1")).rejects.toMatchObject({ code: "42501" });
  }
  await expect(
    query(primary("dataclips_reader", "shop"), "BEGIN READ WRITE; DELETE FROM numbers"),
  ).rejects.toMatchObject({ code: "42501" });
  await expect(query(primary("dataclips_reader", "shop"), "SELECT twice(2)")).rejects.toMatchObject({ code: "42501" });
});

test("dataclips owns its database; dataclips_signal can end a reader's session", async () => {
  await query(primary("dataclips", "dataclips"), "CREATE TABLE probe (n int); DROP TABLE probe");
  const sleeping = query(follower("dataclips_reader", "shop"), "SELECT pg_sleep(60)").catch((error: unknown) => error);
  await eventually(async () => {
    const sql = "SELECT FROM pg_stat_activity WHERE usename = 'dataclips_reader' AND wait_event = 'PgSleep'";
    return (await query(follower(), sql)).length > 0;
  });
  await query(
    follower("dataclips_signal", "postgres"),
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'dataclips_reader'",
  );
  expect(await sleeping).toMatchObject({ code: "57P01" });
});

test("the sockets' directory is closed to others, and the URLs are valid for all who parse them", async () => {
  const run = await stat(`${temporary.path}/data/postgresql/run`);
  expect(run.mode & 0o777).toBe(0o700);
  expect(new URL(primary("dataclips_reader", "shop")).pathname).toBe("/shop");
});

test.skipIf(!hasPsql)("psql takes the URL too", async () => {
  const { stdout } = await promisify(execFile)("psql", ["-XAtc", "SHOW port", follower()]);
  expect(stdout.trim()).toBe("5433");
});

test("a second start is refused, names the process and leaves the first alone", async () => {
  await expect(start()).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringContaining(`process ${process.pid}`),
    hint: expect.stringContaining("DATACLIPS_DATA"),
  });
  expect(await query(follower(), "SELECT 1")).toEqual([[1]]);
});

test("a server that is killed is started again, and the follower streams again", async () => {
  await query(primary("shop_owner", "shop"), "INSERT INTO numbers VALUES (1002, 'before the kill')");
  process.kill(await serverPid(`${temporary.path}/data/postgresql/primary`), "SIGKILL");
  await eventually(async () => progress.some((line) => line.startsWith("The primary stopped unexpectedly (signal 9)")));
  await eventually(() => query(primary("shop_owner", "shop"), "INSERT INTO numbers VALUES (1003, 'after the kill')"));
  await eventually(async () => {
    const rows = await query(follower("dataclips_reader", "shop"), "SELECT n FROM numbers WHERE n IN (1002, 1003)");
    expect(rows).toHaveLength(2);
  });
});

test("stop ends every process, twice is once, and a restart keeps the data", async () => {
  await embedded.stop();
  await embedded.stop();
  expect(await processesOf(temporary.path)).toEqual([]);
  progress.length = 0;
  embedded = await start();
  expect(progress).toEqual(["Starting the follower"]);
  expect(await query(follower("dataclips_reader", "shop"), "SELECT count(*) FROM numbers")).toEqual([["103"]]);
});

test("a follower that is gone is made anew", async () => {
  await embedded.stop();
  await promisify(execFile)("rm", ["-r", `${temporary.path}/data/postgresql/follower`]);
  progress.length = 0;
  embedded = await start();
  expect(progress).toContain("Copying the primary to a new follower");
  expect(await query(follower("dataclips_reader", "shop"), "SELECT count(*) FROM numbers")).toEqual([["103"]]);
});
