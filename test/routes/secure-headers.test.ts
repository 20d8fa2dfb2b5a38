import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, TOKEN, type TestServer } from "../support/test-server.ts";
import { signInBrowser } from "./sign-in-browser.ts";

const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

const withoutScript = (policy: string): string =>
  policy.replace(/ 'nonce-[\w+/]{24}'/, "").replace("; script-src 'self'; connect-src 'self'", "");

let server: TestServer;
let kinds: Record<string, Response>;
beforeAll(async () => {
  server = await startTestServer();
  const browser = await signInBrowser(server);
  const { slug } = await server.createClip("SELECT 1 AS a", { max_age_seconds: 3600 });
  // A stored result always has its ETag; a live one only if it has ended by the time of its headers.
  await server.request(`/api/clips/${slug}/runs`, { method: "POST", json: { wait: true } });
  const share = (await (await server.request(`/api/clips/${slug}/shares`, { method: "POST" })).json()) as {
    url: string;
  };
  const sent = async (path: string, options?: RequestInit): Promise<Response> => {
    const response = await server.request(path, options as never);
    await response.arrayBuffer();
    return response;
  };
  const csv = await sent(`/clips/${slug}.csv`);
  const secret = new URL(share.url).pathname;
  kinds = {
    "a page": await browser.get("/"),
    "a clip's page": await browser.get(`/clips/${slug}`),
    "a form": await browser.get("/clips/new"),
    "the sign-in page": await fetch(`${server.url}/sign-in`),
    "the way to it": await fetch(server.url, { redirect: "manual", headers: { Accept: "text/html" } }),
    "a redirect": await sent("/clips"),
    JSON: await sent("/api/clips"),
    CSV: csv,
    "JSON of a result": await sent(`/clips/${slug}.json`),
    NDJSON: await sent(`/clips/${slug}.ndjson`),
    "a result that has not changed": await sent(`/clips/${slug}.csv`, {
      headers: { "If-None-Match": csv.headers.get("ETag")! },
    }),
    HEAD: await sent(`/clips/${slug}.csv`, { method: "HEAD" }),
    "a stream": await sent(`/clips/${(await server.createClip("SELECT repeat('x', 1000) FROM numbers")).slug}.csv`),
    "a share's page": await fetch(server.url + secret, { headers: { Accept: "text/html" } }),
    "a share's CSV": await fetch(`${server.url}${secret}.csv`),
    "no content": await sent(`/api/clips/${(await server.createClip("SELECT 1")).slug}`, { method: "DELETE" }),
    "a wrong request": await sent("/api/clips", { method: "POST", body: "{" }),
    "a wrong token": await sent("/api/clips", { headers: { Authorization: "Bearer x" } }),
    "no token": await fetch(`${server.url}/api/clips`),
    "a forged request": await fetch(`${server.url}/clips`, { method: "POST", headers: { Cookie: browser.cookie } }),
    "nothing there": await sent("/nowhere"),
    "an error's page": await browser.get("/nowhere"),
    "a wrong method": await sent("/api/databases", { method: "DELETE" }),
    "the style": await fetch(`${server.url}/assets/style.css`),
    "the icon": await fetch(`${server.url}/assets/icon.svg`),
    "a body too large": await sent("/api/clips", { method: "POST", body: "x".repeat(1024 * 1024 + 1) }),
  };
});
afterAll(() => server.close());

test("each kind of response is the kind that is meant", () => {
  const statuses = Object.fromEntries(Object.entries(kinds).map(([kind, { status }]) => [kind, status]));
  expect(statuses).toMatchObject({
    "a page": 200,
    "the way to it": 303,
    "a redirect": 301,
    "a result that has not changed": 304,
    "a stream": 200,
    "no content": 204,
    "a wrong request": 400,
    "no token": 401,
    "a forged request": 403,
    "nothing there": 404,
    "a wrong method": 405,
    "a body too large": 413,
  });
});

