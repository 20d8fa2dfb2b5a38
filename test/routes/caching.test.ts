import type { AddressInfo } from "node:net";
import type { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { type OwnChanges, openOwnChanges } from "../../src/own-changes.ts";
import { openOwnDatabase } from "../../src/own-database.ts";
import { createResultCache } from "../../src/results/cache.ts";
import { type AsSent, fetchAsSent } from "../support/fetch-as-sent.ts";
import { startTestServer, TOKEN, type TestServer, until } from "../support/test-server.ts";

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

/** A share of a clip with a stored result: where it is, and its id. */
async function share(sql: string, maxAgeSeconds = 3600): Promise<{ slug: string; id: string; path: string }> {
  const { slug } = await server.createClip(sql, { max_age_seconds: maxAgeSeconds });
  await server.request(`/api/clips/${slug}/runs`, { method: "POST", json: { wait: true } });
  const { id, url } = (await (await server.request(`/api/clips/${slug}/shares`, { method: "POST" })).json()) as {
    id: string;
    url: string;
  };
  return { slug, id, path: new URL(url).pathname };
}

/** Asks until a response is one that needs no look into the database: no query is sent while it is made. */
async function heat(url: string, changes: OwnChanges, headers: Record<string, string> = {}): Promise<AsSent> {
  await until(() => changes.isCurrent());
  await fetchAsSent(url, headers);
  return fetchAsSent(url, headers);
}

const SQL = "SELECT n, md5(n::text) AS hash FROM generate_series(1, 200) AS n";

test("a hot response is the one that the long way gives, and takes no query", async () => {
  const { path } = await share(SQL);
  for (const coding of ["identity", "zstd", "br", "gzip"]) {
    const headers = { "Accept-Encoding": coding };
    const cold = await fetchAsSent(`${server.url}${path}.json`, headers);
    await heat(`${server.url}${path}.json`, server.deps.changes!, headers);
    const queries = await queriesOf(async () => {
      const hot = await fetchAsSent(`${server.url}${path}.json`, headers);
      expect(hot.body.equals(cold.body)).toBe(true);
      const { date: _date, age: _age, "cache-control": _control, ...said } = hot.headers;
      expect(cold.headers).toMatchObject(said);
      expect(Object.keys(hot.headers).toSorted()).toStrictEqual(Object.keys(cold.headers).toSorted());
      const known = await fetchAsSent(`${server.url}${path}.json`, { ...headers, "If-None-Match": hot.headers.etag! });
      expect([known.status, known.body.length, known.headers.etag]).toStrictEqual([304, 0, hot.headers.etag]);
      expect(known.headers).toMatchObject({
        vary: "Accept-Encoding",
        "cache-control": expect.stringMatching(/^public/),
      });
    });
    expect(queries).toStrictEqual([]);
  }
});

test("what anyone may send, whatever the answer, takes nothing out of the memory", async () => {
  const { path } = await share(SQL);
  await heat(`${server.url}${path}.csv`, server.deps.changes!);
  const statuses: number[] = [];
  for (const [to, body] of [
    ["/sign-in", "x=1"],
    ["/sign-in", "email=nobody%40example.com&password=wrong"],
    ["/sign-in/out", ""],
    ["/sign-in/token", "token=wrong"],
    ["/set-up", "x=1"],
    ["/invitations/none", "name=Eve"],
    [path, "password=wrong"],
    [`/embeds/${"a".repeat(43)}`, "password=wrong"],
    ["/clips", "title=Forged"],
    ["/api/clips", "{}"],
  ] as const) {
    const headers = { "Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded" };
    const response = await fetch(server.url + to, { method: "POST", redirect: "manual", headers, body });
    statuses.push(response.status);
    await response.arrayBuffer();
  }
  expect(statuses).toEqual(expect.arrayContaining([303, 400, 401, 404]));
  const queries = await queriesOf(async () => {
    expect((await fetchAsSent(`${server.url}${path}.csv`)).status).toBe(200);
  });
  expect(queries).toStrictEqual([]);
});

/** The queries to Dataclips' own database while something is done, but for the beats, which may go through at any time. */
async function queriesOf(act: () => Promise<void>): Promise<unknown[]> {
  const kept = server.deps.db.$client.query;
  const queries: unknown[] = [];
  server.deps.db.$client.query = ((...args: unknown[]) => {
    queries.push(args[0]);
    return (kept as (...all: unknown[]) => unknown).apply(server.deps.db.$client, args);
  }) as typeof kept;
  try {
    await act();
  } finally {
    server.deps.db.$client.query = kept;
  }
  return queries.filter((query) => query !== "SELECT pg_notify($1, $2)");
}

test("a hot share that is revoked stops at once, here and on another server", async () => {
  const { path, id } = await share(SQL);
  const url = `${path}.csv`;
  expect((await heat(server.url + url, server.deps.changes!)).status).toBe(200);
  expect((await heat(second.url + url, second.changes)).status).toBe(200);
  const heard = new Promise<void>((resolve) => second.changes.onChange(() => resolve()));
  expect((await server.request(`/api/shares/${id}`, { method: "DELETE" })).status).toBe(204);
  expect((await fetchAsSent(server.url + url)).status).toBe(404);
  await heard;
  expect((await fetchAsSent(second.url + url)).status).toBe(404);
});

test.each([
  ["a share revoked", "UPDATE shares SET revoked_at = now() WHERE id = $1"],
  ["a share removed", "DELETE FROM shares WHERE id = $1"],
  ["a clip deleted", "UPDATE clips SET deleted_at = now() FROM shares WHERE shares.id = $1 AND clips.id = clip_id"],
  ["a clip removed", "DELETE FROM clips USING shares WHERE shares.id = $1 AND clips.id = clip_id"],
])("%s by hand in the database counts too", async (_what, sql) => {
  const { path, id } = await share(SQL);
  await heat(`${server.url}${path}.csv`, server.deps.changes!);
  const heard = new Promise<void>((resolve) => server.deps.changes!.onChange(() => resolve()));
  await server.own.query(sql, [id]);
  await heard;
  expect((await fetchAsSent(`${server.url}${path}.csv`)).status).toBe(404);
});

test("a newer result replaces a hot one, and so does an edit", async () => {
  const { slug, path } = await share("SELECT 1 AS old");
  const hot = await heat(`${second.url}${path}.csv`, second.changes);
  expect([hot.body.toString(), hot.headers["x-result"]]).toStrictEqual(["old\n1\n", "1"]);
  await server.request(`/api/clips/${slug}`, { method: "PATCH", json: { sql: "SELECT 2 AS new" } });
  const edited = async () => (await fetchAsSent(`${second.url}${path}.csv`)).body.toString() === "new\n2\n";
  await until(edited);
  expect((await fetchAsSent(`${server.url}${path}.csv`)).body.toString()).toBe("new\n2\n");
});

test("without the notifications nothing is remembered", async () => {
  const { path, id } = await share(SQL);
  const url = `${server.url}${path}.csv`;
  expect((await heat(url, server.deps.changes!)).status).toBe(200);
  // The connection that listens is lost; so that no other one tells, the change is made without the trigger.
  const lost = new Promise<void>((resolve) => server.deps.changes!.onChange((clip) => clip === null && resolve()));
  await server.own.query("ALTER TABLE shares DISABLE TRIGGER shares_tell");
  await server.own.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'dataclips changes'",
  );
  await lost;
  await server.own.query("UPDATE shares SET revoked_at = now() WHERE id = $1", [id]);
  expect((await fetchAsSent(url)).status).toBe(404);
  await server.own.query("ALTER TABLE shares ENABLE TRIGGER shares_tell");
  await until(() => server.deps.changes!.isCurrent());
  expect((await fetchAsSent(url)).status).toBe(404);
});

