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

async function page(path: string, status = 200): Promise<string> {
  return read(await browser.get(path), status);
}

async function read(response: Response, status: number): Promise<string> {
  const html = await response.text();
  expect([response.status, response.headers.get("Content-Type")]).toStrictEqual([status, "text/html; charset=UTF-8"]);
  return html;
}

/** Sends a form that succeeds; returns where the browser is sent. */
async function submit(path: string, fields: Record<string, string> = {}): Promise<string> {
  const response = await browser.post(path, fields);
  expect([response.status, await response.text()]).toStrictEqual([303, ""]);
  return response.headers.get("Location")!;
}

const shown = async (slug: string) =>
  (await (await server.request(`/api/clips/${slug}`)).json()) as Record<string, unknown>;

test("a new clip is written, saved, and shows its result", async () => {
  const form = await page("/clips/new");
  expect(form).toContain("<h1>New clip</h1>");
  expect(form).toContain('<form class="stacked edited" method="post" action="/clips">');
  expect(form).toContain('<option value="test" selected="">test</option>');
  const location = await submit("/clips", {
    database: "test",
    title: " Café turnover ",
    sql: "SELECT 1 AS one,\r\n  NULL AS nothing,\r\n  '' AS empty",
    description: "Line one\r\nline two",
  });
  expect(location).toMatch(/^\/clips\/[a-z]{28}-cafe-turnover$/);
  const clip = await page(location);
  expect(clip).toContain("<h1>Café turnover</h1>");
  expect(clip).toContain(
    '<pre class="sql" tabindex="0">SELECT 1 AS one,\n  NULL AS nothing,\n  &#39;&#39; AS empty</pre>',
  );
  expect(clip).toContain('<td class="number">1</td><td><span class="null">NULL</span></td><td></td>');
  expect(clip).toMatch(/1 row · \d+ ms · on follower of test/);
  expect(clip).toContain(`href="${location}.csv?result=1"`);
  expect(clip).not.toContain("This result is cut short");
  const slug = location.slice(7, 35);
  expect(await shown(slug)).toMatchObject({ title: "Café turnover", description: "Line one\nline two" });
});

test("what cannot be saved is shown again, with the fault's place marked and nothing lost", async () => {
  const fields = {
    database: "test",
    title: "Kept title",
    description: "Kept description",
    sql: "SELECT id\r\n  FROM numbers\r\n WHERE 'é🙂' = nam\r\n LIMIT 1",
  };
  const html = await read(await browser.post("/clips", fields), 422);
  expect(html).toContain("column &quot;nam&quot; does not exist");
  expect(html).toContain("Line 3, column 15:");
  expect(html).toContain("<mark>nam</mark>");
  expect(html).toContain("query_failed · SQLSTATE 42703");
  expect(html).toContain('name="title" value="Kept title"');
  expect(html).toContain("\nKept description</textarea>");
  expect(html).toContain("\nSELECT id\n  FROM numbers\n WHERE &#39;é🙂&#39; = nam\n LIMIT 1</textarea>");
  expect((await (await server.request("/api/clips?q=Kept")).json()) as unknown).toMatchObject({ total: 0 });
});

test.each([
  [{ sql: "DELETE FROM numbers" }, 400, "not_read_only"],
  [{ sql: "SELECT '{{a}}'" }, 400, "invalid_request"],
  [{ sql: "SELECT (" }, 422, "query_failed"],
  [{ sql: "" }, 400, "sql must not be empty"],
  [{ title: "  " }, 400, "title must not be empty"],
  [{ title: "x".repeat(201) }, 400, "title must have at most 200 characters"],
  [{ database: "other" }, 400, "There is no database &quot;other&quot; here."],
])("a form with %j is refused", async (change, status, said) => {
  const fields = { database: "test", title: "Not saved", sql: "SELECT 1", description: "Kept words", ...change };
  const html = await read(await browser.post("/clips", fields), status);
  expect(html).toContain('role="alert"');
  expect(html).toContain(said);
  expect(html).toContain("\nKept words</textarea>");
  expect(html).toContain(`\n${fields.sql.replaceAll("'", "&#39;")}</textarea>`);
});

test("a form may begin with SQL and a database from its address", async () => {
  const html = await page("/clips/new?database=test&sql=SELECT%20'%3Cb%3E'");
  expect(html).toContain("\nSELECT &#39;&lt;b&gt;&#39;</textarea>");
});

