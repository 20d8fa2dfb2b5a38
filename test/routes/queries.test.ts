import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createTeam } from "../../src/people/teams.ts";
import { listAudit } from "../people/list-audit.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { signInAs, withKey } from "./people-of-teams.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ maxRuns: 1 });
});
afterAll(() => server.close());
afterEach(async () => {
  await until(async () => (await server.busySessions()).length === 0);
  await until(() => server.deps.runs.queue(server.deps.databases.get("test")).running === 0);
});

async function query(sql: string, fields: object = {}, options: RequestInit = {}): Promise<Response> {
  return server.request("/api/databases/test/queries", { method: "POST", json: { sql, ...fields }, ...options });
}

async function lines(response: Response): Promise<any[]> {
  expect([response.status, response.headers.get("Content-Type")]).toStrictEqual([200, "application/x-ndjson"]);
  return (await response.text())
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

describe("the stream", () => {
  test("ends with the columns, their types and the rows as PostgreSQL's text", async () => {
    const said = await lines(
      await query("SELECT {{n}}::int AS n, 1.50 AS amount, NULL AS none, 'a' AS a", { parameters: { n: 7 } }),
    );
    expect(said.at(-1)).toStrictEqual({
      state: "done",
      columns: [
        { name: "n", type: "integer", kind: "number" },
        { name: "amount", type: "numeric", kind: "number" },
        { name: "none", type: "text", kind: "text" },
        { name: "a", type: "text", kind: "text" },
      ],
      rows: [["7", "1.50", null, "a"]],
      row_count: 1,
      truncated: false,
      duration_ms: expect.any(Number),
      follower: "follower",
    });
    expect(said.filter(({ state }) => state === "done")).toHaveLength(1);
  });

  test("has the first 1,000 rows of a large result, and says so", async () => {
    const last = (await lines(await query("SELECT n FROM generate_series(1, 3000) AS n"))).at(-1);
    expect([last.row_count, last.rows.length, last.rows[999], last.truncated]).toStrictEqual([
      1000,
      1000,
      ["1000"],
      true,
    ]);
  });

  test("says what the follower refuses, with its position in what was sent", async () => {
    const said = await lines(await query("SELECT {{a:1}}::int,\n  nam FROM numbers"));
    expect(said.at(-1)).toMatchObject({
      state: "failed",
      error: { code: "query_failed", sqlstate: "42703", position: 24, hint: expect.stringContaining("numbers.name") },
    });
  });

  test("says the place in the queue, and what runs", async () => {
    const running = new AbortController();
    const slow = query("SELECT pg_sleep(600)", {}, { signal: running.signal }).then((response) => response.text());
    const left = slow.catch((error: Error) => error.name);
    await until(async () => (await server.sleepingQueries()).length === 1);
    const response = await query("SELECT 1 AS one");
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect(JSON.parse((await reader.read()).value!)).toStrictEqual({
      state: "queued",
      queue_position: 1,
      queue_running: 1,
    });
    running.abort();
    expect(await left).toBe("AbortError");
    let rest = "";
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) rest += piece.value;
    expect(JSON.parse(rest.trimEnd().split("\n").at(-1)!)).toMatchObject({ state: "done", rows: [["1"]] });
  });

  test("whoever leaves cancels it on the server, and the audit says so", async () => {
    const abort = new AbortController();
    const response = await query("SELECT pg_sleep(601)", {}, { signal: abort.signal });
    await until(async () => (await server.sleepingQueries()).length === 1);
    abort.abort();
    await expect(response.text()).rejects.toThrow("aborted");
    await until(async () => (await server.busySessions()).length === 0);
    await until(
      async () => (await listAudit(server, { action: "sql.run" }))[0]?.details["sql"] === "SELECT pg_sleep(601)",
    );
    const [event] = await listAudit(server, { action: "sql.run" });
    expect(event!.details).toMatchObject({ state: "cancelled", error: "run_cancelled" });
  });
});

describe("what is wrong before anything runs is a status", () => {
  test.each([
    ["DELETE FROM numbers", {}, 400, { code: "not_read_only", position: 1 }],
    ["SELECT * FRM numbers", {}, 422, { code: "query_failed", sqlstate: "42601", position: 10 }],
    ["SELECT '{{a}}'", {}, 400, { code: "invalid_request", position: 9 }],
    ["SELECT {{a}}::int", {}, 400, { code: "invalid_parameter" }],
    ["SELECT 1", { parameters: { b: "1" } }, 400, { code: "invalid_parameter" }],
    ["SELECT 1", { rows: 7 }, 400, { code: "invalid_request" }],
    ["", {}, 400, {}],
  ])("%s", async (sql, fields, status, error) => {
    const response = await query(sql, fields);
    expect([response.status, await response.json()]).toMatchObject([status, { error }]);
  });

  test("an unknown database", async () => {
    const json = { sql: "SELECT 1" };
    const response = await server.request("/api/databases/nowhere/queries", { method: "POST", json });
    expect(response.status).toBe(404);
  });
});

