import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer, TOKEN, until } from "../support/test-server.ts";
import { sender, signInAs, type Somebody, withKey } from "./people-of-teams.ts";

let server: TestServer;
let admin: Somebody;
beforeAll(async () => {
  server = await startTestServer({ timeoutMs: 5_000 });
  admin = sender(server, { Authorization: `Bearer ${TOKEN}` });
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(() => server?.close());

const API = "/api/databases/test/explain";

interface Explained {
  analyzed: boolean;
  follower: string;
  planning_ms: number | null;
  execution_ms: number | null;
  plan: { title: string; actual_rows: number | null; details: { name: string; text: string }[]; children: unknown[] };
  error?: { code: string; message: string; hint?: string; position?: number; sqlstate?: string };
}

async function explain(body: Record<string, unknown>, who = admin): Promise<{ status: number; said: Explained }> {
  const response = await who.send("POST", API, body);
  return { status: response.status, said: (await response.json()) as Explained };
}

async function audited(): Promise<{ clip_id: string | null; actor: string; details: Record<string, unknown> }[]> {
  const { rows } = await server.own.query(
    "SELECT clip_id, actor, details FROM audit_events WHERE action = 'sql.run' ORDER BY id DESC",
  );
  return rows;
}

test("a query's plan, without and with its execution, on the follower", async () => {
  const sql = "SELECT even, count(*) FROM numbers GROUP BY 1";
  const planned = await explain({ sql });
  expect(planned).toMatchObject({
    status: 200,
    said: {
      analyzed: false,
      follower: "follower",
      planning_ms: expect.any(Number),
      execution_ms: null,
      plan: {
        title: "HashAggregate",
        actual_rows: null,
        details: expect.arrayContaining([{ name: "Group Key", text: "even" }]),
      },
    },
  });
  const executed = await explain({ sql, analyze: true });
  expect(executed.said).toMatchObject({ analyzed: true, execution_ms: expect.any(Number), plan: { actual_rows: 2 } });
  expect(executed.said.plan.children).toMatchObject([{ title: "Seq Scan on numbers", actual_rows: 20_000 }]);
});

test("parameters are bound, typed and named as in every run", async () => {
  const sql = "SELECT * FROM numbers WHERE id = {{wanted:7}} AND moment > {{since}}::timestamptz";
  const { said } = await explain({ sql, analyze: true, parameters: { wanted: "13", since: "2026-01-01" } });
  expect(said.plan.details).toContainEqual({ name: "Filter", text: expect.stringContaining("(id = 13)") });
  expect(said.plan).toMatchObject({ actual_rows: 1 });
  const missing = await explain({ sql });
  expect(missing).toMatchObject({ status: 400, said: { error: { code: "invalid_parameter" } } });
  const wrong = await explain({ sql, parameters: { wanted: "x", since: "2026-01-01" } });
  expect(wrong).toMatchObject({
    status: 400,
    said: { error: { message: expect.stringMatching(/^The parameter "wanted" is wrong/) } },
  });
});

test.each([
  ["an unknown column", "SELECT id,\n  '🙂' AS smile, amont\nFROM numbers", "amont", "query_failed", 422],
  ["a name behind a parameter", "SELECT {{n:1}}::int + nothing FROM numbers", "nothing", "query_failed", 422],
  ["a fault of the grammar", "SELECT 1 FROM FROM numbers", "FROM numbers", "query_failed", 422],
  ["a function that is not allowed", "SELECT pg_read_file('x')", "pg_read_file", "not_read_only", 400],
  ["the beginning", "DELETE FROM numbers", "DELETE", "not_read_only", 400],
  ["an EXPLAIN", " -- why\n EXPLAIN SELECT 1", "EXPLAIN", "invalid_request", 400],
  ["an EXPLAIN ANALYZE", "explain (analyze) SELECT 1", "explain", "invalid_request", 400],
])("the position of %s is that in the SQL as it was written", async (_, sql, at, code, status) => {
  for (const analyze of [false, true]) {
    const { status: sent, said } = await explain({ sql, analyze });
    expect([sent, said.error!.code]).toStrictEqual([status, code]);
    expect(said.error!.position).toBe([...sql.slice(0, sql.indexOf(at))].length + 1);
  }
});

test.each([
  "WITH gone AS (DELETE FROM app.canary RETURNING *) SELECT * FROM gone",
  "WITH more AS (INSERT INTO app.canary VALUES (2, 'x') RETURNING *) SELECT * FROM more",
  "SELECT * INTO app.copy FROM app.canary",
  "SELECT * FROM app.canary FOR UPDATE",
  "CREATE TABLE app.made AS SELECT 1",
  "EXECUTE something",
  "SELECT 1; DELETE FROM app.canary",
  "SELECT nextval('app.counter')",
])("ANALYZE executes nothing that writes: %s", async (sql) => {
  const { status, said } = await explain({ sql, analyze: true });
  expect([status, said.error!.code]).toStrictEqual([400, "not_read_only"]);
  const { rows } = await server.primary.query("SELECT id, note FROM app.canary");
  expect(rows).toStrictEqual([{ id: 1, note: "alive" }]);
});

test("ANALYZE is under the limits of every run, and in a read-only transaction on the follower", async () => {
  // app.bump() writes.
  const bump = await explain({ sql: "SELECT app.bump()", analyze: true });
  expect(bump).toMatchObject({ status: 422, said: { error: { sqlstate: "42501" } } });
  const only = await explain({
    sql: "SELECT 1 / (current_setting('transaction_read_only') = 'on' AND pg_is_in_recovery())::int",
    analyze: true,
  });
  expect(only.status).toBe(200);
  const slow = await explain({ sql: "SELECT pg_sleep(60)", analyze: true });
  expect(slow).toMatchObject({ status: 504, said: { error: { code: "query_timeout", sqlstate: "57014" } } });
  // Without ANALYZE nothing sleeps.
  expect((await explain({ sql: "SELECT pg_sleep(60)" })).status).toBe(200);
});

test("who leaves cancels it on the server", async () => {
  const leaving = new AbortController();
  const asked = fetch(server.url + API, {
    method: "POST",
    headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json" },
    body: JSON.stringify({ sql: "SELECT pg_sleep(4.9)", analyze: true }),
    signal: leaving.signal,
  }).catch((error: Error) => error.name);
  await until(async () => (await server.sleepingQueries()).length === 1);
  leaving.abort();
  expect(await asked).toBe("AbortError");
  await until(async () => (await server.busySessions()).length === 0);
  await until(async () => (await audited())[0]!.details["state"] === "cancelled");
});

test("the audit has who explained what, whether it failed or not, and no parameter's value", async () => {
  const editor = await signInAs(server, "editor");
  await explain({ sql: "SELECT {{secret}}::text", analyze: true, parameters: { secret: "hunter2" } }, editor);
  await explain({ sql: "SELECT nothing" }, editor);
  const [failed, done] = await audited();
  expect(done).toMatchObject({
    clip_id: null,
    actor: `person:${editor.personId}`,
    details: {
      explain: true,
      analyze: true,
      database: "test",
      sql: "SELECT {{secret}}::text",
      state: "done",
      follower: "follower",
      elapsed_ms: expect.any(Number),
    },
  });
  expect(JSON.stringify(done)).not.toContain("hunter2");
  expect(failed!.details).toMatchObject({
    explain: true,
    analyze: false,
    state: "failed",
    error: "query_failed",
    sqlstate: "42703",
  });
});

test("it takes an editor, on a database that is theirs", async () => {
  const viewer = await signInAs(server, "viewer");
  expect(await explain({ sql: "SELECT 1" }, viewer)).toMatchObject({
    status: 403,
    said: { error: { code: "forbidden" } },
  });
  const reading = await withKey(server, "editor", "read");
  expect((await explain({ sql: "SELECT 1" }, reading)).status).toBe(403);
  const elsewhere = await withKey(server, "editor", "write", { databases: ["other"] });
  expect((await explain({ sql: "SELECT 1" }, elsewhere)).status).toBe(404);
  const { slug } = await server.createClip("SELECT 1");
  expect((await viewer.send("GET", `/clips/${slug}/explain`)).status).toBe(403);
  expect((await (await viewer.send("GET", `/clips/${slug}`)).text()).includes("/explain")).toBe(false);
});

test.each([{ sql: 7 }, {}, { sql: "SELECT 1", analyze: "yes" }, { sql: "SELECT 1", more: 1 }, { sql: "" }])(
  "%j is refused",
  async (body) => {
    expect((await explain(body)).status).toBe(400);
  },
);

test("who accepts HTML is given the tree, with nothing in it that the SQL could have put there", async () => {
  const sql = `SELECT 1 AS "<b>" FROM numbers AS "<img src=x onerror=alert(1)>" WHERE name = '</section><script>alert(1)</script>'`;
  const response = await fetch(server.url + API, {
    method: "POST",
    headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json", Accept: "text/html" },
    body: JSON.stringify({ sql, analyze: true }),
  });
  expect(response.headers.get("Content-Type")).toMatch(/^text\/html/);
  const html = await response.text();
  expect(html).toMatch(/^<section class="plan"/);
  expect(html).toContain("&lt;img src=x onerror=alert(1)&gt;");
  expect(html).not.toMatch(/<script|<img|style=/);
  expect(html).toContain("It read 20,000 rows and kept 0 of them.");
});

test("a clip's page shows the plan of what is saved, with its parameters, and each version's", async () => {
  const { slug, id } = await server.createClip("SELECT * FROM numbers WHERE id < {{below:5}}", { title: "Planned" });
  await server.request(`/api/clips/${slug}`, {
    method: "PATCH",
    json: { sql: "SELECT * FROM numbers WHERE id > {{above}}::int" },
  });
  const open = (query: string) =>
    server.request(`/clips/${slug}/explain${query}`, { headers: { Accept: "text/html" } });
  const planned = await open("?above=7");
  expect(planned.status).toBe(200);
  const page = await planned.text();
  expect(page).toContain("(id &gt; 7)");
  expect(page).toContain("nothing was executed");
  const analyzed = await (await open("?above=7&_analyze=1")).text();
  expect(analyzed).toContain("Executed on follower, in a read-only transaction");
  const old = await (await open("?version=1&_analyze=1")).text();
  expect(old).toContain("(id &lt; 5)");
  expect((await audited())[0]).toMatchObject({
    clip_id: String(id),
    details: { explain: true, analyze: true, version: 1 },
  });
  expect((await audited())[0]!.details).not.toHaveProperty("sql");
  const without = await open("");
  expect(without.status).toBe(400);
  expect(await without.text()).toContain("The parameter &quot;above&quot; has no value.");
  expect(await (await server.request(`/clips/${slug}?above=7`, { headers: { Accept: "text/html" } })).text()).toContain(
    `/explain?above=7">Explain</a>`,
  );
});

test("a parameter may be called analyze", async () => {
  const { slug } = await server.createClip("SELECT {{analyze:no}}::text AS answer");
  const page = await server.request(`/clips/${slug}/explain?analyze=yes`);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain("nothing was executed");
});
