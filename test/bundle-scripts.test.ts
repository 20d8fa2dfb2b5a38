import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApp } from "../src/app.ts";
import { bundleScripts, createScripts } from "../src/bundle-scripts.ts";
import { startTestServer, type TestServer } from "./support/test-server.ts";
import { collectLog } from "./support/collect-log.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

async function readPage(): Promise<string> {
  return (await server.request("/clips/new")).text();
}

const scriptPath = (html: string): string => /src="(\/assets\/editor-[\w-]{12}\.js)"/.exec(html)![1]!;

test("the same sources give the same files, by whoever bundles them", async () => {
  const [first, second] = await Promise.all([bundleScripts(), createScripts()()]);
  expect([...first.keys()]).toStrictEqual(expect.arrayContaining(["editor", "result", "databases"]));
  expect(first.get("editor")!.file).toBe(second.get("editor")!.file);
  expect(scriptPath(await readPage())).toBe(`/assets/${first.get("editor")!.file}`);
});

test("a script is sent as the browser takes it, and kept for ever", async () => {
  const path = scriptPath(await readPage());
  const ask = async (coding: string) => {
    // Anyone may have it: there is nothing of anybody in it.
    const response = await fetch(server.url + path, { headers: { "Accept-Encoding": coding }, redirect: "error" });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "public, max-age=31536000, immutable",
      vary: "Accept-Encoding",
    });
    return [response.headers.get("Content-Encoding"), await response.text()] as const;
  };
  const [none, plain] = await ask("identity");
  expect(none).toBe(null);
  expect(plain).not.toMatch(/https?:\/\/(?!www\.w3\.org\/)/);
  expect(await ask("gzip, br")).toStrictEqual(["br", plain]);
  expect(await ask("gzip")).toStrictEqual(["gzip", plain]);
  const { bodies } = (await bundleScripts()).get("editor")!;
  expect(brotliDecompressSync(bodies.get("br")!).toString()).toBe(plain);
  expect(gunzipSync(bodies.get("gzip")!).toString()).toBe(plain);
});

test("a form with its editor is under 250 KB on the way, by gzip too; a script that there is not is not found", async () => {
  const html = await readPage();
  const style = await (await server.request("/assets/style.css")).text();
  const { bodies } = (await bundleScripts()).get("editor")!;
  expect(bodies.get("br")!.length).toBeLessThan(bodies.get("gzip")!.length);
  expect(bodies.get("gzip")!.length + html.length + style.length).toBeLessThan(250_000);
  expect((await server.request("/assets/editor-AAAAAAAAAAAA.js")).status).toBe(404);
});

test("where scripts cannot be built, or there are none, a form is what it is without, and the log says so", async () => {
  const logged: string[] = [];
  const failing = createApp({
    ...server.deps,
    scripts: () => Promise.reject(new Error("no esbuild")),
    log: collectLog(logged),
  });
  const { scripts: _, ...none } = server.deps;
  for (const app of [failing, createApp(none)]) {
    const response = await app.request("/clips/new", { headers: { Authorization: `Bearer ${none.token}` } });
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Security-Policy")).not.toContain("script-src");
    expect(await response.text()).not.toContain("<script");
  }
  expect(logged).toStrictEqual([expect.stringContaining('event=page_script_failed error="Error: no esbuild"')]);
});
