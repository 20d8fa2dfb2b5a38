import { afterAll, beforeAll, expect, test } from "vitest";
import { createTeam } from "../../src/people/teams.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";
import { signInAs, type Somebody, withKey } from "./people-of-teams.ts";

let server: TestServer;
let ada: Somebody & { personId: string };
let finance: number;
const slugs: Record<string, string> = {};
beforeAll(async () => {
  server = await startTestServer({}, undefined, { alsoDatabases: ["ledger"] });
  await server.primary.query(`
    CREATE TABLE orders (id int); CREATE TABLE items (id int);
    GRANT SELECT ON orders, items TO dataclips_reader`);
  await server.catchUp();
  finance = (await createTeam(server.deps.db, { name: "Finance", databases: null })).id;
  ada = await signInAs(server, "editor", { name: "Ada Lovelace", email: "ada@analytical.example" });
  const clips: [title: string, sql: string, fields?: Record<string, unknown>][] = [
    ["Turnover", "SELECT *\n  FROM orders", { tags: ["Sales", "weekly"], description: "# Of each **month**\n\nMore" }],
    ["Returns", "SELECT * FROM public.orders JOIN items USING (id)", { tags: ["sales"] }],
    ["Only says orders", "SELECT 'orders' AS word", { database: "ledger" }],
    ["Hidden turnover", "SELECT * FROM orders", { team_id: finance, tags: ["sales", "secret"] }],
  ];
  for (const [title, sql, fields] of clips) {
    slugs[title] = (await server.createClip(sql, { title, ...fields })).slug;
  }
  const made = await ada.send("POST", "/api/clips", { database: "test", title: "Of Ada", sql: "SELECT 1 AS a" });
  slugs["Of Ada"] = ((await made.json()) as { slug: string }).slug;
});
afterAll(() => server.close());

interface ListJson {
  clips: { title: string; tags: string[] }[];
  total: number;
  error?: { code: string; message: string; hint?: string };
}
const list = async (query: string | string[][], who: Pick<Somebody, "send"> = ada): Promise<ListJson> => {
  const response = await who.send("GET", `/api/clips?${new URLSearchParams(query)}`);
  return (await response.json()) as ListJson;
};
const titles = async (query: string | string[][], who?: Pick<Somebody, "send">): Promise<string[]> =>
  (await list(query, who)).clips.map(({ title }) => title).toSorted();
const page = async (path: string): Promise<string> => (await ada.send("GET", path)).text();
const administrator: Pick<Somebody, "send"> = { send: (method, path) => server.request(path, { method }) };

test.each<[search: string, found: string[]]>([
  ["", ["Of Ada", "Only says orders", "Returns", "Turnover"]],
  ["orders", ["Only says orders", "Returns", "Turnover"]],
  ["month", ["Turnover"]],
  ["WEEK", ["Turnover"]],
  ["ledger", ["Only says orders"]],
  ["table:orders", ["Returns", "Turnover"]],
  ["table:ORDERS", ["Returns", "Turnover"]],
  ["table:public.orders", ["Returns", "Turnover"]],
  ["table:archive.orders", ["Turnover"]],
  ["table:orders table:items", ["Returns"]],
  ["table:order", []],
  ["tag:sales", ["Returns", "Turnover"]],
  ["tag:sales tag:weekly", ["Turnover"]],
  ["tag:sale", []],
  ["tag:secret", []],
  ["database:ledger", ["Only says orders"]],
  ["database:ledge", []],
  ["database:%", []],
  ["by:ada", ["Of Ada"]],
  ['by:"ada lovelace"', ["Of Ada"]],
  ["by:analytical.example", []],
  ["by:token", ["Only says orders", "Returns", "Turnover"]],
  ["by:ada table:orders", []],
  ['"FROM orders"', ["Turnover"]],
  ["%", []],
  ["_", []],
  ["' OR true --", []],
])("the search %j finds what somebody may see", async (q, found) => {
  expect(await titles([["q", q]])).toStrictEqual(found);
});

test("tags narrow the list, and several have to be there together", async () => {
  expect(await titles("tag=sales")).toStrictEqual(["Returns", "Turnover"]);
  expect(await titles("tag=SALES&tag=weekly")).toStrictEqual(["Turnover"]);
  expect(await titles("tag=sales&q=items")).toStrictEqual(["Returns"]);
  expect(await titles("tag=sales", administrator)).toStrictEqual(["Hidden turnover", "Returns", "Turnover"]);
});

