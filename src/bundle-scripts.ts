import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Coding } from "./results/content-codings.ts";

/** A script of the pages, as it is served. */
interface Script {
  /** Its file's name, with a hash of what is in it. */
  file: string;
  /** Its bytes, plain and compressed; `identity` is always there. */
  bodies: ReadonlyMap<Coding, Uint8Array<ArrayBuffer>>;
}

/** The scripts of the pages by their names, built when they are first asked for. On Workers: what a build has put there. */
export type LoadScripts = () => Promise<ReadonlyMap<string, Script>>;

/** Their sources. */
const ENTRIES: Record<string, string> = {
  editor: "../views/browser/editor.ts",
  result: "../views/browser/result.ts",
  embed: "../views/browser/embed.ts",
  "embed-loader": "../views/browser/embed-loader.ts",
  databases: "../views/browser/databases.ts",
};
/** As modules, in today's JavaScript; what runs in other sites' pages is a classic script, in what these expect. */
const MODULE = ["--format=esm", "--target=es2022"];
const OPTIONS: Record<string, readonly string[]> = { "embed-loader": ["--format=iife", "--target=es2019"] };
/** Brotli's best takes a second for the editor's 0.4 MB; this one 65 ms, for 9 % more bytes. */
const BROTLI_QUALITY = 9;
/** No script is as large. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Makes a function that bundles the browser's scripts from their sources, once: in half a second, beside the event loop.
 * A build that failed is tried again by the next who asks.
 */
export function createScripts(): LoadScripts {
  let loading: ReturnType<LoadScripts> | undefined;
  return () => {
    loading ??= bundleScripts().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
}

/** Bundles every script of the pages. A deployment that cannot run esbuild calls this when it is built. */
export async function bundleScripts(): ReturnType<LoadScripts> {
  const scripts = Object.entries(ENTRIES).map(async ([name, entry]): Promise<[string, Script]> => {
    const bytes = await bundle(fileURLToPath(new URL(entry, import.meta.url)), OPTIONS[name] ?? MODULE);
    const [br, gz] = await Promise.all([
      promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
      promisify(gzip)(bytes),
    ]);
    const hash = createHash("sha256").update(bytes).digest("base64url").slice(0, 12);
    const bodies: Script["bodies"] = new Map([
      ["identity", bytes],
      ["br", br],
      ["gzip", gz],
    ]);
    return [name, { file: `${name}-${hash}.js`, bodies }];
  });
  return new Map(await Promise.all(scripts));
}

/**
 * By esbuild's command. Its API would share a process with tsx, which loads this program by it: stopping that may leave
 * an import waiting for ever, and not stopping it keeps 30 MB.
 */
async function bundle(entry: string, format: readonly string[]): Promise<Uint8Array<ArrayBuffer>> {
  const command = createRequire(import.meta.url).resolve("esbuild/bin/esbuild");
  const options = ["--bundle", "--minify", ...format, "--legal-comments=none"];
  const { stdout } = await promisify(execFile)(command, [entry, ...options, "--log-level=error", "--tsconfig-raw={}"], {
    encoding: "buffer",
    maxBuffer: MAX_BYTES,
  });
  return new Uint8Array(stdout);
}
