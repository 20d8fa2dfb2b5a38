import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createTeam } from "../../src/people/teams.ts";
import { listAudit } from "../people/list-audit.ts";
import { attack } from "../support/hostile-installation.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { signInAs, withKey } from "./people-of-teams.ts";
import { signInBrowser, type SignedInBrowser } from "./sign-in-browser.ts";

const ODD = `50% "a/b" Ünï ?#&+;`;
const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

let server: TestServer;
let browser: SignedInBrowser;
beforeAll(async () => {
  server = await startTestServer({ relations: { mode: "safe", allow: [], refuse: ["sold.refused"] } }, undefined, {
    alsoDatabases: ["ledger"],
  });
  browser = await signInBrowser(server);
  const hostile = `sold.${quote(attack("table"))}`;
  await server.primary.query(`
    CREATE SCHEMA sold;
    GRANT USAGE ON SCHEMA sold TO dataclips_reader;
    CREATE TABLE sold.customers (id int PRIMARY KEY, name text);
    CREATE TABLE sold.orders (id int PRIMARY KEY, customer int REFERENCES sold.customers, paid boolean DEFAULT false, CHECK (id > 0));
    INSERT INTO sold.customers SELECT n, 'Customer ' || n FROM generate_series(1, 40) AS n;
    CREATE TABLE sold.secret (id int, customer int REFERENCES sold.customers);
    CREATE TABLE sold.refused (id int);
    CREATE TABLE sold.partly (id int, closed text);
    INSERT INTO sold.partly VALUES (4711, 'hush');
    CREATE TABLE sold.${quote(ODD)} ("one % two" int); INSERT INTO sold.${quote(ODD)} VALUES (815);
    CREATE TABLE ${hostile} (${quote(attack("column"))} text DEFAULT ${text(attack("value"))}
      CONSTRAINT ${quote(attack("check"))} CHECK (length(${quote(attack("column"))}) > 0 OR 'x' = ${text(attack("checked"))}));
    CREATE INDEX ${quote(attack("index"))} ON ${hostile} (${quote(attack("column"))});
    ALTER TABLE ${hostile} ADD CONSTRAINT ${quote(attack("unique"))} UNIQUE (${quote(attack("column"))});
    ALTER TABLE ${hostile} ADD COLUMN parent text CONSTRAINT ${quote(attack("key"))} REFERENCES ${hostile} (${quote(attack("column"))});
    COMMENT ON TABLE ${hostile} IS ${text(attack("comment"))};
    COMMENT ON COLUMN ${hostile}.${quote(attack("column"))} IS ${text(attack("column_comment"))};
    INSERT INTO ${hostile} VALUES (${text(attack("cell"))});
    CREATE VIEW sold.${quote(attack("view"))} AS SELECT ${text(attack("viewed"))} AS v;
    GRANT SELECT ON ALL TABLES IN SCHEMA sold TO dataclips_reader;
    REVOKE ALL ON sold.secret, sold.partly FROM dataclips_reader;
    GRANT SELECT (id) ON sold.partly TO dataclips_reader`);
  await server.catchUp();
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(() => server.close());

const address = (table: string, database = "test"): string =>
  `/databases/${database}/schema/sold/${encodeURIComponent(table)}`;

async function page(path: string): Promise<{ status: number; html: string }> {
  const response = await browser.get(path);
  return { status: response.status, html: await response.text() };
}

test("a table's page: columns, keys, links to other tables, and a new clip", async () => {
  const { status, html } = await page(address("orders"));
  expect(status).toBe(200);
  expect(html).toMatch(/<td>paid<\/td><td>boolean<\/td><td><\/td><td><code>false<\/code><\/td>/);
  expect(html).toContain("CHECK (id &gt; 0)");
  expect(html).toContain("CREATE UNIQUE INDEX orders_pkey ON sold.orders USING btree (id)");
  expect(html).toContain(`customer → <a href="/databases/test/schema/sold/customers">sold.customers</a> (id)`);
  expect(html).toContain("rows: not analyzed yet");
  const [, sql] = /href="(\/clips\/new\?[^"]+)"/.exec(html)!;
  const form = await page(sql!.replaceAll("&amp;", "&"));
  expect(form.html).toContain("SELECT * FROM sold.orders LIMIT 100");
  const customers = (await page(address("customers"))).html;
  expect(customers).toContain(`id ← <a href="/databases/test/schema/sold/orders">sold.orders</a> (customer)`);
  expect(customers).toContain(`sold.secret <span class="note unreadable">not readable by clips</span>`);
  expect(customers).not.toContain("schema/sold/secret");
});

