import { afterAll, beforeAll, expect, test } from "vitest";
import { fetchAsSent } from "../support/fetch-as-sent.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

test("the script for other sites' pages is small, kept, and theirs to load", async () => {
  const response = await fetch(`${server.url}/embed.js`);
  expect([response.status, Object.fromEntries(response.headers)]).toMatchObject([
    200,
    {
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "public, max-age=3600, stale-while-revalidate=86400",
      "cross-origin-resource-policy": "cross-origin",
      "x-content-type-options": "nosniff",
      vary: "Accept-Encoding",
      etag: expect.stringMatching(/^"[^"]+"$/),
    },
  ]);
  expect(response.headers.getSetCookie()).toStrictEqual([]);
  const text = await response.text();
  expect(text.length).toBeLessThan(2048);
  // Whatever it names, it names within a function; and a browser of 2019 reads it.
  expect(text).toMatch(/^(?:"use strict";)?\(\(\)=>\{.*\}\)\(\);\s*$/s);
  expect(text).not.toMatch(/\?\?|\?\.|\bimport\b|\bexport\b/);
});

test("who has it already is told so, by each of its codings' own tags", async () => {
  const tags = new Set<string>();
  for (const coding of ["identity", "gzip", "br"]) {
    const first = await fetchAsSent(`${server.url}/embed.js`, { "Accept-Encoding": coding });
    expect(first.headers["content-encoding"] ?? "identity").toBe(coding);
    const etag = first.headers.etag!;
    tags.add(etag);
    const again = await fetchAsSent(`${server.url}/embed.js`, { "Accept-Encoding": coding, "If-None-Match": etag });
    expect([again.status, again.headers.etag, again.headers["cross-origin-resource-policy"]]).toStrictEqual([
      304,
      etag,
      "cross-origin",
    ]);
  }
  expect(tags.size).toBe(3);
  expect((await fetch(`${server.url}/embed.js`, { headers: { "If-None-Match": '"other"' } })).status).toBe(200);
});

test("it is there whoever asks, with whatever they send", async () => {
  const response = await fetch(`${server.url}/embed.js`, { headers: { Authorization: "Bearer wrong" } });
  expect(response.status).toBe(200);
});