test("every kind of response has the secure headers", () => {
  for (const [kind, { headers }] of Object.entries(kinds)) {
    const said = Object.fromEntries(headers);
    // The script of a page is another test's.
    if (["a form", "a clip's page", "a share's page"].includes(kind))
      said["content-security-policy"] = withoutScript(said["content-security-policy"]!);
    expect({ kind, ...said }).toMatchObject({
      kind,
      "content-security-policy": POLICY,
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      // Never to another site: a share's secret is in the address. To our own: browsers send no Origin without it.
      "referrer-policy": "same-origin",
    });
    expect([kind, "x-powered-by" in said, "strict-transport-security" in said]).toStrictEqual([kind, false, false]);
  }
});

test("a page with a script allows only ours, and the style sheets that know its nonce, which is new each time", async () => {
  const browser = await signInBrowser(server);
  const open = async () => {
    const response = await browser.get("/clips/new");
    const [, src, nonce] = /<script type="module" src="([^"]+)" nonce="([^"]+)"><\/script>/.exec(
      await response.text(),
    )!;
    expect(response.headers.get("Content-Security-Policy")).toBe(
      `${POLICY.replace("style-src 'self'", `style-src 'self' 'nonce-${nonce}'`)}; script-src 'self'; connect-src 'self'`,
    );
    return { src, nonce };
  };
  const [first, second] = [await open(), await open()];
  expect(first.src).toBe(second.src);
  expect(first.nonce).not.toBe(second.nonce);
  expect(first.nonce).toMatch(/^[\w+/]{24}$/);
});

test("only shares are readable for other sites, and nothing with a cookie", () => {
  for (const [kind, { headers }] of Object.entries(kinds)) {
    expect([kind, headers.get("Access-Control-Allow-Origin")]).toStrictEqual([
      kind,
      kind === "a share's CSV" ? "*" : null,
    ]);
    expect([kind, headers.get("Access-Control-Allow-Credentials")]).toStrictEqual([kind, null]);
  }
});

test("a shared cache keeps nothing that is for one person", () => {
  for (const [kind, { headers, status }] of Object.entries(kinds)) {
    if (kind === "the style" || kind === "the icon" || status === 204 || status === 301 || status === 303) continue;
    // What everybody may see who has the link.
    if (kind === "a share's CSV") continue;
    expect([kind, headers.get("Cache-Control")]).toStrictEqual([kind, expect.stringMatching(/private|no-store/)]);
  }
});

test("with a public https address browsers are told to stay with it", async () => {
  const { createApp } = await import("../../src/app.ts");
  const app = createApp({ ...server.deps, publicUrl: "https://clips.example.com" });
  const response = await app.request("/sign-in");
  expect(response.headers.get("Strict-Transport-Security")).toMatch(/^max-age=\d+/);
  const created = await app.request("/api/clips", {
    method: "POST",
    headers: { Authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify({ database: "test", title: "T", sql: "SELECT 1" }),
  });
  expect(await created.json()).toMatchObject({ url: expect.stringMatching(/^https:\/\/clips\.example\.com\/clips\//) });
});

test("no page has a script or a style in itself, and only forms and results load one", async () => {
  const browser = await signInBrowser(server);
  const { slug } = await server.createClip("SELECT {{n:1}}::int AS a");
  for (const path of [
    "/",
    "/clips/new",
    `/clips/${slug}`,
    `/clips/${slug}/edit`,
    `/clips/${slug}/versions`,
    "/databases",
    "/sign-in",
    "/nowhere",
  ]) {
    const html = await (await browser.get(path)).text();
    expect(html).toMatch(/^<!doctype html><html lang="en">/);
    const scripts = /^\/(?:clips\/(?:\w+|.*\/edit)|databases)$/.test(path) ? 1 : 0;
    const without = html.replace(
      /<script type="module" src="\/assets\/(?:editor-[\w-]{12}\.js" nonce="[\w+/]{24}|(?:result|databases)-[\w-]{12}\.js)"><\/script>/,
      "",
    );
    expect([path, html.match(/<script/g)?.length ?? 0]).toStrictEqual([path, scripts]);
    expect(without).not.toMatch(/<script|<style|\sstyle=|\son\w+=|javascript:/i);
    expect(html).not.toMatch(/(?:src|href)="https?:/);
  }
});
