import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, TOKEN, type TestServer } from "../support/test-server.ts";
import { type SignedInBrowser, signInBrowser } from "./sign-in-browser.ts";

let server: TestServer;
let browser: SignedInBrowser;
let clip: { slug: string; title: string };
beforeAll(async () => {
  server = await startTestServer();
  browser = await signInBrowser(server);
  clip = await server.createClip("SELECT 1 AS a", { title: "Stays" });
});
afterAll(() => server.close());

const send = (method: string, path: string, headers: Record<string, string>, body?: string) =>
  fetch(server.url + path, {
    method,
    redirect: "manual",
    headers: { Cookie: browser.cookie, "Content-Type": "application/x-www-form-urlencoded", ...headers },
    body: body ?? null,
  });

/** All that a forged request could have changed. */
async function everything(): Promise<unknown> {
  const { rows } = await server.own.query(
    `SELECT (SELECT json_agg(c ORDER BY id) FROM (SELECT id, title, version, deleted_at FROM clips) AS c) AS clips,
            (SELECT count(*) FROM shares) AS shares, (SELECT count(*) FROM runs) AS runs,
            (SELECT count(*) FROM sessions) AS sessions`,
  );
  return rows[0];
}

const FORGED: [string, Record<string, string>][] = [
  ["no word of its origin", {}],
  ["a foreign Origin", { Origin: "https://evil.example" }],
  ["a foreign Origin that ends like ours", { Origin: "http://evil.127.0.0.1" }],
  ["our host on another port", { Origin: "http://127.0.0.1:1" }],
  ["an opaque Origin", { Origin: "null" }],
  ["an empty Origin", { Origin: "" }],
  ["a broken Origin", { Origin: "http://[" }],
  ["another site", { "Sec-Fetch-Site": "cross-site" }],
  ["a sibling site", { "Sec-Fetch-Site": "same-site" }],
  ["no site", { "Sec-Fetch-Site": "none" }],
  ["two words", { "Sec-Fetch-Site": "same-origin, cross-site" }],
];

test.each(FORGED)("a request of a cookie's with %s is refused, and changes nothing", async (_, headers) => {
  const before = await everything();
  for (const [method, path, body] of [
    ["POST", "/clips", "database=test&title=Forged&sql=SELECT+1"],
    ["POST", `/clips/${clip.slug}/edit`, "database=test&title=Forged&sql=SELECT+2"],
    ["POST", `/clips/${clip.slug}/delete`, ""],
    ["POST", `/clips/${clip.slug}/run`, ""],
    ["POST", `/clips/${clip.slug}/shares`, ""],
    ["POST", `/clips/${clip.slug}/fork`, ""],
    ["POST", "/sign-in/out", ""],
    ["POST", "/sign-in", `token=${TOKEN}`],
    ["POST", "/api/clips", JSON.stringify({ database: "test", title: "Forged", sql: "SELECT 1" })],
    ["PATCH", `/api/clips/${clip.slug}`, JSON.stringify({ title: "Forged" })],
    ["DELETE", `/api/clips/${clip.slug}`, undefined],
    ["POST", `/api/clips/${clip.slug}/shares`, "{}"],
  ] as const) {
    const response = await send(method, path, headers, body);
    expect([method, path, response.status]).toStrictEqual([method, path, 403]);
    expect(await response.json()).toStrictEqual({
      error: {
        code: "forbidden",
        message: "This request did not come from a page of this server.",
        hint: "Use the page's own buttons; programs send the header Authorization: Bearer <DATACLIPS_TOKEN>.",
      },
    });
  }
  expect(await everything()).toStrictEqual(before);
});

test("a page of this server may, whichever way the browser says so", async () => {
  for (const headers of [{ "Sec-Fetch-Site": "same-origin" }, { Origin: server.url }] as Record<string, string>[]) {
    const response = await send("POST", "/clips", headers, "database=test&title=Mine&sql=SELECT+1");
    expect(response.status).toBe(303);
  }
  // What names both has to be right by the one that a page cannot forge.
  const both = { "Sec-Fetch-Site": "cross-site", Origin: server.url };
  expect((await send("POST", "/clips", both, "database=test&title=No&sql=SELECT+1")).status).toBe(403);
});

test("a page under the public address may", async () => {
  server.deps.publicUrl = "https://clips.example.com";
  try {
    const fields = "database=test&title=Mine&sql=SELECT+1";
    expect((await send("POST", "/clips", { Origin: "https://clips.example.com" }, fields)).status).toBe(303);
    expect((await send("POST", "/clips", { Origin: "https://clips.example.org" }, fields)).status).toBe(403);
  } finally {
    server.deps.publicUrl = null;
  }
});

test("a token needs no origin, and a page that is refused is a page", async () => {
  const response = await fetch(`${server.url}/clips`, {
    method: "POST",
    redirect: "manual",
    headers: { Authorization: `Bearer ${TOKEN}` },
    body: new URLSearchParams({ database: "test", title: "By token", sql: "SELECT 1" }),
  });
  expect(response.status).toBe(303);
  const page = await send("POST", "/clips", { Accept: "text/html" }, "");
  expect([page.status, page.headers.get("Content-Type")]).toStrictEqual([403, "text/html; charset=UTF-8"]);
  expect(await page.text()).toContain("This request did not come from a page of this server.");
});
