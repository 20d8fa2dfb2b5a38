import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { type SignedInBrowser, signInBrowser } from "./sign-in-browser.ts";

let server: TestServer;
let browser: SignedInBrowser;
beforeAll(async () => {
  server = await startTestServer();
  browser = await signInBrowser(server);
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(() => server.close());

/** Ends any attribute, element and text area that it stands in. */
const attack = (mark: string): string => `</textarea></title></pre>"'><img src=x onerror=alert(${mark})>`;
const escaped = (mark: string): string =>
  attack(mark)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");

/** A page's HTML, in which each attack is there, and harmless. */
async function pageOf(response: Response, marks: string[]): Promise<string> {
  const html = await response.text();
  expect(response.headers.get("Content-Type")).toBe("text/html; charset=UTF-8");
  expect(html).not.toContain("<img");
  // But for the one that a form loads.
  expect(
    html.replace(/<script type="module" src="\/assets\/[\w-]+\.js"(?: nonce="[\w+/]+")?><\/script>/, ""),
  ).not.toMatch(/<script/i);
  // Markdown leaves an apostrophe as it is: it stands between tags.
  const said = html.replaceAll("&#39;", "'");
  for (const mark of marks) {
    expect([mark, said.includes(escaped(mark).replaceAll("&#39;", "'"))]).toStrictEqual([mark, true]);
  }
  return html;
}

test("title, description, SQL, values and column names are text on every page", async () => {
  const quoted = attack("value").replaceAll("'", "''");
  const column = attack("column").replaceAll('"', '""').slice(0, 60);
  const { slug } = await server.createClip(`SELECT '${quoted}' AS v, 1 AS "${column}" /* ${attack("sql")} */`, {
    title: attack("title"),
    description: attack("description"),
  });
  const page = await pageOf(await browser.get(`/clips/${slug}`), ["title", "description", "value", "sql"]);
  expect(page).toContain("&lt;/textarea&gt;&lt;/title&gt;&lt;/pre&gt;&quot;");
  await pageOf(await browser.get("/"), ["title", "description"]);
  // What was found is marked, in the middle of it.
  await pageOf(await browser.get("/?q=onerror"), []);
  await pageOf(await browser.get(`/clips/${slug}/edit`), ["title", "description", "sql"]);
  await pageOf(await browser.get(`/clips/${slug}/versions`), ["title", "sql"]);
  const share = (await (await server.request(`/api/clips/${slug}/shares`, { method: "POST" })).json()) as {
    url: string;
  };
  const shared = await pageOf(await fetch(share.url, { headers: { Accept: "text/html" } }), [
    "title",
    "description",
    "value",
  ]);
  expect(shared).not.toContain("alert(sql)");
  await browser.post(`/clips/${slug}/delete`);
  await pageOf(await browser.get("/clips/deleted"), ["title", "description"]);
  for (const response of [await browser.get(`/clips/new?sql=${encodeURIComponent(attack("draft"))}`)])
    await pageOf(response, ["draft"]);
});

test("what was searched for is text", async () => {
  await pageOf(await browser.get(`/?q=${encodeURIComponent(attack("search"))}`), ["search"]);
  await pageOf(await browser.get(`/clips/deleted?q=${encodeURIComponent(attack("search"))}`), ["search"]);
});

test("errors and the SQL around them are text", async () => {
  const sql = `SELECT "${attack("error").replaceAll('"', '""').slice(0, 60)}"`;
  const refused = await browser.post("/clips", {
    database: "test",
    title: attack("title"),
    sql,
    description: attack("description"),
  });
  expect(refused.status).toBe(422);
  const html = await pageOf(refused, ["title", "description"]);
  expect(html).toContain("column &quot;&lt;/textarea");
  expect(html).toContain("<mark>&quot;</mark>");
  const database = await browser.post("/clips", { database: attack("database"), title: "T", sql: "SELECT 1" });
  expect(database.status).toBe(400);
  await pageOf(database, []);
});

test("parameters' names and values are text, on the clip's page and the share's", async () => {
  const { slug } = await server.createClip("SELECT {{word:x}}::text AS v, {{n:1}}::int AS n", { title: "T" });
  const query = `word=${encodeURIComponent(attack("word"))}`;
  await pageOf(await browser.get(`/clips/${slug}?${query}`), ["word"]);
  const share = (await (await server.request(`/api/clips/${slug}/shares`, { method: "POST" })).json()) as {
    url: string;
  };
  await pageOf(await fetch(`${share.url}?${query}`, { headers: { Accept: "text/html" } }), ["word"]);
  const wrong = await browser.get(`/clips/${slug}?n=${encodeURIComponent(attack("number"))}`);
  expect(wrong.status).toBe(400);
  await pageOf(wrong, ["number"]);
  const unknown = await browser.get(`/clips/${slug}?${encodeURIComponent(attack("name"))}=1`);
  expect(unknown.status).toBe(400);
  expect(await pageOf(unknown, [])).toContain("&lt;img src=x onerror=alert(name)&gt;");
});

test("where the way leads after signing in is text", async () => {
  const html = await (await browser.get(`/sign-in?next=${encodeURIComponent(`/${attack("next")}`)}`)).text();
  expect(html).not.toContain("<img");
});

test("an address that is nowhere is not repeated", async () => {
  const html = await (await browser.get(`/${encodeURIComponent(attack("path"))}`)).text();
  expect(html).not.toMatch(/alert\(path\)/);
});

test("JSON of a title, a value and a column is JSON, whatever is in them", async () => {
  const { slug } = await server.createClip(`SELECT '</script><!--' AS "a\u2028""b"`, { title: attack("title") });
  const response = await server.request(`/clips/${slug}.json`);
  expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff");
  expect(await response.json()).toMatchObject({
    title: attack("title"),
    fields: ['a\u2028"b'],
    values: [["</script><!--"]],
  });
});
