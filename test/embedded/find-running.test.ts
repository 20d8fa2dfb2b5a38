import { mkdir, readdir } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Embedded, startEmbedded } from "../../src/embedded/embedded.ts";
import { findRunning } from "../../src/embedded/find-running.ts";
import { eventually, processesOf } from "./server-processes.ts";
import { query } from "./query.ts";
import { startProcess } from "./started-process.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const SERVERS = ["primary", "follower"] as const;
let temporary: Awaited<ReturnType<typeof temporaryDirectory>>;
const undo: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  temporary = await temporaryDirectory();
});
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});
afterAll(() => temporary.remove());

async function start(directory: string): Promise<Embedded> {
  const embedded = await startEmbedded({ dataDirectory: directory, samples: false, onProgress: () => {} });
  undo.push(() => embedded.stop());
  return embedded;
}

describe("a data directory whose servers run", () => {
  test("gives the same URLs as the start, until they stop", async () => {
    const directory = `${temporary.path}/data`;
    const embedded = await start(directory);
    const running = await findRunning(directory);
    for (const server of SERVERS) {
      const address = { role: "dataclips", database: "data clips", server };
      expect(running!.url(address)).toBe(embedded.url(address));
    }
    expect(running!.url({ role: "a", database: "b" })).toBe(embedded.url({ role: "a", database: "b" }));
    await running!.close();
    await embedded.stop();
    expect(await findRunning(directory)).toBeNull();
  });

  test("gives URLs that work where its own path is too long for a socket", async () => {
    const directory = `${temporary.path}/${"long-name-".repeat(10)}`;
    await start(directory);
    const before = await shortPaths();
    const running = await findRunning(directory);
    for (const server of SERVERS) {
      const rows = await query(
        running!.url({ role: "postgres", database: "postgres", server }),
        "SELECT current_setting('cluster_name')",
      );
      expect(rows).toEqual([[`dataclips ${server}`]]);
    }
    const [, , link = ""] = running!.url({ role: "postgres", database: "postgres" }).split("%2F");
    expect(before).not.toContain(link);
    expect(await shortPaths()).toContain(link);
    await running!.close();
    expect(await shortPaths()).not.toContain(link);
  });
});

test("one whose process was killed is not running", async () => {
  const directory = `${temporary.path}/killed`;
  const started = startProcess([directory]);
  await started.line((line) => line.primary !== undefined);
  const running = await findRunning(directory);
  expect(running).not.toBeNull();
  await running!.close();
  await started.kill("SIGKILL");
  expect(await findRunning(directory)).toBeNull();
  await eventually(async () => (await processesOf(directory)).length === 0);
});

test.each(["missing", "empty"])("one that is %s is not running, and is left as it is", async (kind) => {
  const directory = `${temporary.path}/${kind}`;
  if (kind === "empty") await mkdir(directory);
  expect(await findRunning(directory)).toBeNull();
  expect(await readdir(directory).catch((error: { code: string }) => error.code)).toEqual(
    kind === "empty" ? [] : "ENOENT",
  );
});

async function shortPaths(): Promise<string[]> {
  return (await readdir("/tmp")).filter((name) => name.startsWith("dataclips-"));
}
