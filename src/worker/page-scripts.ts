import type { LoadScripts } from "../bundle-scripts.ts";
import type { Assets } from "./bindings.ts";
import { MANIFEST } from "./manifest.ts";

let loading: ReturnType<LoadScripts> | undefined;

/** The scripts of the pages as the build has put them beside the Worker; read once. Cloudflare compresses what it sends. */
export function loadPageScripts(assets: Assets): ReturnType<LoadScripts> {
  loading ??= read(assets).catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function read(assets: Assets): ReturnType<LoadScripts> {
  const files = (await (await get(assets, MANIFEST)).json()) as Record<string, string>;
  const scripts = Object.entries(files).map(async ([name, file]) => {
    const bytes = new Uint8Array(await (await get(assets, file)).arrayBuffer());
    return [name, { file, bodies: new Map([["identity", bytes] as const]) }] as const;
  });
  return new Map(await Promise.all(scripts));
}

async function get(assets: Assets, file: string): Promise<Response> {
  const response = await assets.fetch(`https://assets.invalid/${file}`);
  if (!response.ok) throw new Error(`The build has no ${file}: npm run worker:assets makes it.`);
  return response;
}
