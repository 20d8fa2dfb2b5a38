import { createHash } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { createResultCache } from "../../src/results/cache.ts";
import { applyRetention } from "../../src/results/retention.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { signInBrowser } from "./sign-in-browser.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(() => server.close());

const FORMATS = [".csv", ".json", ".ndjson", ".xlsx", ".csv?bom=1&delimiter=;", ".json?rows=objects"];

async function share(slug: string, json: object): Promise<{ status: number; body: any }> {
  const response = await server.request(`/api/clips/${slug}/shares`, { method: "POST", json });
  return { status: response.status, body: await response.json() };
}

async function run(slug: string, parameters: object = {}): Promise<number> {
  const json = { parameters, wait: true };
  const response = await server.request(`/api/clips/${slug}/runs`, { method: "POST", json });
  return ((await response.json()) as { result: number }).result;
}

const change = (slug: string, json: object) => server.request(`/api/clips/${slug}`, { method: "PATCH", json });

/** Everything that a share says, byte for byte: bodies as hashes, and the headers that describe them. */
async function readAll(
  url: string,
  ask: (request: Request) => Response | Promise<Response> = fetch,
): Promise<unknown[]> {
  const said: unknown[] = [];
  for (const ending of FORMATS) {
    const response = await ask(new Request(url + ending));
    const body = createHash("sha256").update(Buffer.from(await response.arrayBuffer()));
    const headers = ["Content-Type", "Content-Disposition", "ETag", "X-Result", "X-Version", "Last-Modified"];
    said.push([response.status, body.digest("hex"), ...headers.map((name) => response.headers.get(name))]);
  }
  const page = await ask(new Request(url, { headers: { Accept: "text/html" } }));
  said.push([page.status, await page.text()]);
  return said;
}

test("a pinned share is the same for ever, byte for byte, whatever becomes of its clip", async () => {
  const { id, slug } = await server.createClip("SELECT {{n:1}}::int AS n, random() AS r", {
    title: "First title",
    description: "First words",
    max_age_seconds: 0,
  });
  expect([await run(slug, { n: "5" }), await run(slug)]).toStrictEqual([1, 2]);
  const { status, body } = await share(slug, { result: 1 });
  expect([status, body]).toMatchObject([
    201,
    { id: expect.any(String), url: expect.stringMatching(/\/shares\/[a-z]{28}$/), result: 1 },
  ]);
  const first = await readAll(body.url);
  expect(first[0]).toMatchObject([
    200,
    expect.any(String),
    "text/csv; charset=utf-8; header=present",
    'attachment; filename="first-title.csv"',
    expect.any(String),
    "1",
    "1",
    expect.any(String),
  ]);
  const json = (await (await fetch(`${body.url}.json`)).json()) as Record<string, unknown>;
  expect(json).toMatchObject({ title: "First title", result: 1, values: [[5, expect.any(Number)]] });

  // It is older than its clip allows, and there are newer ones; the clip is renamed, and asks something else.
  await change(slug, { title: "Second title", description: "Second words" });
  await change(slug, { sql: "SELECT 'other' AS entirely" });
  await run(slug);
  expect(await readAll(body.url)).toStrictEqual(first);
  // By these rules nothing but the newest would be kept.
  await applyRetention(server.deps.db, { keepResults: 1, keepDays: 1, keepBytes: 1 });
  const numbers = await server.own.query("SELECT number FROM results WHERE clip_id = $1 ORDER BY number", [id]);
  expect(numbers.rows.map((row) => row.number)).toStrictEqual([1, 3]);
  expect(await readAll(body.url)).toStrictEqual(first);
  // Another server has nothing in memory.
  const another = createApp({ ...server.deps, cache: createResultCache() });
  expect(await readAll(body.url, (request) => another.fetch(request))).toStrictEqual(first);
  // Its database is gone from the configuration: nothing is run for a pinned share.
  await server.own.query("UPDATE clips SET database = 'gone' WHERE id = $1", [id]);
  expect(await readAll(body.url)).toStrictEqual(first);
});

test("its page is that of the result: title, values, downloads, and nothing to choose", async () => {
  const { slug } = await server.createClip("SELECT {{n:1}}::int AS n", { title: "Then", description: "Words" });
  await run(slug, { n: "7" });
  const { body } = await share(slug, { result: 1 });
  await change(slug, { title: "Now" });
  const html = await (await fetch(body.url, { headers: { Accept: "text/html" } })).text();
  const path = new URL(body.url).pathname;
  expect(html).toContain("<title>Then · Dataclips</title>");
  expect(html).toContain("<h1>Then</h1>");
  expect(html).toContain("Result 1, which does not change. With n = 7.");
  expect(html).toContain(`href="${path}.csv"`);
  expect(html).not.toMatch(/<form|<input|Words|Now/);
  expect(html).not.toContain(slug);
});