test("the API says the same", async () => {
  const response = await server.request(`/api${address("orders")}`);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    database: "test",
    schema: "sold",
    name: "orders",
    quoted: "sold.orders",
    kind: "table",
    readable: true,
    rows: null,
    size: { total: expect.any(Number), table: 0, indexes: expect.any(Number), toast: expect.any(Number) },
    columns: [
      { name: "id", type: "integer", nullable: false },
      { name: "customer" },
      { name: "paid", default: "false" },
    ],
    primary_key: { columns: ["id"] },
    foreign_keys: [{ to: { schema: "sold", name: "customers", columns: ["id"], readable: true } }],
    referenced_by: [],
    clips: [],
  });
});

test("ten rows, when somebody asks for them; the audit says who, and what was run", async () => {
  const before = (await listAudit(server, { action: "sql.run" })).length;
  const without = await page(address("customers"));
  expect(without.html).not.toContain("Customer 1");
  expect(without.html).toMatch(
    /<form method="get" action="[^"]*\/sold\/customers#preview"><button name="preview" value="1">/,
  );
  expect(await listAudit(server, { action: "sql.run" })).toHaveLength(before);
  const { html } = await page(`${address("customers")}?preview=1`);
  expect(html.match(/<td>Customer \d+<\/td>/g)).toHaveLength(10);
  expect(html).toContain("In no order");
  const [event] = await listAudit(server, { action: "sql.run" });
  expect(event).toMatchObject({
    actor: expect.stringMatching(/^person/),
    clip: null,
    details: {
      database: "test",
      sql: "SELECT * FROM sold.customers LIMIT 10",
      state: "done",
      row_count: 10,
      follower: "follower",
      elapsed_ms: expect.any(Number),
    },
  });
});

test("of a table that may be read in part, its rows are that part; an empty one says so", async () => {
  const { html } = await page(`${address("partly")}?preview=1`);
  expect(html).toContain(">4711<");
  expect(html).not.toContain("hush");
  expect((await listAudit(server, { action: "sql.run" }))[0]!.details["sql"]).toBe(
    "SELECT id FROM sold.partly LIMIT 10",
  );
  expect((await page(`${address("orders")}?preview=1`)).html).toContain("No rows.");
});

test("a table that clips may not read says so, and has no rows to show", async () => {
  const before = (await listAudit(server, { action: "sql.run" })).length;
  const { status, html } = await page(`${address("secret")}?preview=1`);
  expect(status).toBe(200);
  expect(html).toContain("Not readable by clips");
  expect(html).not.toMatch(/<h2>Ten rows|name="preview"|\/clips\/new\?/);
  expect(await listAudit(server, { action: "sql.run" })).toHaveLength(before);
  const list = (await page("/databases/test/schema?q=sold.")).html;
  expect(list).toMatch(/sold\/secret">secret<\/a><span class="note unreadable"> not readable by clips/);
});

test("what the database's policy refuses is said in words, and written down", async () => {
  const { status, html } = await page(`${address("refused")}?preview=1`);
  expect(status).toBe(200);
  expect(html).toContain("refused by the database&#39;s policy");
  const [event] = await listAudit(server, { action: "sql.run" });
  expect(event!.details).toMatchObject({
    sql: "SELECT * FROM sold.refused LIMIT 10",
    state: "failed",
    error: "not_read_only",
  });
});

test("names with slashes, per cent signs, quotes and letters of all kinds work in addresses", async () => {
  const list = (await page(`/databases/test/schema?q=${encodeURIComponent("one % two")}`)).html;
  const [, link] = /<td><a href="([^"]+)">/.exec(list)!;
  expect(link).toBe(address(ODD));
  const { status, html } = await page(`${link}?preview=1`);
  expect(status).toBe(200);
  expect(html).toContain(">815<");
  const response = await server.request(`/api${link}`);
  expect(await response.json()).toMatchObject({ name: ODD, columns: [{ name: "one % two" }] });
});

