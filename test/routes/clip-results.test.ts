import { createHash } from "node:crypto";
import { get, type IncomingMessage } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ON_WORKERS, startTestServer, TOKEN, type TestServer, until } from "../support/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(() => server.close());

const digestOf = (body: Buffer): string => `sha-256=:${createHash("sha256").update(body).digest("base64")}:`;

interface Fetched {
  status: number;
  headers: Headers;
  body: Buffer;
}

async function fetchResult(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Fetched> {
  const response = await server.request(path, { headers, method });
  return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) };
}

/** A response as node:http reads it, with its trailers. */
async function fetchRaw(path: string) {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  get(server.url + path, { headers: { Authorization: `Bearer ${TOKEN}` }, agent: false }, resolve).on("error", reject);
  const response = await promise;
  const pieces: Buffer[] = [];
  response.on("data", (piece: Buffer) => pieces.push(piece));
  const broken = await new Promise<boolean>((done) => {
    response.on("end", () => done(false));
    response.on("error", () => done(true));
  });
  const { statusCode: status, headers, trailers } = response;
  return { status, headers, trailers, body: Buffer.concat(pieces), broken };
}

/** Waits until all results are stored: a response may end a moment before. */
const stored = (of: TestServer = server): Promise<void> => of.settled();

test("a small result says all about itself in its headers", async () => {
  const { slug } = await server.createClip("SELECT n, 'x' || n AS t FROM generate_series(1, 3) AS n", {
    title: "Crème & Co",
    max_age_seconds: 3600,
  });
  const { status, headers, body } = await fetchResult(`/clips/${slug}.csv`);
  expect([status, body.toString()]).toStrictEqual([200, "n,t\n1,x1\n2,x2\n3,x3\n"]);
  await fetchResult(`/clips/${slug}.csv?result=1`); // It is stored a moment after it is sent.
  const { rows } = await server.own.query("SELECT started_at FROM results");
  const said = Object.fromEntries(headers);
  expect(said).toMatchObject({
    "content-type": "text/csv; charset=utf-8; header=present",
    "content-disposition": 'attachment; filename="creme-co.csv"',
    "cache-control": "private, no-cache",
    "x-result": "1",
    "x-version": "1",
    "x-follower": "follower",
    "x-lag-seconds": expect.stringMatching(/^\d+(\.\d+)?$/),
    "x-row-count": "3",
    "x-truncated": "false",
    "last-modified": new Date(rows[0].started_at).toUTCString(),
    etag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
    "content-digest": digestOf(body),
    "content-length": String(body.length),
  });
});

test("each format and option is a representation of its own, and 304 when it is known", async () => {
  const { slug } = await server.createClip("SELECT 1 AS a, NULL AS b", { max_age_seconds: 3600 });
  const variants = [
    ".csv",
    ".csv?bom=1",
    ".csv?delimiter=;",
    ".json",
    ".json?rows=objects",
    ".json?numbers=string",
    ".ndjson",
    ".ndjson?rows=objects",
  ];
  const tags: string[] = [];
  for (const variant of variants) {
    const first = await fetchResult(`/clips/${slug}${variant}`);
    const etag = first.headers.get("ETag")!;
    expect(first.headers.get("Content-Digest")).toBe(digestOf(first.body));
    tags.push(etag);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const again = await fetchResult(`/clips/${slug}${variant}`, { "If-None-Match": known });
      expect([again.status, again.body.length]).toStrictEqual([304, 0]);
      for (const name of ["ETag", "Last-Modified", "Cache-Control", "X-Result"]) {
        expect([name, again.headers.get(name)]).toStrictEqual([name, first.headers.get(name)]);
      }
    }
    expect((await fetchResult(`/clips/${slug}${variant}`, { "If-None-Match": '"other"' })).status).toBe(200);
  }
  expect(new Set(tags).size).toBe(variants.length);
  const json = await fetchResult(`/clips/${slug}.json`);
  expect(json.headers.get("Content-Type")).toBe("application/json; charset=utf-8");
  expect(json.headers.get("Content-Disposition")).toBe('inline; filename="a-clip.json"');
  const ndjson = await fetchResult(`/clips/${slug}.ndjson`);
  expect(ndjson.headers.get("Content-Type")).toBe("application/x-ndjson; charset=utf-8");
});