describe("who may", () => {
  test("a viewer may not, nor a key to read", async () => {
    const viewer = await signInAs(server, "viewer");
    const key = await withKey(server, "administrator", "read");
    for (const who of [viewer, key]) {
      for (const path of ["queries", "parameters"]) {
        const response = await who.send("POST", `/api/databases/test/${path}`, { sql: "SELECT 1" });
        expect([path, response.status]).toStrictEqual([path, 403]);
      }
    }
  });

  test("an editor may, where their team may write clips; elsewhere there is no such database", async () => {
    const insider = await signInAs(server, "editor");
    expect((await insider.send("POST", "/api/databases/test/queries", { sql: "SELECT 1" })).status).toBe(200);
    const team = await createTeam(server.deps.db, { name: "Elsewhere", databases: ["other"] });
    const outsider = await signInAs(server, "editor", { teamIds: [team.id] });
    for (const path of ["queries", "parameters"]) {
      const response = await outsider.send("POST", `/api/databases/test/${path}`, { sql: "SELECT 1" });
      expect([path, response.status]).toStrictEqual([path, 404]);
    }
  });
});

test("the audit says the SQL, the database and what became of it, and never a parameter's value", async () => {
  await lines(await query("SELECT {{name}}::text AS audited", { parameters: { name: "a secret of 17" } }));
  const [done] = await listAudit(server, { action: "sql.run" });
  expect(done!.details).toStrictEqual({
    database: "test",
    sql: "SELECT {{name}}::text AS audited",
    state: "done",
    follower: "follower",
    row_count: 1,
    elapsed_ms: expect.any(Number),
  });
  await query("TRUNCATE numbers");
  const [refused] = await listAudit(server, { action: "sql.run" });
  expect(refused!.details).toMatchObject({ sql: "TRUNCATE numbers", state: "failed", error: "not_read_only" });
  expect(JSON.stringify(await listAudit(server))).not.toContain("a secret of 17");
});

describe("POST /api/databases/<name>/parameters", () => {
  const ask = (sql: string, headers: Record<string, string> = {}): Promise<Response> =>
    server.request("/api/databases/test/parameters", { method: "POST", json: { sql }, headers });

  test("says names, PostgreSQL's types, defaults, and an enum's labels", async () => {
    const response = await ask("SELECT {{day:2026-01-31}}::date, {{mood}}::mood");
    expect([response.status, await response.json()]).toStrictEqual([
      200,
      {
        parameters: [
          { name: "day", type: "date", default: "2026-01-31" },
          { name: "mood", type: "mood", default: null, choices: { values: ["sad", "ok", "happy"], from: "enum" } },
        ],
      },
    ]);
  });

  test("says what is wrong, with its position", async () => {
    const response = await ask("SELECT {{a}}::int FROM nowhere");
    expect([response.status, await response.json()]).toMatchObject([
      422,
      { error: { sqlstate: "42P01", position: 24 } },
    ]);
    expect((await ask("DROP TABLE numbers")).status).toBe(400);
  });

  test("gives inputs to those who accept HTML alone, and whatever is in a default stays text", async () => {
    const response = await ask(`SELECT {{a:"><script>alert(1)</script>}}::text, {{b:<b>}}::mood[]`, {
      Accept: "text/html",
    });
    const html = await response.text();
    expect(response.headers.get("Content-Type")).toContain("text/html");
    expect(html).toContain('<input name="a" value="&quot;&gt;&lt;script&gt;');
    expect(html).not.toMatch(/<script|<b>/);
  });
});

describe("an array of ticked values", () => {
  test("is quoted as PostgreSQL reads it, in an address and in a form", async () => {
    const { slug } = await server.createClip(
      "SELECT x FROM unnest({{values}}::text[]) WITH ORDINALITY AS t (x) ORDER BY ordinality",
    );
    const values = ["plain", "a,b", '"quoted"', "back\\slash", "{braces}", "NULL", " spaces ", "emoji 🙂"];
    const fields = new URLSearchParams([["values[]", ""], ...values.map((value) => ["values[]", value])]);
    const response = await server.request(`/clips/${slug}.json?${fields}`);
    expect(((await response.json()) as { values: unknown }).values).toStrictEqual(values.map((value) => [value]));
    const run = await server.request(`/clips/${slug}/run`, { method: "POST", body: fields });
    expect(run.status).toBe(303);
    const result = await server.request(run.headers.get("Location")!.replace(/\?/, ".json?"));
    expect(((await result.json()) as { values: unknown }).values).toStrictEqual(values.map((value) => [value]));
  });

  test("none ticked is an empty array; together with the plain name it is an error", async () => {
    const { slug } = await server.createClip("SELECT cardinality({{values}}::text[]) AS n");
    const json = (await (await server.request(`/clips/${slug}.json?values[]=`)).json()) as { values: unknown };
    expect(json.values).toStrictEqual([[0]]);
    expect((await server.request(`/clips/${slug}.json?values[]=a&values={b}`)).status).toBe(400);
  });
});
