import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { signInBrowser } from "../routes/sign-in-browser.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { addResults } from "./add-results.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(() => server.close());

const TIME = expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

async function get(path: string): Promise<{ status: number; body: any }> {
  const response = await server.request(path);
  return { status: response.status, body: await response.json() };
}

test("every result is listed, the newest first, with who asked for it", async () => {
  const sql = "SELECT n FROM generate_series(1, {{top:3}}::int) AS n";
  const { id, slug } = await server.createClip(sql, { title: "Counted", max_age_seconds: 0 });
  await server.request(`/api/clips/${slug}/runs`, { method: "POST", json: { wait: true } });
  const browser = await signInBrowser(server);
  const ran = await browser.post(`/clips/${slug}/run`, { top: "2" });
  expect(ran.headers.get("Location")).toBe(`/clips/${slug}-counted?result=2`);
  await server.request(`/api/clips/${slug}`, { method: "PATCH", json: { sql: `${sql} ORDER BY n` } });
  const shared = await server.request(`/api/clips/${slug}/shares`, { method: "POST" });
  const share = (await shared.json()) as { id: string; url: string };
  expect(await (await fetch(`${share.url}.csv?top=1`)).text()).toBe("n\n1\n");
  await server.deps.runs.drain(30_000);
  await server.request(`/api/clips/${slug}/shares`, { method: "POST", json: { result: 2 } });

  const { rows } = await server.own.query("SELECT person_id FROM sessions");
  const person = `person:${rows[0].person_id}`;
  const entry = (result: number, fields: object): object => ({
    result,
    url: `${server.url}/clips/${slug}-counted?result=${result}`,
    version: 1,
    started_at: TIME,
    finished_at: TIME,
    duration_ms: expect.any(Number),
    truncated: false,
    database: "test",
    follower: {
      name: "follower",
      lag_seconds: expect.any(Number),
      lag_bytes: expect.any(Number),
      wal_lsn: expect.stringMatching(/^[0-9A-F]+\/[0-9A-F]+$/),
    },
    pinned: 0,
    ...fields,
  });
  expect(await get(`/api/clips/${slug}-any-words/results`)).toStrictEqual({
    status: 200,
    body: {
      results: [
        entry(3, { version: 2, parameters: { top: "1" }, row_count: 1, bytes: 12, asker: `share:${share.id}` }),
        entry(2, { parameters: { top: "2" }, row_count: 2, bytes: 24, asker: person, pinned: 1 }),
        entry(1, { parameters: { top: "3" }, row_count: 3, bytes: 36, asker: "token" }),
      ],
      page: 1,
      page_size: 50,
      total: 3,
    },
  });
  const runs = await server.own.query("SELECT asker FROM runs WHERE clip_id = $1 ORDER BY created_at", [id]);
  expect(runs.rows.map((row) => row.asker)).toStrictEqual(["token", person, `share:${share.id}`]);
});

test("a long history comes page by page; results that are not stored yet are not in it", async () => {
  const { id, slug } = await server.createClip("SELECT 1 AS a");
  const numbers = Array.from({ length: 53 }, (_, index) => index + 1);
  await addResults(
    server.own,
    id,
    numbers.map((number) => ({ number, sealed: number !== 52 })),
  );
  const listed = async (page: string): Promise<unknown> => {
    const { body } = await get(`/api/clips/${slug}/results${page}`);
    return [body.total, body.page, body.results.map(({ result }: { result: number }) => result)];
  };
  const newest = numbers.filter((number) => number !== 52).toReversed();
  expect(await listed("")).toStrictEqual([52, 1, newest.slice(0, 50)]);
  expect(await listed("?page=2")).toStrictEqual([52, 2, newest.slice(50)]);
  expect(await listed("?page=3")).toStrictEqual([52, 3, []]);
});

test("a page that is none, and a clip that is none, are errors", async () => {
  const { slug } = await server.createClip("SELECT 1 AS a");
  expect(await get(`/api/clips/${slug}/results?page=0`)).toStrictEqual({
    status: 400,
    body: { error: { code: "invalid_request", message: 'page must be a number from 1 on, not "0".' } },
  });
  for (const path of [`/api/clips/${"z".repeat(28)}/results`, "/api/clips/x/results"]) {
    expect(await get(path)).toMatchObject({ status: 404, body: { error: { code: "not_found" } } });
  }
  expect((await fetch(`${server.url}/api/clips/${slug}/results`)).status).toBe(401);
});