test("the options do what they say", async () => {
  const { slug } = await server.createClip("SELECT 1 AS a, '=1+1' AS b, ''::text AS c", { max_age_seconds: 3600 });
  const text = async (query: string) => (await fetchResult(`/clips/${slug}${query}`)).body.toString();
  expect(await text(".csv?bom=0&escape_formulas=0&delimiter=,")).toBe('a,b,c\n1,=1+1,""\n');
  expect(await text(".csv?bom=1")).toBe('\uFEFFa,b,c\n1,=1+1,""\n');
  expect(await text(".csv?delimiter=;")).toBe('a;b;c\n1;=1+1;""\n');
  expect(await text(".csv?delimiter=tab&escape_formulas=1")).toBe('a\tb\tc\n1\t\'=1+1\t""\n');
  expect(JSON.parse(await text(".json?rows=objects")).values).toStrictEqual([{ a: 1, b: "=1+1", c: "" }]);
  expect(JSON.parse(await text(".json?numbers=string")).values).toStrictEqual([["1", "=1+1", ""]]);
});

test("a result is the same bytes for ever, whatever becomes of the clip and the data", async () => {
  await server.primary.query("CREATE TABLE changing AS SELECT 1 AS a; GRANT SELECT ON changing TO dataclips_reader");
  await server.catchUp();
  const { slug } = await server.createClip("SELECT a, now() AS at FROM changing", { max_age_seconds: 0 });
  const first = await fetchResult(`/clips/${slug}.json`);
  expect(first.headers.get("X-Result")).toBe("1");
  await stored();
  await server.primary.query("UPDATE changing SET a = 2");
  await server.catchUp();
  const fresh = await fetchResult(`/clips/${slug}.json`);
  expect(fresh.headers.get("X-Result")).toBe("2");
  expect(JSON.parse(fresh.body.toString()).values[0][0]).toBe(2);
  await server.request(`/api/clips/${slug}`, { method: "PATCH", json: { title: "Another", sql: "SELECT 3 AS b" } });
  await stored();
  for (const query of ["?result=1", "?result=1&version=1", "?result=1&_=1&utm_source=mail"]) {
    const again = await fetchResult(`/clips/${slug}-words.json${query}`);
    expect(again.body.equals(first.body)).toBe(true);
    for (const name of ["ETag", "Content-Digest", "Last-Modified", "X-Version"]) {
      expect([name, again.headers.get(name)]).toStrictEqual([name, first.headers.get(name)]);
    }
  }
  const wrong = await fetchResult(`/clips/${slug}.json?result=1&version=2`);
  expect([wrong.status, JSON.parse(wrong.body.toString()).error.message]).toStrictEqual([
    404,
    "Result 1 of this clip is of version 1, not 2.",
  ]);
});

test("a restarted server, with nothing in memory, gives the same bytes from the store", async () => {
  const { slug } = await server.createClip("SELECT n, md5(n::text) FROM generate_series(1, 500) AS n");
  const first = await fetchResult(`/clips/${slug}.csv`);
  await stored();
  const { createResultCache } = await import("../../src/results/cache.ts");
  const kept = server.deps.cache;
  server.deps.cache = createResultCache();
  try {
    const again = await fetchResult(`/clips/${slug}.csv?result=1`);
    expect(again.body.equals(first.body)).toBe(true);
    expect(again.headers.get("ETag")).toBe(first.headers.get("ETag"));
  } finally {
    server.deps.cache = kept;
  }
});

describe("while a result is still being stored", () => {
  beforeAll(async () => {
    await server.own.query(`CREATE FUNCTION seal_slowly() RETURNS trigger LANGUAGE plpgsql AS
                              $$ BEGIN PERFORM pg_sleep(0.5); RETURN NEW; END $$`);
    await server.own.query("CREATE TRIGGER slow BEFORE UPDATE ON results FOR EACH ROW EXECUTE FUNCTION seal_slowly()");
  });
  afterAll(async () => {
    await server.own.query("DROP TRIGGER slow ON results");
    await stored();
  });

  test("it can be asked for by its number, as soon as that is said", async () => {
    const { slug } = await server.createClip("SELECT n, md5(n::text) FROM generate_series(1, 500) AS n");
    const first = await fetchResult(`/clips/${slug}.csv`);
    const again = await fetchResult(`/clips/${slug}.csv?result=${first.headers.get("X-Result")}`);
    expect(again.status).toBe(200);
    expect(again.body.equals(first.body)).toBe(true);
  });

  test("a clip whose results may have no age gives what is there now, and not that one again", async () => {
    await server.primary.query("CREATE TABLE current AS SELECT 1 AS a; GRANT SELECT ON current TO dataclips_reader");
    await server.catchUp();
    const { slug } = await server.createClip("SELECT a FROM current", { max_age_seconds: 0 });
    expect((await fetchResult(`/clips/${slug}.csv`)).body.toString()).toBe("a\n1\n");
    await server.primary.query("UPDATE current SET a = 2");
    await server.catchUp();
    expect((await fetchResult(`/clips/${slug}.csv`)).body.toString()).toBe("a\n2\n");
  });
});