test("a text area keeps a first empty line", async () => {
  const { slug } = await server.createClip("\n\nSELECT 1 AS a");
  expect(await page(`/clips/${slug}/edit`)).toContain('required="">\n\n\nSELECT 1 AS a</textarea>');
});

test("the list shows clips, finds them, and goes on to the next page", async () => {
  const word = "wombat";
  for (let count = 1; count <= 27; count++) await server.createClip("SELECT 1", { title: `${word} ${count}` });
  const first = await page(`/?q=${word}`);
  expect(first.match(/<a class="title"/g)).toHaveLength(25);
  expect(first).toContain(`<mark>${word}</mark> 27</a>`);
  expect(first).toContain("27 clips match");
  expect(first).toContain("Page 1 of 2");
  expect(first).toContain(`<a href="/?q=${word}&amp;page=2">Older</a>`);
  expect(first).not.toContain(">Newer<");
  const second = await page(`/?q=${word}&page=2`);
  expect(second.match(/<a class="title"/g)).toHaveLength(2);
  expect(second).toContain(`<a href="/?q=${word}">Newer</a>`);
  expect(second).not.toContain(">Older<");
  expect(await page("/?q=nothing-of-the-kind")).toContain("Nothing matches “nothing-of-the-kind”.");
  expect(await page("/clips/deleted?q=")).toContain("<h1>Deleted clips</h1>");
  expect(await page("/?page=0", 400)).toContain("page must be a number from 1 on");
  const moved = await browser.get("/clips");
  expect([moved.status, moved.headers.get("Location")]).toStrictEqual([301, "/"]);
});

test("an edit saves a new version; one from an old form is a conflict and keeps the text", async () => {
  const { slug } = await server.createClip("SELECT 1 AS a", { title: "Edited", max_age_seconds: 77 });
  const form = await page(`/clips/${slug}/edit`);
  expect(form).toContain('<input type="hidden" name="version" value="1"/>');
  expect(form).toContain('name="title" value="Edited"');
  expect(form).toContain("\nSELECT 1 AS a</textarea>");
  const fields = { database: "test", title: "Edited", description: "", version: "1" };
  const location = await submit(`/clips/${slug}/edit`, { ...fields, sql: "SELECT 2 AS a" });
  expect(location).toBe(`/clips/${slug}-edited`);
  expect(await shown(slug)).toMatchObject({ version: 2, sql: "SELECT 2 AS a", max_age_seconds: 77 });

  const conflict = await read(
    await browser.post(`/clips/${slug}/edit`, { ...fields, title: "Mine", sql: "SELECT 3 AS mine" }),
    409,
  );
  expect(conflict).toContain("Somebody else has saved version 2 of this clip meanwhile.");
  expect(conflict).toContain("SELECT 3 AS mine</textarea>");
  expect(conflict).toContain('name="title" value="Mine"');
  expect(await shown(slug)).toMatchObject({ version: 2, title: "Edited", sql: "SELECT 2 AS a" });
  // Saving a form again whose SQL has been saved already makes no version.
  await submit(`/clips/${slug}/edit`, { ...fields, version: "2", sql: "SELECT 2 AS a" });
  expect(await shown(slug)).toMatchObject({ version: 2 });
  expect(
    await read(await browser.post(`/clips/${slug}/edit`, { ...fields, version: "x", sql: "SELECT 9" }), 400),
  ).toContain("version must be a number");
});

test("versions are listed, shown with their result, and restored", async () => {
  const { slug } = await server.createClip("SELECT 1 AS first", { title: "Old and new" });
  await server.request(`/api/clips/${slug}`, { method: "PATCH", json: { sql: "SELECT 2 AS second" } });
  const list = await page(`/clips/${slug}/versions`);
  expect(list).toContain("Version 2 (current)");
  expect(list.match(/<button>Restore<\/button>/g)).toHaveLength(1);
  expect(list).toContain(`href="/clips/${slug}-old-and-new?version=1"`);
  const old = await page(`/clips/${slug}?version=1`);
  expect(old).toContain("version 1 (the current one is 2)");
  expect(old).toContain('<pre class="sql" tabindex="0">SELECT 1 AS first</pre>');
  expect(old).toMatch(/<th scope="col" class="number" title="integer" data-name="first" data-kind="number">first/);
  await submit(`/clips/${slug}/restore`, { version: "1" });
  expect(await shown(slug)).toMatchObject({ version: 3, sql: "SELECT 1 AS first" });
  expect(await page(`/clips/${slug}/versions`)).toContain("a copy of version 1");
  expect(await page(`/clips/${slug}?version=9`, 404)).toContain("This clip has no version 9.");
  expect(await read(await browser.post(`/clips/${slug}/restore`, { version: "9" }), 404)).toContain("no version 9");
});

