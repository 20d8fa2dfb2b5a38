import { chown, lstat, mkdir, readdir, readFile, readlink, writeFile } from "node:fs/promises";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startEmbedded } from "../../src/embedded/embedded.ts";
import { query } from "./query.ts";
import { processesOf } from "./server-processes.ts";
import { startProcess } from "./started-process.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const isRoot = process.getuid?.() === 0;
/** An ordinary user, for what root is never refused. */
const NOBODY = 65_534;

let temporary: Awaited<ReturnType<typeof temporaryDirectory>>;
let dataDirectory: string;
const progress: string[] = [];

beforeEach(async () => {
  temporary = await temporaryDirectory();
  dataDirectory = `${temporary.path}/data`;
  progress.length = 0;
});
afterEach(() => temporary.remove());

function start(path = dataDirectory) {
  return startEmbedded({
    dataDirectory: path,
    samples: false,
    relocationRoot: `${temporary.path}/var`,
    onProgress: (line) => progress.push(line),
  });
}

describe("refuses, and touches nothing", () => {
  test("a directory with somebody else's files", async () => {
    await mkdir(dataDirectory);
    await writeFile(`${dataDirectory}/thesis.txt`, "mine");
    await expect(start()).rejects.toMatchObject({ code: "conflict", hint: expect.stringContaining("DATACLIPS_DATA") });
    expect(await readdir(dataDirectory)).toEqual(["thesis.txt"]);
  });

  test("a file in the place of the directory", async () => {
    await writeFile(dataDirectory, "mine");
    await expect(start()).rejects.toMatchObject({
      code: "forbidden",
      message: expect.stringContaining("not a directory"),
    });
    expect(await readFile(dataDirectory, "utf8")).toBe("mine");
  });

  test("a primary that another major version made", async () => {
    await mkdir(`${dataDirectory}/postgresql/primary`, { recursive: true });
    await writeFile(`${dataDirectory}/dataclips-data.txt`, "");
    await writeFile(`${dataDirectory}/postgresql/primary/PG_VERSION`, "17\n");
    await expect(start()).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringMatching(/made by PostgreSQL 17; this is PostgreSQL 18/),
    });
    expect(await readdir(`${dataDirectory}/postgresql/primary`)).toEqual(["PG_VERSION"]);
    expect(await readdir(`${dataDirectory}/postgresql`)).toEqual(["primary", "run"]);
  });

  test("a link to a place that is gone", async () => {
    await mkdir(dataDirectory);
    await writeFile(`${dataDirectory}/dataclips-data.txt`, "");
    await promisify(execFile)("ln", ["-s", "/nonexistent/place", `${dataDirectory}/postgresql`]);
    await expect(start()).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("gone") });
  });

  test.skipIf(!isRoot)("a directory that the user may not write to", async () => {
    await mkdir(dataDirectory);
    const child = startProcess([dataDirectory], { uid: NOBODY, gid: NOBODY });
    const { error } = await child.line((line) => line.error !== undefined);
    expect(error).toMatchObject({ code: "forbidden", hint: expect.stringContaining("DATACLIPS_DATA") });
    expect(await readdir(dataDirectory)).toEqual([]);
  });
});

test.skipIf(!isRoot)("an ordinary user starts it too, and another user's databases are refused", async () => {
  await mkdir(dataDirectory);
  await chown(dataDirectory, NOBODY, NOBODY);
  const child = startProcess([dataDirectory], { uid: NOBODY, gid: NOBODY });
  const { follower = "" } = await child.line((line) => line.primary !== undefined);
  expect(await query(follower, "SELECT pg_is_in_recovery()")).toEqual([[true]]);
  await child.kill("SIGTERM");
  expect(await processesOf(temporary.path)).toEqual([]);

  await chown(`${dataDirectory}/postgresql/primary`, 1, 1);
  const again = startProcess([dataDirectory], { uid: NOBODY, gid: NOBODY });
  const { error } = await again.line((line) => line.error !== undefined);
  expect(error).toMatchObject({ code: "forbidden", message: expect.stringContaining("uid 1") });
});

test.skipIf(!isRoot)(
  "below a directory that PostgreSQL's user cannot enter, the files go elsewhere and stay there",
  async () => {
    await mkdir(`${temporary.path}/closed`, { mode: 0o700 });
    const path = `${temporary.path}/closed/data`;
    let embedded = await start(path);
    const place = await readlink(`${path}/postgresql`);
    expect(place).toMatch(new RegExp(`^${temporary.path}/var/data-\\w{6}$`));
    expect(progress.filter((line) => line.includes(place) && line.includes("go to"))).toHaveLength(1);
    await query(embedded.url({ role: "dataclips", database: "dataclips" }), "CREATE TABLE kept AS SELECT 1 AS n");
    await embedded.stop();

    progress.length = 0;
    embedded = await start(path);
    expect(progress).toEqual(["Starting the follower"]);
    const url = embedded.url({ role: "dataclips", database: "dataclips", server: "follower" });
    expect(await query(url, "SELECT n FROM kept")).toEqual([[1]]);
    await embedded.stop();
  },
);

test("a path too long for a socket, with a space in it", async () => {
  const path = `${temporary.path}/a long way/${"deep/".repeat(20)}data`;
  const embedded = await start(path);
  const url = embedded.url({ role: "postgres", database: "postgres", server: "follower" });
  const shortened = /^postgres:\/\/postgres@(.*)%2Fhome%2Frun:5433\/postgres$/.exec(url)?.[1] ?? "";
  const link = decodeURIComponent(shortened);
  expect(link).toMatch(/^\/tmp\/dataclips-\w{6}$/);
  expect(await query(url, "SELECT pg_is_in_recovery()")).toEqual([[true]]);
  await expect(start(path)).rejects.toMatchObject({ code: "conflict" });
  await embedded.stop();
  await expect(lstat(link)).rejects.toMatchObject({ code: "ENOENT" });

  // The link that a killed process left is removed by the next start.
  const child = startProcess([path]);
  const { primary = "" } = await child.line((line) => line.primary !== undefined);
  const left = decodeURIComponent(primary).slice("postgres://postgres@".length).split("/home/run")[0] ?? "";
  await child.kill("SIGKILL");
  expect((await lstat(left)).isDirectory()).toBe(true);
  await (await start(path)).stop();
  await expect(lstat(left)).rejects.toMatchObject({ code: "ENOENT" });
});

test("what file systems leave in an empty directory is no obstacle", async () => {
  await mkdir(`${dataDirectory}/lost+found`, { recursive: true });
  await (await start()).stop();
  expect((await readdir(dataDirectory)).toSorted()).toEqual(["dataclips-data.txt", "lost+found", "postgresql"]);
});