test("?version=1 runs an old version", async () => {
  const { slug } = await server.createClip("SELECT {{n:1}}::int AS old");
  await server.request(`/api/clips/${slug}`, { method: "PATCH", json: { sql: "SELECT 2 AS new" } });
  const old = await fetchResult(`/clips/${slug}.csv?version=1&n=7`);
  expect([old.body.toString(), old.headers.get("X-Version")]).toStrictEqual(["old\n7\n", "1"]);
  const current = await fetchResult(`/clips/${slug}.csv`);
  expect([current.body.toString(), current.headers.get("X-Version")]).toStrictEqual(["new\n2\n", "2"]);
});

test("a fresh enough result is served in place of a run; one with other values is another", async () => {
  const { slug } = await server.createClip("SELECT {{n:1}}::int AS n", { max_age_seconds: 3600 });
  const number = async (query = "") => (await fetchResult(`/clips/${slug}.csv${query}`)).headers.get("X-Result");
  expect(await number()).toBe("1");
  expect(await number()).toBe("1");
  expect(await number("?n=1")).toBe("1");
  expect(await number("?n=2")).toBe("2");
  expect(await number()).toBe("1");
});

test("a result of no rows has its header line", async () => {
  const { slug } = await server.createClip("SELECT 1 AS a, 'x' AS b WHERE false");
  const { headers, body } = await fetchResult(`/clips/${slug}.csv`);
  expect([body.toString(), headers.get("X-Row-Count")]).toStrictEqual(["a,b\n", "0"]);
  expect(JSON.parse((await fetchResult(`/clips/${slug}.json`)).body.toString())).toMatchObject({
    values: [],
    row_count: 0,
  });
});

test("HEAD gives the headers and no body", async () => {
  const { slug } = await server.createClip("SELECT 1 AS a", { max_age_seconds: 3600 });
  const whole = await fetchResult(`/clips/${slug}.csv`);
  const { status, headers, body } = await fetchResult(`/clips/${slug}.csv`, {}, "HEAD");
  expect([status, body.length]).toStrictEqual([200, 0]);
  for (const name of [
    "ETag",
    "Content-Digest",
    "Content-Type",
    "Content-Disposition",
    "X-Row-Count",
    "X-Result",
    "Last-Modified",
  ]) {
    expect([name, headers.get(name)]).toStrictEqual([name, whole.headers.get(name)]);
  }
  const known = await fetchResult(`/clips/${slug}.csv`, { "If-None-Match": whole.headers.get("ETag")! }, "HEAD");
  expect(known.status).toBe(304);
  expect((await fetchResult(`/clips/${"z".repeat(28)}.csv`, {}, "HEAD")).status).toBe(404);
});

test("HEAD of a result that would go on for long leaves nothing running", async () => {
  const { slug } = await server.createClip("SELECT repeat('x', 20000), pg_sleep(0.01) FROM generate_series(1, 100000)");
  const { status, headers } = await fetchResult(`/clips/${slug}.csv`, {}, "HEAD");
  expect([status, headers.get("Content-Type")]).toStrictEqual([200, "text/csv; charset=utf-8; header=present"]);
  await until(async () => (await server.busySessions()).length === 0);
  await until(async () => (await server.own.query("SELECT 1 FROM runs WHERE state = 'running'")).rows.length === 0);
  const { rows } = await server.own.query("SELECT state FROM runs ORDER BY created_at DESC LIMIT 1");
  expect(rows).toStrictEqual([{ state: "cancelled" }]);
});

test("a client that leaves takes its run with it", async () => {
  const { slug } = await server.createClip(
    "SELECT n, repeat('x', 1000), pg_sleep(0.005) FROM generate_series(1, 100000) AS n",
  );
  const gone = new AbortController();
  const response = await server.request(`/clips/${slug}.csv`, { signal: gone.signal });
  const reader = response.body!.getReader();
  expect((await reader.read()).done).toBe(false);
  gone.abort();
  await until(async () => (await server.busySessions()).length === 0);
  await until(async () => (await server.own.query("SELECT 1 FROM runs WHERE state = 'running'")).rows.length === 0);
  const { rows } = await server.own.query(
    "SELECT state, error->>'code' AS code FROM runs ORDER BY created_at DESC LIMIT 1",
  );
  expect(rows).toStrictEqual([{ state: "cancelled", code: "run_cancelled" }]);
});

