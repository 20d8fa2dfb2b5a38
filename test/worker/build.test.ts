import { readdir, readFile } from "node:fs/promises";
import { extname } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

const BUILT = new URL("../../dist/worker/", import.meta.url);

test("what npm run worker:build has built has less than 1 MiB, compressed", async () => {
  const files = (await readdir(BUILT)).filter((file) => [".js", ".wasm"].includes(extname(file)));
  const extensions = files.map((file) => extname(file)).toSorted();
  expect(extensions).toStrictEqual([".js", ".wasm"]);
  const sizes = await Promise.all(files.map(async (file) => gzipSync(await readFile(new URL(file, BUILT))).length));
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(1024 * 1024);
});