test("the list is in the order that is asked for", async () => {
  const inOrder = async (query: string): Promise<string[]> => (await list(query)).clips.map(({ title }) => title);
  await server.request(`/api/clips/${slugs["Returns"]}/runs`, { method: "POST", json: { wait: true } });
  expect(await inOrder("")).toStrictEqual(["Of Ada", "Only says orders", "Returns", "Turnover"]);
  expect(await inOrder("sort=title")).toStrictEqual(["Of Ada", "Only says orders", "Returns", "Turnover"]);
  expect(await inOrder("sort=run")).toStrictEqual(["Returns", "Of Ada", "Only says orders", "Turnover"]);
  await server.request(`/api/clips/${slugs["Turnover"]}`, { method: "PATCH", json: { tags: ["weekly", "sales"] } });
  expect((await inOrder("sort=changed"))[0]).toBe("Turnover");
  expect(await list("sort=size")).toMatchObject({
    error: { code: "invalid_request", message: 'sort cannot be "size".' },
  });
});

test("the page marks what was looked for, shows the line of the SQL that has it, and says how many there are", async () => {
  const html = await page("/?q=order");
  expect(html).toContain("3 clips match");
  expect(html).toContain("Only says <mark>order</mark>s</a>");
  expect(html).toContain("<code>FROM <mark>order</mark>s</code>");
  expect(html).toContain("<p>Of each month</p>");
  expect(await page("/?q=table:items")).toContain("JOIN <mark>items</mark> USING (id)</code>");
  expect(await page("/?q=table:items")).toContain("1 clip matches");
  expect(await page("/")).toContain("4 clips");
  expect(await page("/?q=nothing&tag=sales")).toContain("Nothing matches “nothing tag:sales”.");
});

test("the page shows the tags in use, of the clips that one may see, with how many have them", async () => {
  const html = await page("/");
  expect(html).toContain('<a href="/?tag=sales">sales <small>2</small></a>');
  expect(html).toContain('<a href="/?tag=weekly">weekly <small>1</small></a>');
  expect(html).not.toContain("secret");
  const chosen = await page("/?tag=sales&q=items&sort=title");
  expect(chosen).toContain('<input type="hidden" name="tag" value="sales"/>');
  expect(chosen).toContain('href="/?q=items&amp;sort=title" title="Do not look for the tag sales"');
});

test("tags are written in the form, with commas, and are links on the clip's page", async () => {
  const form = { database: "test", title: "Tagged", sql: "SELECT 1 AS a", description: "" };
  const made = await ada.post("/clips", { ...form, tags: " Key figures,b ,, b,<i>" });
  const path = made.headers.get("Location")!;
  const html = await page(path);
  expect(html).toContain(
    '<ul class="tags" aria-label="Tags"><li><a href="/?tag=%3Ci%3E">&lt;i&gt;</a></li><li><a href="/?tag=b">b</a></li><li><a href="/?tag=key+figures">key figures</a></li></ul>',
  );
  expect(await page(`${path}/edit`)).toContain('name="tags" value="&lt;i&gt;, b, key figures"');
  const refused = await ada.post("/clips", { ...form, tags: "x".repeat(51) });
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain("tags.0 must have at most 50 characters");
  expect(await titles([["tag", "key figures"]])).toStrictEqual(["Tagged"]);
  const fields = new URLSearchParams({ ...form, tags: "" });
  await ada.post(`${path}/edit`, Object.fromEntries(fields));
  expect(await titles([["q", "Tagged"]])).toStrictEqual(["Tagged"]);
  expect(await page(path)).not.toContain('aria-label="Tags"');
});

