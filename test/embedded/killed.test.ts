import { readdir } from "node:fs/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startEmbedded } from "../../src/embedded/embedded.ts";
import type { Embedded } from "../../src/embedded/embedded.ts";
import { query } from "./query.ts";
import { eventually, processesOf, serverPid } from "./server-processes.ts";
import { startProcess } from "./started-process.ts";
import { temporaryDirectory, writeTinySamples } from "./temporary-directory.ts";

let temporary: Awaited<ReturnType<typeof temporaryDirectory>>;
let dataDirectory: string;
let samples: string;

beforeEach(async () => {
  temporary = await temporaryDirectory();
  dataDirectory = `${temporary.path}/data`;
  samples = await writeTinySamples(`${temporary.path}/samples`);
});
afterEach(async () => {
  await eventually(async () => (await processesOf(temporary.path)).length === 0);
  await temporary.remove();
});

const start = () => startEmbedded({ dataDirectory, samples: true, samplesDirectory: samples, onProgress: () => {} });

async function numbersOnFollower(embedded: Embedded) {
  return query(
    embedded.url({ role: "dataclips_reader", database: "shop", server: "follower" }),
    "SELECT count(*) FROM numbers",
  );
}

test("SIGTERM stops everything; after kill -9 nothing is left either, and the next start has every committed row", async () => {
  const first = startProcess([dataDirectory, samples]);
  await first.line((line) => line.primary !== undefined);
  await first.kill("SIGTERM");
  expect(await processesOf(temporary.path)).toEqual([]);

  const second = startProcess([dataDirectory, samples]);
  const { primary = "" } = await second.line((line) => line.primary !== undefined);
  const shop = primary.replace(/postgres$/, "shop");
  await query(shop, "INSERT INTO numbers VALUES (1001, 'committed')");
  await second.kill("SIGKILL");
  await eventually(async () => (await processesOf(temporary.path)).length === 0);

  // Once more, this time without giving the servers the time to stop.
  const third = startProcess([dataDirectory, samples]);
  await third.line((line) => line.primary !== undefined);
  await query(shop, "INSERT INTO numbers VALUES (1002, 'committed')");
  await third.kill("SIGKILL");
  const embedded = await start();
  expect(await numbersOnFollower(embedded)).toEqual([["102"]]);
  await embedded.stop();
}, 120_000);

test("after kill -9 of everything at once, of two starts one recovers and the other is refused", async () => {
  const first = startProcess([dataDirectory, samples]);
  const { primary = "" } = await first.line((line) => line.primary !== undefined);
  await query(primary.replace(/postgres$/, "shop"), "INSERT INTO numbers VALUES (1001, 'committed')");
  const home = `${dataDirectory}/postgresql`;
  const pids = [await serverPid(`${home}/primary`), await serverPid(`${home}/follower`)];
  const guards = (await processesOf(temporary.path)).filter((line) => line.includes("dataclips-guard"));
  expect(guards.length).toBeGreaterThanOrEqual(2);
  for (const line of guards) process.kill(Number.parseInt(line, 10), "SIGKILL");
  for (const pid of pids) process.kill(pid, "SIGKILL");
  await first.kill("SIGKILL");

  const outcomes = await Promise.allSettled([start(), start()]);
  const started = outcomes.filter((outcome) => outcome.status === "fulfilled").map((outcome) => outcome.value);
  const refused = outcomes
    .filter((outcome) => outcome.status === "rejected")
    .map((outcome) => outcome.reason as unknown);
  expect(refused).toEqual([expect.objectContaining({ code: "conflict" })]);
  for (const embedded of started) {
    expect(await numbersOnFollower(embedded)).toEqual([["101"]]);
    await embedded.stop();
  }
  expect(started).toHaveLength(1);
}, 120_000);

test("a first start that is killed at any step is begun anew", async () => {
  for (const step of ["Creating", "Loading", "Copying", "Starting"]) {
    // At "Loading" it is killed in the middle of the statement.
    const slow = step === "Loading" ? await writeTinySamples(`${temporary.path}/slow`, "SELECT pg_sleep(60)") : samples;
    const child = startProcess([dataDirectory, slow]);
    await child.line((line) => line.progress?.startsWith(step) === true);
    await child.kill("SIGKILL");
  }
  const embedded = await start();
  expect(await numbersOnFollower(embedded)).toEqual([["100"]]);
  const billing = embedded.url({ role: "dataclips_reader", database: "billing", server: "follower" });
  expect(await query(billing, "SELECT count(*) FROM numbers")).toEqual([["100"]]);
  const files = (await readdir(`${dataDirectory}/postgresql`)).filter((name) => name !== "extensions");
  expect(files.toSorted()).toEqual([
    "follower",
    "follower.conf",
    "follower.log",
    "lock",
    "pg_hba.conf",
    "primary",
    "primary.conf",
    "primary.log",
    "run",
  ]);
  await embedded.stop();
}, 120_000);
