// npm run worker:assets, which wrangler runs: the scripts of the pages, as files for a deployment that cannot run esbuild.
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { bundleScripts } from "../bundle-scripts.ts";
import { MANIFEST } from "./manifest.ts";

const directory = new URL("../../dist/assets/", import.meta.url);
const scripts = await bundleScripts();
await mkdir(directory, { recursive: true });
const names = Object.fromEntries([...scripts].map(([name, { file }]) => [name, file]));
const files = new Map<string, string | Uint8Array>([
  ...[...scripts.values()].map(({ file, bodies }) => [file, bodies.get("identity")!] as const),
  [MANIFEST, JSON.stringify(names)],
]);
// Each is there all the time, and whole: another process may be reading them.
for (const [file, content] of files) {
  const made = new URL(`${file}.${process.pid}`, directory);
  await writeFile(made, content);
  await rename(made, new URL(file, directory));
}
for (const file of await readdir(directory)) if (!files.has(file)) await rm(new URL(file, directory), { force: true });