test("favourites are one's own: made and taken back by the star, and by the API", async () => {
  const key = await withKey(server, "viewer", "read");
  const slug = slugs["Turnover"]!;
  expect(await titles("favourites=1")).toStrictEqual([]);
  expect(await page("/?favourites=1")).toContain("You have no favourites yet");
  expect(await page(`/clips/${slug}`)).toContain(`action="/clips/${slug}-turnover/favourite"`);
  const starred = await ada.post(`/clips/${slug}/favourite`, { next: "/?q=a" });
  expect([starred.status, starred.headers.get("Location")]).toStrictEqual([303, "/?q=a"]);
  await ada.post(`/clips/${slug}/favourite`);
  expect(await page(`/clips/${slug}`)).toContain(`action="/clips/${slug}-turnover/unfavourite"`);
  const start = await page("/");
  expect(start).toContain("<h2>Your favourites</h2>");
  expect(start).toContain(`action="/clips/${slug}/unfavourite"`);
  expect(start).toContain(`action="/clips/${slugs["Returns"]}/favourite"`);
  expect(await titles("favourites=1")).toStrictEqual(["Turnover"]);

  expect((await key.send("PUT", `/api/clips/${slugs["Returns"]}/favourite`)).status).toBe(204);
  expect((await key.send("PUT", `/api/clips/${slugs["Returns"]}/favourite`)).status).toBe(204);
  expect(await titles("favourites=true", key)).toStrictEqual(["Returns"]);
  expect(await titles("favourites=true")).toStrictEqual(["Turnover"]);
  expect((await key.send("DELETE", `/api/clips/${slugs["Returns"]}/favourite`)).status).toBe(204);
  expect((await key.send("DELETE", `/api/clips/${slugs["Returns"]}/favourite`)).status).toBe(204);
  expect(await titles("favourites=true", key)).toStrictEqual([]);
  const back = await ada.post(`/clips/${slug}/unfavourite`, { next: "//evil.example" });
  expect([back.status, back.headers.get("Location")]).toStrictEqual([303, "/"]);
  expect(await titles("favourites=1")).toStrictEqual([]);
});

test("a favourite of a clip that somebody may not see, or no longer, is not there", async () => {
  const slug = slugs["Hidden turnover"]!;
  expect((await ada.post(`/clips/${slug}/favourite`)).status).toBe(404);
  expect((await ada.send("PUT", `/api/clips/${slug}/favourite`)).status).toBe(404);
  await server.own.query("INSERT INTO favourites (person_id, clip_id) SELECT $1, id FROM clips WHERE slug = $2", [
    ada.personId,
    slug,
  ]);
  expect(await titles("favourites=1")).toStrictEqual([]);
  expect(await page("/")).not.toContain("Your favourites");
});

test("the administrator's token has no favourites, and is told why", async () => {
  for (const [method, path] of [
    ["PUT", `/api/clips/${slugs["Turnover"]}/favourite`],
    ["DELETE", `/api/clips/${slugs["Turnover"]}/favourite`],
    ["GET", "/api/clips?favourites=1"],
  ] as const) {
    const response = await server.request(path, { method });
    expect([response.status, await response.json()]).toMatchObject([
      403,
      { error: { message: "A favourite is a person's, and the administrator's token is nobody's account." } },
    ]);
  }
  const html = await (await server.request(`/clips/${slugs["Turnover"]}`, { headers: { Accept: "text/html" } })).text();
  expect(html).toContain("<h1>Turnover</h1>");
  expect(html).not.toContain("favourite");
});

test("a clip's page names the tables of its SQL, and the clips on them that one may see", async () => {
  const html = await page(`/clips/${slugs["Returns"]}`);
  expect(html).toContain('<a href="/databases/test/schema/public/orders"><code>public.orders</code></a>');
  expect(html).toContain('<a href="/databases/test/schema?q=items"><code>items</code></a>');
  expect(html).toContain(`<a href="/clips/${slugs["Turnover"]}-turnover">Turnover</a>`);
  expect(html).toContain("No other clip that you may see queries it.");
  expect(html).not.toContain("Hidden turnover");
  const viewer = await signInAs(server, "viewer");
  const seen = await (await viewer.send("GET", `/clips/${slugs["Returns"]}`)).text();
  expect(seen).toContain("<code>public.orders</code>");
  expect(seen).not.toContain("/databases/test/schema");
});

test("a description is Markdown on the clip's page, on its share's, and a line of text in the list", async () => {
  const html = await page(`/clips/${slugs["Turnover"]}`);
  expect(html).toContain('<div class="description"><h2>Of each <strong>month</strong></h2>\n<p>More</p></div>');
  const made = await server.request(`/api/clips/${slugs["Turnover"]}/shares`, { method: "POST", json: {} });
  const { url } = (await made.json()) as { url: string };
  expect(await (await fetch(url)).text()).toContain("<h2>Of each <strong>month</strong></h2>");
  // A long one does not push the result down.
  await server.request(`/api/clips/${slugs["Returns"]}`, {
    method: "PATCH",
    json: { description: `First *line*\n\n${"word ".repeat(200)}` },
  });
  expect(await page(`/clips/${slugs["Returns"]}`)).toContain(
    '<details class="folded"><summary>First line</summary><div class="description"><p>First <em>line</em></p>',
  );
});
