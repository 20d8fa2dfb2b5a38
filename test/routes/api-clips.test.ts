import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(() => server.close());

const TIME = expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

async function send(method: string, path: string, json?: unknown): Promise<{ status: number; body: any }> {
  const response = await server.request(path, { method, json });
  const text = await response.text();
  return { status: response.status, body: text === "" ? null : JSON.parse(text) };
}
const get = (path: string) => send("GET", path);

test("a clip is created, and says its parameters with PostgreSQL's types", async () => {
  const clip = await server.createClip("SELECT {{n:3}}::int AS n, {{day}}::date AS day", { title: "First" });
  expect(clip).toMatchObject({
    title: "First",
    version: 1,
    parameters: [
      { name: "n", type: "integer", default: "3" },
      { name: "day", type: "date", default: null },
    ],
  });
  expect(clip.slug).toMatch(/^[a-z]{28}$/);
  const response = await server.request(`/clips/${clip.slug}-whatever.csv?day=2026-11-22`);
  expect(await response.text()).toBe("n,day\n3,2026-11-22\n");
});

test("a clip's JSON is the same from its creation and its address", async () => {
  const created = await send("POST", "/api/clips", {
    database: "test",
    title: "  All the fields ",
    sql: "SELECT 1 AS one",
    description: "What it is for",
    max_age_seconds: 60,
  });
  expect(created.status).toBe(201);
  const { slug } = created.body;
  expect(created.body).toStrictEqual({
    id: expect.any(Number),
    slug: expect.stringMatching(/^[a-z]{28}$/),
    team_id: 1,
    team: { id: 1, name: "Everyone" },
    created_by: "token",
    url: `${server.url}/clips/${slug}-all-the-fields`,
    database: "test",
    title: "All the fields",
    description: "What it is for",
    version: 1,
    sql: "SELECT 1 AS one",
    refresh: "live",
    max_age_seconds: 60,
    cron: null,
    time_zone: null,
    keep_results: null,
    keep_days: null,
    keep_bytes: null,
    tags: [],
    chart: null,
    masked_parameters: [],
    created_at: TIME,
    updated_at: TIME,
    parameters: [],
  });
  expect(await get(`/api/clips/${slug}`)).toStrictEqual({ status: 200, body: created.body });
  expect(await get(`/api/clips/${slug}-other-words`)).toStrictEqual({ status: 200, body: created.body });
});

test("what is left out has its default", async () => {
  const { body } = await send("POST", "/api/clips", { database: "test", title: "T", sql: "SELECT 1" });
  expect(body).toMatchObject({ description: "", refresh: "live", max_age_seconds: 60 });
});

test("clips are listed, the last changed first, and found by any word of them", async () => {
  const word = "zebrafish";
  const titles = ["One", "Two", "Three"];
  for (const title of titles) await server.createClip(`SELECT '${word}' AS ${title}`, { title });
  const found = await get(`/api/clips?q=${word}`);
  expect(found.status).toBe(200);
  expect(found.body).toMatchObject({ page: 1, page_size: 50, total: 3 });
  expect(found.body.clips.map((clip: any) => clip.title)).toStrictEqual(["Three", "Two", "One"]);
  expect(Object.keys(found.body)).toStrictEqual(["clips", "page", "page_size", "total"]);
  await send("PATCH", `/api/clips/${found.body.clips[2].slug}`, { description: "now the first: quagga" });
  const again = await get(`/api/clips?q=${word}`);
  expect(again.body.clips.map((clip: any) => clip.title)).toStrictEqual(["One", "Three", "Two"]);
  const total = async (query: string): Promise<number> => (await get(`/api/clips?${query}`)).body.total;
  expect(await total("q=QUAGGA")).toBe(1);
  expect(await total(`q=${word}+three`)).toBe(1);
  expect(await total("q=quagga+three")).toBe(0);
  // These are wildcards of LIKE, and not of people.
  expect(await total("q=zebra%25fish")).toBe(0);
  expect(await total("q=zebra_ish")).toBe(0);
  expect(await total("q=%5C")).toBe(0);
});

test("a list goes on to the next page", async () => {
  await server.own.query(
    `WITH many AS (INSERT INTO clips (slug, database, title, max_age_seconds)
       SELECT 'many' || n, 'test', 'Pelican ' || n, 1 FROM generate_series(1, 60) AS n RETURNING id)
     INSERT INTO versions (clip_id, number, sql) SELECT id, 1, 'SELECT 1' FROM many`,
  );
  const first = await get("/api/clips?q=pelican");
  const second = await get("/api/clips?q=pelican&page=2");
  const third = await get("/api/clips?q=pelican&page=3");
  expect([first, second, third].map(({ body }) => [body.page, body.total, body.clips.length])).toStrictEqual([
    [1, 60, 50],
    [2, 60, 10],
    [3, 60, 0],
  ]);
  const slugs = [...first.body.clips, ...second.body.clips].map((clip) => clip.slug);
  expect(new Set(slugs).size).toBe(60);
});

