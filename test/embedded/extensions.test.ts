import { chmod, mkdir, readdir, stat, writeFile } from "node:fs/promises";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { copyExtensions, extensionSettings, PLJS_DIRECTORY } from "../../src/embedded/extensions.ts";
import { getPljs } from "../../src/embedded/get-pljs.ts";
import { hasPljs } from "../support/pljs.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

let temporary: Awaited<ReturnType<typeof temporaryDirectory>>;

beforeEach(async () => {
  temporary = await temporaryDirectory();
});
afterEach(() => temporary.remove());

test("without extensions beside it a server gets no settings", async () => {
  await copyExtensions(temporary.path, `${temporary.path}/nothing`);
  expect(await readdir(temporary.path)).toEqual([]);
  expect(await extensionSettings(temporary.path)).toEqual({});
});

test("what is beside it is copied to where the server's user can read it, and stays when it is gone there", async () => {
  const source = `${temporary.path}/source`;
  await mkdir(`${source}/lib`, { recursive: true });
  await writeFile(`${source}/lib/some.so`, "");
  await chmod(`${source}/lib/some.so`, 0o600);
  await copyExtensions(temporary.path, source);
  await copyExtensions(temporary.path, `${temporary.path}/gone`);
  const { mode } = await stat(`${temporary.path}/extensions/lib/some.so`);
  expect((mode & 0o444).toString(8)).toBe("444");
  expect(await extensionSettings(temporary.path)).toEqual({
    extension_control_path: `${temporary.path}/extensions/share:$system`,
    dynamic_library_path: `${temporary.path}/extensions/lib:$libdir`,
    "pljs.memory_limit": "3096",
  });
});

test("a path with a colon cannot be said to PostgreSQL, and is left out", async () => {
  const home = `${temporary.path}/a:b`;
  await mkdir(`${home}/extensions`, { recursive: true });
  expect(await extensionSettings(home)).toEqual({});
});

describe.skipIf(!hasPljs)("PL/JS", () => {
  test("is offered by both embedded servers", async () => {
    const { admin, reader } = inject("cluster");
    const follower = new URL(reader.replace("dataclips_reader@", "postgres@"));
    follower.pathname = "/postgres";
    for (const url of [admin, follower.href]) {
      const client = new pg.Client(url);
      await client.connect();
      const { rows } = await client.query("SELECT default_version FROM pg_available_extensions WHERE name = 'pljs'");
      await client.end();
      expect(rows).toEqual([{ default_version: expect.stringMatching(/^\d+\.\d+/) }]);
    }
  });

  test("that is there already is not fetched again", async () => {
    const lines: string[] = [];
    expect(await getPljs((line) => lines.push(line))).toMatch(/^\d+\.\d+/);
    expect(lines).toEqual([]);
    expect(await readdir(PLJS_DIRECTORY)).toEqual(["lib", "share"]);
  });
});