// Workers send no trailers.
test.skipIf(ON_WORKERS)(
  "a large result streams, and says in trailers what was not known before; stored, in headers",
  async () => {
    const sql =
      "SELECT a.id, b.id AS other, a.name, a.amount, a.moment FROM numbers AS a, generate_series(1, 4) AS b(id) ORDER BY b.id, a.id";
    const { slug } = await server.createClip(sql, { title: "Large" });
    const live = await fetchRaw(`/clips/${slug}.csv`);
    expect(live.status).toBe(200);
    expect(live.headers["transfer-encoding"]).toBe("chunked");
    expect(live.headers.trailer?.split(", ")).toStrictEqual(["X-Row-Count", "X-Truncated"]);
    expect(live.headers).not.toHaveProperty("x-row-count");
    expect(live.headers).not.toHaveProperty("etag");
    expect(live.trailers).toStrictEqual({ "x-row-count": "80000", "x-truncated": "false" });
    expect(live.body.length).toBeGreaterThan(3_000_000);
    expect(live.body.toString().split("\n")).toHaveLength(80_002);

    await stored();
    const path = `/clips/${slug}.csv?result=${live.headers["x-result"]}`;
    const first = await fetchRaw(path);
    expect(first.body.equals(live.body)).toBe(true);
    expect(first.headers).toMatchObject({ "x-row-count": "80000", "x-truncated": "false", trailer: "Content-Digest" });
    expect(first.trailers).toStrictEqual({ "content-digest": digestOf(live.body) });
    // From now on the digest is known when the headers go out.
    const again = await fetchRaw(path);
    expect(again.headers["content-digest"]).toBe(digestOf(live.body));
    expect(again.trailers).toStrictEqual({});
    expect(again.headers.etag).toBe(first.headers.etag);
    const known = await fetchResult(path, { "If-None-Match": first.headers.etag! });
    expect([known.status, known.body.length]).toStrictEqual([304, 0]);
  },
);

test("a result that is cut short says so, and so does its file's name", async () => {
  const small = await startTestServer({ maxRows: 3 });
  try {
    const { slug } = await small.createClip("SELECT n FROM generate_series(1, 10) AS n", { title: "Cut" });
    const live = await small.request(`/clips/${slug}.csv`);
    expect(await live.text()).toBe("n\n1\n2\n3\n");
    await stored(small);
    const { headers } = await small.request(`/clips/${slug}.csv?result=1`);
    expect([headers.get("X-Truncated"), headers.get("X-Row-Count")]).toStrictEqual(["true", "3"]);
    expect(headers.get("Content-Disposition")).toBe('attachment; filename="cut-truncated.csv"');
    const json = (await (await small.request(`/clips/${slug}.json?result=1`)).json()) as any;
    expect([json.truncated, json.row_count, json.values]).toStrictEqual([true, 3, [[1], [2], [3]]]);
  } finally {
    await small.close();
  }
});

test("an error before the first row is a status; one after it breaks the transfer", async () => {
  const { slug } = await server.createClip("SELECT 1 / {{by}}::int AS a");
  const first = await fetchResult(`/clips/${slug}.csv?by=0`);
  expect(first.status).toBe(422);
  expect(first.headers.get("Content-Type")).toBe("application/json");
  expect(first.headers.get("Content-Disposition")).toBeNull();
  expect(first.headers.get("ETag")).toBeNull();
  expect(JSON.parse(first.body.toString()).error).toMatchObject({ code: "query_failed", sqlstate: "22012" });
  const late = await server.createClip("SELECT repeat('x', 1000), 1 / (50000 - n) FROM generate_series(1, 60000) AS n");
  const response = await server.request(`/clips/${late.slug}.csv`);
  expect(response.status).toBe(200);
  await expect(response.arrayBuffer()).rejects.toThrow("terminated");
  const lines = await fetchRaw(`/clips/${late.slug}.ndjson`);
  expect(lines.broken).toBe(true);
  const last = lines.body.toString().trimEnd().split("\n").at(-1)!;
  expect(JSON.parse(last).error).toMatchObject({ code: "query_failed", sqlstate: "22012" });
});

test("the title is only words in a file's name, and no header of its own", async () => {
  const titles: [string, string][] = [
    ['"; filename="evil.exe', "filename-evil-exe"],
    ["a\r\nSet-Cookie: stolen=1", "a-set-cookie-stolen-1"],
    ["../../etc/passwd", "etc-passwd"],
    ["日本語 🙂", "clip"],
  ];
  for (const [title, name] of titles) {
    const { slug } = await server.createClip("SELECT 1 AS a", { title });
    const { status, headers } = await fetchResult(`/clips/${slug}.csv`);
    expect(status).toBe(200);
    expect(headers.get("Content-Disposition")).toBe(`attachment; filename="${name}.csv"`);
    expect(headers.get("Set-Cookie")).toBeNull();
  }
});