test.each(["0", "-1", "1.5", "x", "", "99999999999"])("the page %j is refused", async (page) => {
  expect(await get(`/api/clips?page=${page}`)).toStrictEqual({
    status: 400,
    body: {
      error: { code: "invalid_request", message: `page must be a number from 1 on, not ${JSON.stringify(page)}.` },
    },
  });
});

test("another SQL makes another version; the same one, or another title, does not", async () => {
  const { slug } = await server.createClip("SELECT 1 AS a", { title: "Before" });
  const path = `/api/clips/${slug}`;
  const titled = await send("PATCH", path, { title: "After", description: "d", max_age_seconds: 9 });
  expect(titled.status).toBe(200);
  expect(titled.body).toMatchObject({
    title: "After",
    description: "d",
    max_age_seconds: 9,
    version: 1,
    sql: "SELECT 1 AS a",
  });
  expect(titled.body.url).toBe(`${server.url}/clips/${slug}-after`);
  expect((await send("PATCH", path, { sql: "SELECT 1 AS a" })).body.version).toBe(1);
  const changed = await send("PATCH", path, { sql: "SELECT {{b:2}}::int AS b", version: 1 });
  expect(changed.body).toMatchObject({
    version: 2,
    title: "After",
    parameters: [{ name: "b", type: "integer", default: "2" }],
  });
  expect(await get(`${path}/versions`)).toStrictEqual({
    status: 200,
    body: {
      versions: [
        { version: 2, sql: "SELECT {{b:2}}::int AS b", restored_from: null, created_by: "token", created_at: TIME },
        { version: 1, sql: "SELECT 1 AS a", restored_from: null, created_by: "token", created_at: TIME },
      ],
    },
  });
});

test("an edit made from an old version is a conflict, and changes nothing", async () => {
  const { slug } = await server.createClip("SELECT 1 AS a");
  const path = `/api/clips/${slug}`;
  await send("PATCH", path, { sql: "SELECT 2 AS a", version: 1 });
  const before = await get(path);
  expect(await send("PATCH", path, { sql: "SELECT 3 AS a", title: "Lost", version: 1 })).toStrictEqual({
    status: 409,
    body: {
      error: {
        code: "conflict",
        message: "Somebody else has saved version 2 of this clip meanwhile.",
        hint: "Look at it, put your change into it, and save again. Your text is not lost.",
      },
    },
  });
  expect(await get(path)).toStrictEqual(before);
});

test("of many edits from the same version at the same moment one is saved", async () => {
  const { slug } = await server.createClip("SELECT 0 AS a");
  const edits = await Promise.all(
    [1, 2, 3, 4, 5, 6].map((n) => send("PATCH", `/api/clips/${slug}`, { sql: `SELECT ${n} AS a`, version: 1 })),
  );
  expect(edits.map(({ status }) => status).toSorted()).toStrictEqual([200, 409, 409, 409, 409, 409]);
  const { body } = await get(`/api/clips/${slug}/versions`);
  expect(body.versions.map((version: any) => version.version)).toStrictEqual([2, 1]);
  expect(body.versions[0].sql).toBe(edits.find(({ status }) => status === 200)!.body.sql);
});

test("an edit that is refused changes nothing", async () => {
  const { slug } = await server.createClip("SELECT 1 AS a", { title: "Stays" });
  const path = `/api/clips/${slug}`;
  const before = await get(path);
  expect((await send("PATCH", path, { title: "Goes", sql: "DELETE FROM numbers" })).body.error.code).toBe(
    "not_read_only",
  );
  expect((await send("PATCH", path, { title: "Goes", sql: "SELECT x" })).body.error).toMatchObject({
    code: "query_failed",
    sqlstate: "42703",
    position: 8,
  });
  expect((await send("PATCH", path, { title: "Goes", database: "none" })).status).toBe(400);
  expect((await send("PATCH", path, { title: "" })).status).toBe(400);
  expect(await get(path)).toStrictEqual(before);
});

test("a clip whose table is gone can still be renamed", async () => {
  await server.primary.query("CREATE TABLE soon_gone (a int); GRANT SELECT ON soon_gone TO dataclips_reader");
  await server.catchUp();
  const { slug } = await server.createClip("SELECT a FROM soon_gone");
  await server.primary.query("DROP TABLE soon_gone");
  await server.catchUp();
  const renamed = await send("PATCH", `/api/clips/${slug}`, { title: "Broken since Monday" });
  expect(renamed).toMatchObject({ status: 200, body: { title: "Broken since Monday", version: 1 } });
});