test("the form of an old version has that version's parameters, and stays with it", async () => {
  const { slug } = await server.createClip("SELECT {{old_one:1}}::int AS a");
  await server.request(`/api/clips/${slug}`, { method: "PATCH", json: { sql: "SELECT {{new_one:2}}::int AS b" } });
  const html = await page(`/clips/${slug}?version=1&old_one=5`);
  expect(html).toContain('<td class="number">5</td>');
  expect(html).toContain('name="old_one" value="5"');
  expect(html).not.toContain("new_one");
  expect(html).toContain('name="version" value="1"');
});

test("a run makes a new result; a page shows the newest, whatever its age", async () => {
  const { slug } = await server.createClip("SELECT {{n:4}}::int AS n, 'kept' AS k", { title: "Run me" });
  expect(await page(`/clips/${slug}`)).toContain('<td class="number">4</td>');
  expect(await submit(`/clips/${slug}/run`, { n: "6" })).toBe(`/clips/${slug}-run-me?result=2`);
  const second = await page(`/clips/${slug}-run-me?result=2`);
  expect(second).toContain('<td class="number">6</td>');
  expect(second).toContain('name="n" value="6" required=""');
  expect(await page(`/clips/${slug}?n=6`)).toContain(`-run-me.csv?result=2"`);
  const failed = await read(await browser.post(`/clips/${slug}/run`, { n: "six" }), 400);
  expect(failed).toContain("The parameter &quot;n&quot; is wrong:");
  expect(failed).toContain('name="n" value="six"');
  expect(await page(`/clips/${slug}?result=9`, 404)).toContain("This clip has no result 9.");
});

test("a long result shows its first rows, and says how many there are", async () => {
  const { slug } = await server.createClip("SELECT id FROM numbers ORDER BY id");
  const html = await page(`/clips/${slug}`);
  expect(html).toContain('20,000 rows<span class="shown"> (the first 100 are shown)</span>');
  expect(html.match(/<td /g)).toHaveLength(100);
});

test("a result that is cut short says so", async () => {
  const small = await startTestServer({ maxRows: 2 });
  try {
    const signedIn = await signInBrowser(small);
    const { slug } = await small.createClip("SELECT generate_series(1, 5) AS n");
    expect(await (await signedIn.get(`/clips/${slug}`)).text()).toContain(
      "This result is cut short: the query has more rows than may be kept. It ends after 2 rows.",
    );
  } finally {
    await small.close();
  }
});

test("a share is shown once, and revoked", async () => {
  const { slug } = await server.createClip("SELECT 1 AS a", { title: "Given out" });
  const made = await browser.post(`/clips/${slug}/shares`);
  const html = await read(made, 200);
  expect(made.headers.get("Cache-Control")).toBe("no-store");
  const [url] = new RegExp(`${server.url}/shares/[a-z]{28}`).exec(html) ?? [];
  expect(url).toBeDefined();
  expect(html).toContain("Copy it now: it is shown only this once.");
  expect((await fetch(`${url}.csv`)).status).toBe(200);
  const again = await page(`/clips/${slug}`);
  expect(again).not.toContain("/shares/" + url!.slice(-28));
  const [, revoke] = /action="([^"]*\/revoke)"/.exec(again) ?? [];
  expect(await submit(revoke!)).toBe(`/clips/${slug}-given-out#shares`);
  expect((await fetch(`${url}.csv`)).status).toBe(404);
  expect(await page(`/clips/${slug}`)).not.toContain("Revoke");
  await read(await browser.post(revoke!), 404);
});

test("a share is revoked on the page of its own clip only", async () => {
  const mine = await server.createClip("SELECT 1 AS a");
  const other = await server.createClip("SELECT 2 AS a");
  const share = (await (await server.request(`/api/clips/${mine.slug}/shares`, { method: "POST" })).json()) as {
    id: string;
    url: string;
  };
  await read(await browser.post(`/clips/${other.slug}/shares/${share.id}/revoke`), 404);
  expect((await fetch(`${share.url}.csv`)).status).toBe(200);
});

