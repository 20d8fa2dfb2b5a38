import type { AddressInfo } from "node:net";
import type { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { type OwnChanges, openOwnChanges } from "../../src/own-changes.ts";
import { openOwnDatabase } from "../../src/own-database.ts";
import { createResultCache } from "../../src/results/cache.ts";
import { type AsSent, fetchAsSent } from "../support/fetch-as-sent.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { ENDINGS, makeShare, type MadeShare, patch } from "./make-share.ts";
import { embedPath, makeSigned } from "./sign-embed.ts";

let server: TestServer;
/** Another server on the same own database. */
let second: { url: string; changes: OwnChanges; close: () => Promise<void> };
beforeAll(async () => {
  server = await startTestServer();
  const { db, close } = openOwnDatabase(server.deps.db.$client.options.connectionString!);
  const changes = openOwnChanges(db);
  const app = createApp({ ...server.deps, db, changes, cache: createResultCache() });
  const http = createAdaptorServer({ fetch: app.fetch }) as Server;
  await new Promise<void>((resolve) => void http.listen(0, "127.0.0.1", resolve));
  second = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    changes,
    async close() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      await changes.close();
      await close();
    },
  };
});
afterAll(async () => {
  await second.close();
  await server.close();
});

const FORMATS = Object.values(ENDINGS);

/** Asks both servers for every format until they answer from memory what they can. Returns an ETag for each ending. */
async function heat({ path }: MadeShare): Promise<Map<string, string>> {
  const tags = new Map<string, string>();
  for (const [url, changes] of [
    [server.url, server.deps.changes!],
    [second.url, second.changes],
  ] as const) {
    await until(() => changes.isCurrent());
    for (const ending of FORMATS) {
      for (let n = 0; n < 3; n++) {
        const { status, headers } = await fetchAsSent(url + path + ending);
        expect(status).toBe(200);
        if (headers.etag !== undefined) tags.set(ending, headers.etag);
      }
    }
  }
  expect([...tags.keys()]).toStrictEqual([".csv", ".json", ".ndjson", ".xlsx"]);
  return tags;
}

/** The statuses of a share on a server: each format, with and without what a client knows of it. */
async function statuses(url: string, { path }: MadeShare, tags: Map<string, string>): Promise<Set<number>> {
  const said: AsSent[] = [];
  for (const ending of FORMATS) {
    const tag = tags.get(ending) ?? "*";
    for (const headers of [
      {},
      { "If-None-Match": tag },
      { "If-None-Match": "*" },
      { Range: "bytes=0-0" },
      { Range: "bytes=0-0", "If-Range": tag },
      { "If-Modified-Since": new Date().toUTCString() },
      { "Accept-Encoding": "zstd, br, gzip" },
      { "Accept-Encoding": "gzip", "If-None-Match": tag },
    ] as Record<string, string>[]) {
      said.push(await fetchAsSent(url + path + ending, headers));
    }
    said.push(await fetchAsSent(url + path + ending, {}, "HEAD"));
  }
  return new Set(said.map(({ status }) => status));
}

test.each([
  ["revoked", (id: string) => server.request(`/api/shares/${id}`, { method: "DELETE" })],
  ["given another secret", (id: string) => server.request(`/api/shares/${id}/rotate`, { method: "POST" })],
])("a hot share that is %s is nowhere any more, on both servers, whatever a client knows", async (_what, end) => {
  const share = await makeShare(server);
  const tags = await heat(share);
  const heard = new Promise<void>((resolve) => second.changes.onChange(() => resolve()));
  expect((await end(share.id)).ok).toBe(true);
  expect(await statuses(server.url, share, tags)).toStrictEqual(new Set([404]));
  await heard;
  expect(await statuses(second.url, share, tags)).toStrictEqual(new Set([404]));
});

test.each([
  ["revoked", (id: string) => server.request(`/api/shares/${id}`, { method: "DELETE" })],
  ["given another key", (id: string) => server.request(`/api/shares/${id}/rotate`, { method: "POST" })],
])("a hot embed of a share that is %s is nowhere any more, on both servers", async (_what, end) => {
  const share = await makeSigned(server);
  const embed = { ...share, url: "", path: embedPath(share) };
  const tags = await heat(embed);
  const heard = new Promise<void>((resolve) => second.changes.onChange(() => resolve()));
  expect((await end(share.id)).ok).toBe(true);
  expect(await statuses(server.url, embed, tags)).toStrictEqual(new Set([404]));
  await heard;
  expect(await statuses(second.url, embed, tags)).toStrictEqual(new Set([404]));
});