test("whatever names, comments, defaults and cells have in them is text", async () => {
  const hostile = await page(`${address(attack("table"))}?preview=1`);
  const view = await page(address(attack("view")));
  expect([hostile.status, view.status]).toStrictEqual([200, 200]);
  for (const mark of [
    "table",
    "column",
    "check",
    "index",
    "unique",
    "key",
    "comment",
    "column_comment",
    "cell",
    "checked",
  ]) {
    expect([mark, hostile.html.includes(`onerror=xss(${mark})`)]).toStrictEqual([mark, true]);
  }
  expect(view.html).toContain("onerror=xss(viewed)");
  expect(`${hostile.html}${view.html}`).not.toMatch(/<img/);
});

test("clips that use it are links, of those that one may see", async () => {
  const { slug } = await server.createClip("SELECT count(*) FROM sold.customers", { title: "How many <customers>" });
  const team = await createTeam(server.deps.db, { name: "Finance", databases: null });
  await server.createClip("SELECT 1 FROM sold.customers", { title: "Of finance", team_id: team.id });
  await server.createClip("SELECT 1 -- sold.customers", { title: "In a comment" });
  const editor = await signInAs(server, "editor");
  const html = await (await editor.send("GET", address("customers"))).text();
  expect(html).toMatch(new RegExp(`<a href="/clips/[^"]*${slug}[^"]*">How many &lt;customers&gt;</a>`));
  expect(html).not.toMatch(/Of finance|In a comment/);
  const { clips } = (await (await server.request(`/api${address("customers")}`)).json()) as {
    clips: { title: string }[];
  };
  expect(clips.map(({ title }) => title).toSorted()).toStrictEqual(["How many <customers>", "Of finance"]);
});

test("viewers see no schema, and one's databases are the only ones that there are", async () => {
  const viewer = await signInAs(server, "viewer");
  const ledger = await createTeam(server.deps.db, { name: "Ledger", databases: ["ledger"] });
  const other = await signInAs(server, "editor", { teamIds: [ledger.id] });
  const key = await withKey(server, "editor", "write", { databases: ["ledger"] });
  for (const path of [address("customers"), `${address("customers")}?preview=1`, `/api${address("customers")}`]) {
    expect([path, (await viewer.send("GET", path)).status]).toStrictEqual([path, 403]);
    expect([path, (await other.send("GET", path)).status]).toStrictEqual([path, 404]);
    expect([path, (await key.send("GET", path)).status]).toStrictEqual([path, 404]);
    expect([path, (await key.send("GET", path.replace("/test/", "/ledger/"))).status]).toStrictEqual([path, 200]);
    expect([path, (await fetch(server.url + path, { headers: { Accept: "application/json" } })).status]).toStrictEqual([
      path,
      401,
    ]);
  }
});

test.each(["no_such", "customers_pkey", "a%00b", "..%2F..%2Fclips", "%"])("%s is not found", async (table) => {
  const found = await server.request(`/api/databases/test/schema/sold/${table}`);
  expect(found.status).toBe(404);
});

test("the list has pages, and says what is left out", async () => {
  await server.primary.query(`
    CREATE SCHEMA many; GRANT USAGE ON SCHEMA many TO dataclips_reader;
    DO $$ BEGIN FOR n IN 100..349 LOOP EXECUTE format('CREATE TABLE many.t_%s (id int)', n); END LOOP; END $$`);
  await server.catchUp();
  const first = (await page("/databases/test/schema?q=many.t_")).html;
  expect(first).toContain("250 tables (1 to 100 are shown) and 0 functions");
  expect(first).toContain(`<a href="/databases/test/schema?q=many.t_&amp;page=2">More tables</a>`);
  const last = (await page("/databases/test/schema?q=many.t_&page=3")).html;
  expect(last.match(/schema\/many\/t_\d+"/g)).toHaveLength(50);
  expect(last).not.toContain("More tables");
  expect((await page("/databases/test/schema?page=0")).status).toBe(400);
});
