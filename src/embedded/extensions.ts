import { cp, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runAs } from "./run-as.ts";

/** Where `npm run embedded:pljs` puts PL/JS: `lib` with its library, `share/extension` with its SQL. */
export const PLJS_DIRECTORY = fileURLToPath(new URL("../../.embedded/pljs", import.meta.url));

/** Where the embedded servers find extensions that are not among their own; below their home, so that they can read it. */
function extensionsDirectory(homePath: string): string {
  return join(homePath, "extensions");
}

/**
 * Gives the embedded servers the extensions that there are beside them. What an earlier start was given stays: a
 * database may use it. To be called while no server runs.
 */
export async function copyExtensions(homePath: string, source: string): Promise<void> {
  if (!(await isDirectory(source))) return;
  const directory = extensionsDirectory(homePath);
  await cp(source, directory, { recursive: true });
  // A checkout made under a strict umask has modes for its owner only.
  const opened = await runAs(undefined, "chmod", ["-R", "a+rX", directory]);
  if (opened.status !== 0) throw new Error(`chmod failed: ${opened.stderr}`);
}

/** Settings by which a server finds the extensions of its home; none if it has none. */
export async function extensionSettings(homePath: string): Promise<Record<string, string>> {
  const directory = extensionsDirectory(homePath);
  // The lists are separated by colons, which PostgreSQL cannot quote.
  if (directory.includes(":") || !(await isDirectory(directory))) return {};
  return {
    extension_control_path: `${join(directory, "share")}:$system`,
    dynamic_library_path: `${join(directory, "lib")}:$libdir`,
    // PL/JS 1.0.5 frees no argument before its session ends, and crashes where this, in MB, is full: the highest it takes.
    "pljs.memory_limit": "3096",
  };
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