test("a rotated share goes on at its new address, on both servers", async () => {
  const share = await makeShare(server, { name: "Stays", formats: ["csv"] });
  const rotated = await server.request(`/api/shares/${share.id}/rotate`, { method: "POST" });
  const body = (await rotated.json()) as { id: string; url: string; name: string };
  expect([rotated.status, body]).toMatchObject([200, { id: share.id, name: "Stays", formats: ["csv"] }]);
  const path = new URL(body.url).pathname;
  expect([path === share.path, (await fetch(`${body.url}.json`)).status]).toStrictEqual([false, 403]);
  for (const url of [server.url, second.url]) {
    expect((await fetchAsSent(`${url}${path}.csv`)).body.toString()).toBe("a\n1\n");
    expect((await fetchAsSent(`${url}${share.path}.csv`)).status).toBe(404);
  }
});

test("rules that are changed here count on a hot share at once, here and there", async () => {
  const share = await makeShare(server);
  const tags = await heat(share);
  const changed = async (json: object): Promise<void> => {
    const heard = new Promise<void>((resolve) => second.changes.onChange(() => resolve()));
    expect((await patch(server, share.id, json)).status).toBe(200);
    expect(
      (await fetchAsSent(`${server.url}${share.path}.csv`, { "If-None-Match": tags.get(".csv")! })).status,
    ).not.toBe(304);
    await heard;
  };
  const both = async (headers: Record<string, string> = {}): Promise<AsSent[]> =>
    Promise.all([server.url, second.url].map((url) => fetchAsSent(`${url}${share.path}.csv`, headers)));
  await changed({ formats: ["json"] });
  expect((await both()).map(({ status }) => status)).toStrictEqual([403, 403]);
  await patch(server, share.id, { formats: null, requests_per_minute: 1_000_000 });
  await until(async () => (await both()).every(({ status }) => status === 200));
  await heat(share);
  await changed({ password: "long enough" });
  expect((await both()).map(({ status }) => status)).toStrictEqual([401, 401]);
  // The cookie that one server gives is one for the other, too.
  const form = await fetch(server.url + share.path, {
    method: "POST",
    redirect: "manual",
    headers: { "Sec-Fetch-Site": "same-origin" },
    body: new URLSearchParams({ password: "long enough" }),
  });
  const cookie = form.headers
    .getSetCookie()
    .find((text) => text.includes(".csv;"))!
    .split(";")[0]!;
  expect((await both({ Cookie: cookie })).map(({ status }) => status)).toStrictEqual([200, 200]);
  await patch(server, share.id, { password: null, origins: ["https://one.example"] });
  await until(async () => (await both()).every(({ status }) => status === 200));
  const asked = await both({ Origin: "https://two.example" });
  expect(asked.map(({ headers }) => headers["access-control-allow-origin"])).toStrictEqual([undefined, undefined]);
});

test("a hot share ends when it expires, by itself, and no cache is told to keep it longer", async () => {
  const share = await makeShare(server);
  const expires = new Date(Date.now() + 4000);
  await patch(server, share.id, { expires_at: expires.toISOString() });
  const url = `${server.url}${share.path}.csv`;
  await until(() => server.deps.changes!.isCurrent());
  const hot = await fetchAsSent(url);
  const [, maxAge, stale] = /^public, max-age=(\d+), stale-while-revalidate=(\d+)$/.exec(
    hot.headers["cache-control"]!,
  )!;
  const kept = Number(maxAge) - Number(hot.headers.age) + Number(stale);
  expect([hot.status, kept <= 4]).toStrictEqual([200, true]);
  const conditional = { "If-None-Match": hot.headers.etag! };
  await until(async () => {
    const asked = [
      await fetchAsSent(url),
      await fetchAsSent(url, conditional),
      await fetchAsSent(second.url + share.path),
    ];
    return asked.every(({ status }) => status === 404);
  });
  // Not before, and from the moment on that it said.
  expect(Date.now()).toBeGreaterThanOrEqual(expires.getTime());
  expect(await statuses(server.url, share, new Map())).toStrictEqual(new Set([404]));
});

test("hot answers of two origins are kept apart", async () => {
  const origins = ["https://one.example", "https://two.example"];
  const share = await makeShare(server, { origins });
  await until(() => server.deps.changes!.isCurrent());
  for (let n = 0; n < 3; n++) {
    for (const origin of [...origins, "https://three.example"]) {
      const { headers } = await fetchAsSent(`${server.url}${share.path}.json`, { Origin: origin });
      expect(headers["access-control-allow-origin"]).toBe(origins.includes(origin) ? origin : undefined);
      expect(headers.vary).toBe("Origin, Accept-Encoding");
    }
    const { headers } = await fetchAsSent(`${server.url}${share.path}.json`);
    expect(headers["access-control-allow-origin"]).toBeUndefined();
  }
});