test("it takes the values of its result, and no others", async () => {
  const { slug } = await server.createClip("SELECT {{n:1}}::int AS n, {{t:x}}::text AS t", { max_age_seconds: 0 });
  await run(slug, { n: "7" });
  const { url } = (await share(slug, { result: 1 })).body;
  expect(await (await fetch(`${url}.csv?n=7&t=x&_=1&utm_source=mail`)).text()).toBe("n,t\n7,x\n");
  const refused = async (query: string): Promise<unknown> => {
    const response = await fetch(`${url}.csv?${query}`);
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe("*");
    return [response.status, await response.json()];
  };
  for (const [query, name] of [
    ["n=8", "n"],
    ["n=7&t=y", "t"],
    ["other=1", "other"],
    ["toString=1", "toString"],
  ] as const) {
    expect(await refused(query)).toStrictEqual([
      400,
      {
        error: {
          code: "invalid_parameter",
          message: `This link shows one result, which does not change: "${name}" cannot be another value.`,
          hint: "Leave it out of the address.",
        },
      },
    ]);
  }
  for (const query of ["result=1", "result=2", "version=1", "as_of=2026-11-01"]) {
    expect(await refused(query)).toStrictEqual([
      400,
      {
        error: {
          code: "invalid_request",
          message: "This link shows one result, which does not change: it takes no result, no version and no as_of.",
        },
      },
    ]);
  }
});

test("a share can be pinned only to a result that is there, of this clip", async () => {
  const [{ slug }, other] = [await server.createClip("SELECT 1 AS a"), await server.createClip("SELECT 2 AS a")];
  await run(slug);
  await run(other.slug);
  await run(other.slug);
  for (const result of [2, 99, 999_999_999]) {
    expect(await share(slug, { result })).toMatchObject({
      status: 404,
      body: { error: { code: "not_found", message: `This clip has no result ${result}.` } },
    });
  }
  for (const result of [0, -1, 1.5, "1", 1e15, true]) {
    expect(await share(slug, { result })).toMatchObject({ status: 400, body: { error: { code: "invalid_request" } } });
  }
  await server.own.query("UPDATE results SET sealed_at = NULL FROM clips WHERE clips.id = clip_id AND slug = $1", [
    slug,
  ]);
  expect(await share(slug, { result: 1 })).toMatchObject({ status: 404 });
  expect((await share(slug, { result: null })).status).toBe(201);
});

test("shares are listed with the result that they are pinned to; revoked, they stop", async () => {
  const { slug } = await server.createClip("SELECT 1 AS a");
  await run(slug);
  const [pinned, live] = [(await share(slug, { result: 1 })).body, (await share(slug, {})).body];
  const listed = async (): Promise<any> => (await server.request(`/api/clips/${slug}/shares`)).json();
  const created_at = expect.stringMatching(/^20\d\d-.*Z$/);
  expect(await listed()).toMatchObject({
    shares: [
      { id: live.id, created_at, result: null },
      { id: pinned.id, created_at, result: 1 },
    ],
  });
  expect((await server.request(`/api/shares/${pinned.id}`, { method: "DELETE" })).status).toBe(204);
  expect((await fetch(`${pinned.url}.csv`)).status).toBe(404);
  expect(await (await fetch(`${live.url}.csv`)).text()).toBe("a\n1\n");
  expect(await listed()).toMatchObject({ shares: [{ id: live.id, created_at }] });
  expect((await listed()).shares).toHaveLength(1);
});

test("of a deleted clip it stops, and goes on when that is restored", async () => {
  const { slug } = await server.createClip("SELECT random() AS r");
  await run(slug);
  const { url } = (await share(slug, { result: 1 })).body;
  const before = await readAll(url);
  await server.request(`/api/clips/${slug}`, { method: "DELETE" });
  expect((await fetch(`${url}.csv`)).status).toBe(404);
  expect((await fetch(url)).status).toBe(404);
  await server.request(`/api/clips/${slug}/undelete`, { method: "POST" });
  expect(await readAll(url)).toStrictEqual(before);
});

test("a page's button pins the result that is shown", async () => {
  const { slug } = await server.createClip("SELECT random() AS r", { title: "Shown", max_age_seconds: 0 });
  await run(slug);
  await run(slug);
  const browser = await signInBrowser(server);
  const page = await (await browser.get(`/clips/${slug}?result=1`)).text();
  expect(page).toContain('<input type="hidden" name="result" value="1"/><button>Pin a link to result 1</button>');
  const made = await browser.post(`/clips/${slug}/shares`, { result: "1" });
  const html = await made.text();
  expect(made.status).toBe(200);
  const [url] = /http:[^"]*\/shares\/[a-z]{28}/.exec(html)!;
  expect(html).toContain(`, pinned to <a href="/clips/${slug}-shown?result=1">result 1</a>`);
  const shared = await fetch(`${url}.csv`);
  expect(shared.headers.get("X-Result")).toBe("1");
  for (const [result, status] of [
    ["9", 404],
    ["x", 400],
  ] as const) {
    expect((await browser.post(`/clips/${slug}/shares`, { result })).status).toBe(status);
  }
});
