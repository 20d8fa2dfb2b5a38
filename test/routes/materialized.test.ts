import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../support/test-server.ts";
import { type SignedInBrowser, signInBrowser } from "./sign-in-browser.ts";

let server: TestServer;
let browser: SignedInBrowser;
beforeAll(async () => {
  server = await startTestServer(({ primaryUrl }) => ({ primary: primaryUrl }));
  await server.primary.query(
    "CREATE TABLE sales AS SELECT 1 AS id, 'x' AS what; GRANT SELECT ON sales TO dataclips_reader",
  );
  await server.catchUp();
  browser = await signInBrowser(server);
});
afterAll(() => server.close());

async function section(path: string): Promise<string> {
  const html = await (await browser.get(path)).text();
  return /<section id="materialized">.*?<\/section>/s.exec(html)?.[0] ?? "";
}

test("the forms of a clip's page materialize it, refresh it, change it and take it away, without JavaScript", async () => {
  const { slug } = await server.createClip("SELECT id, what FROM sales", { title: "Sales & <more>" });
  const path = `/clips/${slug}`;
  const before = await section(path);
  expect(before).toContain('<input name="name" value="sales_more"');

  const made = await browser.post(`${path}/materialized`, {
    name: "sales_more",
    unique_columns: "",
    cron: "",
    time_zone: "",
  });
  expect([made.status, made.headers.get("Location")]).toStrictEqual([303, `${path}-sales-more#materialized`]);
  const shown = await section(path);
  expect(shown).toContain("dataclips.sales_more");
  expect(shown).toMatch(/As follower has it now, it is of version 1 and \d+ seconds? old/);
  expect(shown).toContain("It is refreshed by hand only.");
  expect(shown).toContain("by the unique index on id");

  await server.primary.query("INSERT INTO sales VALUES (2, 'y')");
  expect((await browser.post(`${path}/materialized/refresh`, {})).status).toBe(303);
  expect(await section(path)).toContain("2 rows");

  const changed = { unique_columns: "id, what", cron: "0 5 * * *", time_zone: "Europe/Berlin" };
  expect((await browser.post(`${path}/materialized`, changed)).status).toBe(303);
  const after = await section(path);
  expect(after).toContain("by the unique index on id, what");
  expect(after).toContain("by the schedule 0 5 * * * in Europe/Berlin, next on");

  await server.request(`/api/clips/${slug}`, {
    method: "PATCH",
    json: { sql: "SELECT id, what,\n <oops> FROM sales".replace("<oops>", "1 + id") },
  });
  const failed = await section(path);
  expect(failed).toContain("has no name");
  expect(failed).toContain("The content is of version 1; the clip&#39;s current version is 2.");
  expect(failed).toContain("failed; the content is the one before");

  expect((await browser.post(`${path}/materialized/remove`, {})).status).toBe(303);
  expect(await section(path)).toContain("<h2>Materialize</h2>");
});

test("what is wrong is said on a page, and nothing is left half made", async () => {
  const { slug } = await server.createClip("SELECT id, 1 + 1 FROM sales");
  const refused = await browser.post(`/clips/${slug}/materialized`, { name: 'a"b<script>' });
  expect(refused.status).toBe(400);
  const html = await refused.text();
  expect(html).toContain("A materialized clip cannot be named");
  expect(html).not.toContain("<script>");
  const unnamed = await browser.post(`/clips/${slug}/materialized`, { name: "unnamed" });
  expect([unnamed.status, (await unnamed.text()).includes("Column 2 of the clip has no name")]).toStrictEqual([
    400,
    true,
  ]);
  expect((await server.own.query("SELECT 1 FROM materialized_clips")).rows).toStrictEqual([]);
});

test("only those who are signed in may, and other sites may not", async () => {
  const { slug } = await server.createClip("SELECT id FROM sales");
  for (const [method, path] of [
    ["GET", `/api/clips/${slug}/materialized`],
    ["PUT", `/api/clips/${slug}/materialized`],
    ["DELETE", `/api/clips/${slug}/materialized`],
    ["POST", `/api/clips/${slug}/materialized/refresh`],
    ["POST", `/clips/${slug}/materialized`],
  ] as const) {
    const stranger = await fetch(server.url + path, { method, headers: { "Sec-Fetch-Site": "same-origin" } });
    expect([method, path, stranger.status]).toStrictEqual([method, path, 401]);
  }
  const { method: _, ...cross } = { method: "POST", headers: { "Sec-Fetch-Site": "cross-site" } };
  const forged = await fetch(`${server.url}/clips/${slug}/materialized`, { method: "POST", ...cross });
  expect(forged.status).toBe(403);
});

test("a database without a primary has no form, and the API says why", async () => {
  const bare = await startTestServer();
  try {
    const { slug } = await bare.createClip("SELECT 1 AS one");
    const html = await (await (await signInBrowser(bare)).get(`/clips/${slug}`)).text();
    expect(html).not.toContain('id="materialized"');
    const refused = await bare.request(`/api/clips/${slug}/materialized`, { method: "PUT", json: {} });
    expect([refused.status, ((await refused.json()) as any).error.code]).toStrictEqual([409, "no_primary"]);
    expect((await bare.request(`/api/clips/${slug}`, { method: "DELETE" })).status).toBe(204);
  } finally {
    await bare.close();
  }
});

test("a clip whose primary is gone for good can be let go", async () => {
  const { id, slug } = await server.createClip("SELECT id FROM sales");
  const path = `/api/clips/${slug}/materialized`;
  expect((await server.request(path, { method: "PUT", json: { name: "left" } })).status).toBe(200);
  await server.own.query("UPDATE materialized_clips SET database = 'gone' WHERE clip_id = $1", [id]);
  expect((await server.request(`/api/clips/${slug}`, { method: "DELETE" })).status).toBe(400);
  expect((await server.request(`${path}?leave=true`, { method: "DELETE" })).status).toBe(204);
  expect((await server.request(path, { method: "DELETE" })).status).toBe(404);
  expect((await server.request(`/api/clips/${slug}`, { method: "DELETE" })).status).toBe(204);
  expect((await server.primary.query("SELECT count(*)::int AS n FROM dataclips.left")).rows).toStrictEqual([{ n: 2 }]);
});

test("a materialized clip does not move to another database, and the fields are checked", async () => {
  const { slug } = await server.createClip("SELECT id FROM sales");
  const path = `/api/clips/${slug}/materialized`;
  for (const json of [{ unique_columns: [] }, { unique_columns: "id" }, { name: 5 }, { nmae: "x" }]) {
    expect([json, (await server.request(path, { method: "PUT", json })).status]).toStrictEqual([json, 400]);
  }
  await server.request(path, { method: "PUT", json: { name: "staying" } });
  await server.own.query("UPDATE clips SET database = 'elsewhere' WHERE slug = $1", [slug]);
  const moved = await server.request(`/api/clips/${slug}`, { method: "PATCH", json: { database: "test" } });
  expect([moved.status, ((await moved.json()) as any).error.code]).toStrictEqual([409, "conflict"]);
});

test("nothing went wrong unseen", () => {
  expect(server.logged).toStrictEqual([]);
});