test("a clip is forked, deleted and restored", async () => {
  const { slug } = await server.createClip("SELECT 1 AS a", { title: "Original", description: "d" });
  const fork = await submit(`/clips/${slug}/fork`);
  expect(fork).toMatch(/^\/clips\/[a-z]{28}-copy-of-original\/edit$/);
  expect(await page(fork)).toContain('name="title" value="Copy of Original"');
  expect(await submit(`/clips/${slug}/delete`)).toBe("/clips/deleted");
  expect(await page(`/clips/${slug}`, 404)).toContain("There is no such clip.");
  expect(await page("/clips/deleted?q=Original")).toContain(`action="/clips/${slug}/undelete"`);
  expect(await submit(`/clips/${slug}/undelete`)).toBe(`/clips/${slug}-original`);
  await page(`/clips/${slug}`);
});

test("a clip on a database that is no more can be seen, moved and deleted", async () => {
  const { slug } = await server.createClip("SELECT 1 AS a", { title: "Homeless" });
  await server.own.query("UPDATE clips SET database = 'gone' WHERE slug = $1", [slug]);
  expect(await page(`/clips/${slug}`, 400)).toContain("There is no database &quot;gone&quot; here.");
  expect(await page(`/clips/${slug}/edit`)).toContain("Homeless");
  await submit(`/clips/${slug}/edit`, { database: "test", title: "Homeless", sql: "SELECT 1 AS a", description: "" });
  await page(`/clips/${slug}`);
});

test("a parameter's input is of its type; what such an input cannot show stays text", async () => {
  const { slug } = await server.createClip(
    `SELECT {{day:2026-01-31}}::date AS day, {{since:today}}::date AS since, {{open:yes}}::boolean AS open,
            {{most:10}}::int AS most, {{rate:0.5}}::numeric AS rate, {{at:2026-01-31 09:30+00}}::timestamptz AS at, {{word:hi}} AS word`,
  );
  const inputs = async (query: string) => {
    const html = await (await browser.get(`/clips/${slug}${query}`)).text();
    const [form] = /<form class="parameters"[^]*?<\/form>/.exec(html)!;
    return Object.fromEntries(
      [...form.matchAll(/<(?:input|select) name="(\w+)"([^>]*?)\/?>/g)].map(([, name, rest]) => [name, rest!.trim()]),
    );
  };
  expect(await inputs("")).toStrictEqual({
    day: 'type="date" value="2026-01-31" required=""',
    since: 'value="today" required=""',
    open: 'required=""',
    most: 'value="10" required="" inputmode="numeric"',
    rate: 'value="0.5" required="" inputmode="decimal"',
    at: 'value="2026-01-31 09:30+00" required="" placeholder="2026-01-31 09:30+00"',
    word: 'value="hi"',
  });
  const html = async (query: string) => (await browser.get(`/clips/${slug}${query}`)).text();
  expect(await html("")).toContain('<option value="true" selected="">');
  expect(await html("?open=off")).toContain('<option value="false" selected="">');
});

test("what a new link's page has to paste works", async () => {
  const { slug } = await server.createClip("SELECT n, 'row ' || n AS name FROM generate_series(1, 2) AS n");
  const html = (await (await browser.post(`/clips/${slug}/shares`)).text())
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&gt;", ">");
  const recipe = (name: string) =>
    new RegExp(`<h3>${name}</h3>(?:<p[^<]*</p>)?<div class="copy-block"><pre[^>]*>([^<]+)`).exec(html)![1]!;
  const [, address] = /^=IMPORTDATA\("([^"]+)"\)$/.exec(recipe("Google Sheets"))!;
  expect(await (await fetch(address!)).text()).toBe("n,name\n1,row 1\n2,row 2\n");
  for (const name of ["Excel", "curl", "pandas", "R", "DuckDB", "psql"]) expect(recipe(name)).toContain(address);
  const program = `data:text/javascript,${encodeURIComponent(`${recipe("JavaScript")}\nexport default values;`)}`;
  expect(((await import(program)) as { default: unknown }).default).toStrictEqual([
    { n: 1, name: "row 1" },
    { n: 2, name: "row 2" },
  ]);
});

test("each version says what changed from the one before", async () => {
  const { slug } = await server.createClip("SELECT 1 AS a,\n  '<b>' AS b");
  await server.request(`/api/clips/${slug}`, { method: "PATCH", json: { sql: "SELECT 2 AS a,\n  '<b>' AS b" } });
  const html = await (await browser.get(`/clips/${slug}/versions`)).text();
  expect(html.match(/What changed from version \d/g)).toStrictEqual(["What changed from version 1"]);
  expect(html).toContain(
    '<td class="removed"><del>SELECT 1 AS a,</del></td><td class="added"><ins>SELECT 2 AS a,</ins></td>',
  );
  expect(html).toContain("<td>  &#39;&lt;b&gt;&#39; AS b</td>");
});