test("an old version is restored as a new one, a copy", async () => {
  const { slug } = await server.createClip("SELECT 1 AS a");
  const path = `/api/clips/${slug}`;
  await send("PATCH", path, { sql: "SELECT 2 AS a" });
  const restored = await send("POST", `${path}/versions`, { restore: 1 });
  expect(restored.status).toBe(201);
  expect(restored.body).toMatchObject({ version: 3, sql: "SELECT 1 AS a", parameters: [] });
  const { body } = await get(`${path}/versions`);
  expect(body.versions.map((v: any) => [v.version, v.sql, v.restored_from])).toStrictEqual([
    [3, "SELECT 1 AS a", 1],
    [2, "SELECT 2 AS a", null],
    [1, "SELECT 1 AS a", null],
  ]);
  expect(await send("POST", `${path}/versions`, { restore: 9 })).toStrictEqual({
    status: 404,
    body: { error: { code: "not_found", message: "This clip has no version 9." } },
  });
  for (const wrong of [{}, { restore: "1" }, { restore: 0 }, { restore: 1.5 }, { restore: 1, also: 2 }]) {
    expect((await send("POST", `${path}/versions`, wrong)).status).toBe(400);
  }
});

test("a fork is a clip of its own", async () => {
  const clip = await server.createClip("SELECT {{a:1}}::int AS a", {
    title: "Root",
    description: "d",
    max_age_seconds: 7,
  });
  const fork = await send("POST", `/api/clips/${clip.slug}/fork`);
  expect(fork.status).toBe(201);
  expect(fork.body).toMatchObject({
    title: "Root",
    sql: "SELECT {{a:1}}::int AS a",
    description: "d",
    max_age_seconds: 7,
    version: 1,
    parameters: [{ name: "a", type: "integer", default: "1" }],
  });
  expect(fork.body.slug).not.toBe(clip.slug);
  expect((await send("POST", `/api/clips/${clip.slug}/fork`, { title: "Branch" })).body.title).toBe("Branch");
  await send("PATCH", `/api/clips/${fork.body.slug}`, { sql: "SELECT 2 AS b" });
  expect((await get(`/api/clips/${clip.slug}`)).body).toMatchObject({ version: 1, sql: "SELECT {{a:1}}::int AS a" });
});

test("a deleted clip is gone everywhere, with its shares, until it is undeleted", async () => {
  const { slug } = await server.createClip("SELECT 1 AS a", { title: "Okapi" });
  const path = `/api/clips/${slug}`;
  const share = (await send("POST", `${path}/shares`)).body.url;
  const result = await server.request(`/clips/${slug}.csv`);
  expect(await result.text()).toBe("a\n1\n");
  const places: [string, string][] = [
    ["GET", path],
    ["PATCH", path],
    ["DELETE", path],
    ["POST", `${path}/fork`],
    ["GET", `${path}/versions`],
    ["POST", `${path}/versions`],
    ["POST", `${path}/runs`],
    ["GET", `${path}/shares`],
    ["POST", `${path}/shares`],
    ["GET", `/clips/${slug}.csv`],
    ["GET", `/clips/${slug}.json?result=1`],
    ["GET", `/clips/${slug}.ndjson`],
    ["GET", `/clips/${slug}`],
    ["GET", `/clips/${slug}/edit`],
    ["GET", `/clips/${slug}/versions`],
    ["POST", `/clips/${slug}/run`],
  ];
  expect((await fetch(share)).status).toBe(200);

  const deleted = await server.request(path, { method: "DELETE" });
  expect([deleted.status, await deleted.text()]).toStrictEqual([204, ""]);
  for (const [method, place] of places) {
    const gone = await send(method, place);
    expect([method, place, gone.status, gone.body.error.code]).toStrictEqual([method, place, 404, "not_found"]);
  }
  for (const ending of ["", ".csv", ".json", ".ndjson"]) expect((await fetch(share + ending)).status).toBe(404);
  expect((await get("/api/clips?q=okapi")).body.total).toBe(0);
  const listed = await get("/api/clips?q=okapi&deleted=true");
  expect(listed.body).toMatchObject({ total: 1, clips: [{ slug, deleted_at: TIME }] });

  const undeleted = await send("POST", `${path}/undelete`);
  expect(undeleted).toMatchObject({ status: 200, body: { slug, version: 1 } });
  expect(undeleted.body).not.toHaveProperty("deleted_at");
  expect((await send("POST", `${path}/undelete`)).status).toBe(404);
  expect(await (await fetch(`${share}.csv`)).text()).toBe("a\n1\n");
  expect((await get(path)).status).toBe(200);
});

test.each([
  ["uppercase", (slug: string) => slug.toUpperCase()],
  ["short", (slug: string) => slug.slice(0, 27)],
  ["long", (slug: string) => `${slug}a`],
  ["with something before it", (slug: string) => `words-${slug}`],
  ["unknown", () => "z".repeat(28)],
])("a slug that is %s is not found", async (_, change) => {
  const { slug } = await server.createClip("SELECT 1 AS a");
  for (const place of ["/api/clips/", "/clips/"]) {
    expect((await get(place + change(slug))).body).toStrictEqual({
      error: {
        code: "not_found",
        message: "There is no such clip.",
        hint: "Check the address; a clip's is 28 letters. It may have been deleted.",
      },
    });
  }
  expect((await get(`/clips/${change(slug)}.csv`)).status).toBe(404);
});