test("how long caches may keep what", async () => {
  const control = async (path: string, headers: Record<string, string> = {}) => {
    const said = (await fetchAsSent(server.url + path, headers)).headers;
    return [said["cache-control"], said.age];
  };
  const administrator = { Authorization: `Bearer ${TOKEN}` };
  const hour = await share(SQL, 3600);
  const [cacheControl, age] = await control(`${hour.path}.csv`);
  expect(cacheControl).toBe(`public, max-age=${30 + Number(age)}, stale-while-revalidate=30`);
  expect(await control(`/clips/${hour.slug}.csv`, administrator)).toStrictEqual(["private, no-cache", undefined]);
  const none = await share("SELECT 1 AS a", 0);
  expect(await control(`${none.path}.csv`)).toStrictEqual(["public, no-cache", "0"]);
  const { slug } = await server.createClip(
    "SELECT n, repeat('x', 20000), pg_sleep(0.05) FROM generate_series(1, 4) AS n",
  );
  expect(await control(`/clips/${slug}.csv`, administrator)).toStrictEqual(["no-store", undefined]);
  expect(await control(`/shares/${"z".repeat(28)}.csv`)).toStrictEqual(["no-store", undefined]);
});

test("who asks with a token that is wrong is told so, however hot the response", async () => {
  const { path } = await share(SQL);
  await heat(`${server.url}${path}.csv`, server.deps.changes!);
  expect((await fetchAsSent(`${server.url}${path}.csv`, { Authorization: "Bearer wrong" })).status).toBe(401);
});

test("200 clients that ask for a clip of half a second cause one run", async () => {
  const { slug } = await server.createClip("SELECT pg_sleep(0.5)::text AS slept, clock_timestamp() AS at", {
    max_age_seconds: 3600,
  });
  const { url } = (await (await server.request(`/api/clips/${slug}/shares`, { method: "POST" })).json()) as {
    url: string;
  };
  const bodies = await Promise.all(Array.from({ length: 200 }, async () => (await fetch(`${url}.csv`)).text()));
  expect(new Set(bodies).size).toBe(1);
  const { rows } = await server.own.query(
    "SELECT count(*)::int AS runs FROM runs JOIN clips ON clips.id = clip_id WHERE slug = $1",
    [slug],
  );
  expect(rows).toStrictEqual([{ runs: 1 }]);
});
