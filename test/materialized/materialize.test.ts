import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { getClip } from "../../src/clips/clips.ts";
import { AppError } from "../../src/errors.ts";
import { refreshMaterialized } from "../../src/materialized/materialize.ts";
import { findRecord, recordFailure } from "../../src/materialized/records.ts";
import { startFollowerProxy } from "../runs/follower-proxy.ts";
import { startTestServer, TOKEN, type TestServer, until } from "../support/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(({ primaryUrl }) => ({ primary: primaryUrl, timeoutMs: 10_000 }));
  await server.primary.query(
    `CREATE TABLE orders (id int PRIMARY KEY, customer text NOT NULL, amount numeric(10, 2), tags jsonb);
     INSERT INTO orders SELECT n, 'customer ' || n % 7, n * 1.5, '{}' FROM generate_series(1, 100) AS n;
     GRANT SELECT ON orders TO dataclips_reader`,
  );
  await server.catchUp();
});
afterEach(async () => {
  await until(async () => (await server.busySessions()).length === 0);
  // No session of ours is left on the primary, so no lock is either.
  await until(async () => {
    const { rows } = await server.primary.query(
      "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'dataclips primary'",
    );
    return rows.length === 0;
  });
});
afterAll(() => server.close());

interface Answer {
  status: number;
  body: any;
}

async function ask(method: string, path: string, json?: unknown): Promise<Answer> {
  const response = await server.request(path, { method, json });
  const text = await response.text();
  return { status: response.status, body: text === "" ? null : JSON.parse(text) };
}
const materialize = (slug: string, json: unknown = {}): Promise<Answer> =>
  ask("PUT", `/api/clips/${slug}/materialized`, json);
const show = (slug: string): Promise<Answer> => ask("GET", `/api/clips/${slug}/materialized`);
const refresh = (slug: string): Promise<Answer> => ask("POST", `/api/clips/${slug}/materialized/refresh`);
const edit = (slug: string, sql: string): Promise<Answer> => ask("PATCH", `/api/clips/${slug}`, { sql });

/** The rows of a query as a clip gives them: on the follower, as the reader. */
async function read(sql: string): Promise<unknown[][]> {
  const { slug } = await server.createClip(sql);
  const { status, body } = await ask("GET", `/clips/${slug}.json`);
  expect([status, body.error]).toStrictEqual([200, undefined]);
  return body.values;
}

async function relations(): Promise<string[]> {
  const { rows } = await server.primary.query(
    "SELECT relname FROM pg_class WHERE relnamespace = 'dataclips'::regnamespace AND relkind = 'm' ORDER BY 1",
  );
  return rows.map(({ relname }) => relname);
}

test("a clip's content on the primary is there for another clip on the follower, with its age", async () => {
  const clip = await server.createClip("SELECT customer, sum(amount) AS total FROM orders GROUP BY customer;", {
    title: "Größter Umsatz, je Kunde",
  });
  expect(await show(clip.slug)).toMatchObject({ status: 404, body: { error: { code: "not_found" } } });
  const before = Date.now();
  const { status, body } = await materialize(clip.slug);
  expect(body).toMatchObject({
    relation: "dataclips.gro_ter_umsatz_je_kunde",
    version: 1,
    current_version: 1,
    index_columns: ["customer"],
    row_count: 7,
    error: null,
    followers: [{ name: "follower", arrived: true, reason: null }],
    reading: { follower: "follower", version: 1 },
  });
  expect(status).toBe(200);
  expect(body.bytes).toBeGreaterThan(0);
  expect(Date.parse(body.reading.refreshed_at)).toBeGreaterThanOrEqual(before - 1000);
  expect(body.reading.refreshed_at).toBe(body.refreshed_at);
  expect(await read("SELECT total FROM dataclips.gro_ter_umsatz_je_kunde WHERE customer = 'customer 1'")).toStrictEqual(
    await read("SELECT sum(amount) FROM orders WHERE customer = 'customer 1'"),
  );

  // The reader is no more than it was: not in that role, and owner of nothing.
  const [follower] = server.deps.databases.get("test").followers;
  const { role } = await follower!.inspector.inspect();
  expect(role.findings.filter(({ severity }) => severity === "error")).toStrictEqual([]);

  // It belongs to a role that cannot log in and has nothing beside the reader's rights.
  const { rows } = await server.primary.query(
    `SELECT relowner::regrole::text AS owner, rolcanlogin, rolsuper, rolcreaterole,
            has_table_privilege(relowner, 'app.secret', 'SELECT') = has_table_privilege('dataclips_reader', 'app.secret', 'SELECT') AS same,
            has_table_privilege(relowner, 'orders', 'INSERT') AS writes
       FROM pg_class JOIN pg_roles ON pg_roles.oid = relowner WHERE relname = 'gro_ter_umsatz_je_kunde'`,
  );
  expect(rows).toStrictEqual([
    {
      owner: "dataclips_reader_views",
      rolcanlogin: false,
      rolsuper: false,
      rolcreaterole: false,
      same: true,
      writes: false,
    },
  ]);
  // Once more changes nothing.
  expect((await materialize(clip.slug)).body.refreshed_at).toBe(body.refreshed_at);
});

test("a refresh brings new content while a reader goes on reading the old one", async () => {
  await server.primary.query("CREATE TABLE ticks AS SELECT 1 AS n; GRANT SELECT ON ticks TO dataclips_reader");
  await server.catchUp();
  const clip = await server.createClip("SELECT n, 'x' AS same FROM ticks");
  const first = await materialize(clip.slug, { name: "ticking" });
  expect(first.body).toMatchObject({ index_columns: ["n"], row_count: 1 });
  await server.primary.query("INSERT INTO ticks SELECT generate_series(2, 5)");
  const reader = new pg.Client(server.readerUrl);
  await reader.connect();
  const count = async (session: pg.Client): Promise<unknown> =>
    (await session.query("SELECT count(*)::int AS n FROM dataclips.ticking")).rows[0].n;
  for (const session of [reader, server.primary]) {
    await session.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
    expect(await count(session)).toBe(1);
  }
  const second = await refresh(clip.slug);
  expect(second).toMatchObject({ status: 200, body: { row_count: 5, index_columns: ["n"] } });
  expect(second.body.followers).toStrictEqual([{ name: "follower", arrived: true, reason: null }]);
  for (const session of [reader, server.primary]) {
    expect(await count(session)).toBe(1);
    await session.query("COMMIT");
    expect(await count(session)).toBe(5);
  }
  await reader.end();
  expect(await read("SELECT count(*) FROM dataclips.ticking")).toStrictEqual([[5]]);
  expect(Date.parse(second.body.reading.refreshed_at)).toBeGreaterThan(Date.parse(first.body.reading.refreshed_at));

  // What was unique is not any more: readers wait this once, and another column is looked for.
  await server.primary.query("INSERT INTO ticks VALUES (1)");
  expect(await refresh(clip.slug)).toMatchObject({ status: 200, body: { row_count: 6, index_columns: null } });
  await server.primary.query("DELETE FROM ticks WHERE n = 1");
  expect(await refresh(clip.slug)).toMatchObject({ status: 200, body: { row_count: 4, index_columns: ["n"] } });
});

test("without a unique index a refresh waits for readers, and says so when it has waited for long", async () => {
  const clip = await server.createClip("SELECT tags FROM orders");
  expect((await materialize(clip.slug, { name: "only_json" })).body).toMatchObject({ index_columns: null });
  await server.primary.query("BEGIN; SELECT count(*) FROM dataclips.only_json");
  const waited = await refresh(clip.slug);
  await server.primary.query("COMMIT");
  expect(waited).toMatchObject({ status: 422, body: { error: { sqlstate: "55P03" } } });
  expect(waited.body.error.hint).toContain("holds a lock");
  const shown = await show(clip.slug);
  expect(shown.body).toMatchObject({ row_count: 100, error: { sqlstate: "55P03" } });
  expect(await refresh(clip.slug)).toMatchObject({ status: 200, body: { error: null, failed_at: null } });
});

test("pairs of columns, columns that somebody names, and those that are not unique", async () => {
  const sql = "SELECT customer, id % 50 AS part, amount FROM orders WHERE id <= 50 UNION ALL SELECT 'x', 1, NULL";
  const { slug } = await server.createClip(sql);
  expect((await materialize(slug, { name: "parts" })).body).toMatchObject({ index_columns: ["customer", "part"] });
  expect((await materialize(slug, { unique_columns: ["part", "customer"] })).body).toMatchObject({
    index_columns: ["part", "customer"],
    unique_columns: ["part", "customer"],
  });
  const repeats = await materialize(slug, { unique_columns: ["part"] });
  expect(repeats).toMatchObject({ status: 422, body: { error: { code: "query_failed", sqlstate: "23505" } } });
  expect(repeats.body.error.message).toContain("part");
  const missing = await materialize(slug, { unique_columns: ["nothing"] });
  expect(missing).toMatchObject({ status: 400 });
  expect(missing.body.error.hint).toContain("customer, part, amount");
  // All is as it was, the wish too.
  expect((await show(slug)).body).toMatchObject({ unique_columns: ["part", "customer"], version: 1 });
  expect(await read("SELECT count(*) FROM dataclips.parts")).toStrictEqual([[51]]);
});

test("an edit makes the view anew, a bad one leaves it as it is, and restoring mends it", async () => {
  const { slug } = await server.createClip("SELECT id, amount FROM orders");
  await materialize(slug, { name: "edited" });
  expect((await edit(slug, "SELECT id, customer AS who FROM orders WHERE id <= 10")).status).toBe(200);
  expect((await show(slug)).body).toMatchObject({ version: 2, current_version: 2, row_count: 10, error: null });
  await server.catchUp();
  expect(await read("SELECT who FROM dataclips.edited WHERE id = 3")).toStrictEqual([["customer 3"]]);

  expect((await edit(slug, "SELECT id,\n id AS id FROM orders")).status).toBe(200);
  const bad = await show(slug);
  expect(bad.body).toMatchObject({
    version: 2,
    current_version: 3,
    error: { code: "query_failed", sqlstate: "42701", message: 'column "id" specified more than once' },
    reading: { version: 2 },
  });
  expect(bad.body.failed_at).not.toBeNull();
  expect(await read("SELECT count(*) FROM dataclips.edited")).toStrictEqual([[10]]);

  expect((await edit(slug, "SELECT 1 / (id - id) AS never FROM orders")).status).toBe(200);
  expect((await show(slug)).body).toMatchObject({ version: 2, error: { sqlstate: "22012" } });

  const restored = await ask("POST", `/api/clips/${slug}/versions`, { restore: 1 });
  expect(restored.status).toBe(201);
  expect((await show(slug)).body).toMatchObject({ version: 5, current_version: 5, row_count: 100, error: null });
  expect(await relations()).not.toContainEqual(expect.stringMatching(/^_/));

  expect(await ask("PATCH", `/api/clips/${slug}`, { database: "test", title: "Renamed" })).toMatchObject({
    status: 200,
  });
});

test("what others depend on is neither dropped nor replaced, and the clip is not deleted", async () => {
  const { slug } = await server.createClip("SELECT id, amount FROM orders");
  await materialize(slug, { name: "base" });
  const upper = await server.createClip("SELECT sum(amount) AS total FROM dataclips.base");
  expect((await materialize(upper.slug, { name: "upper" })).body).toMatchObject({
    row_count: 1,
    index_columns: ["total"],
  });
  for (const refused of [
    await ask("DELETE", `/api/clips/${slug}/materialized`),
    await ask("DELETE", `/api/clips/${slug}`),
  ]) {
    expect(refused).toMatchObject({ status: 409, body: { error: { code: "conflict", sqlstate: "2BP01" } } });
    expect(refused.body.error.message).toBe(
      "Others depend on dataclips.base: materialized view dataclips.upper. It stays as it is.",
    );
  }
  expect((await ask("GET", `/api/clips/${slug}`)).status).toBe(200);
  await edit(slug, "SELECT id FROM orders");
  expect((await show(slug)).body).toMatchObject({ version: 1, current_version: 2, error: { code: "conflict" } });
  // Its content still comes in, of the old version: the view cannot be another one.
  expect(await read("SELECT count(amount) FROM dataclips.base")).toStrictEqual([[100]]);

  expect((await ask("DELETE", `/api/clips/${upper.slug}`)).status).toBe(204);
  expect(await refresh(slug)).toMatchObject({ status: 200, body: { version: 2, error: null } });
  expect((await ask("DELETE", `/api/clips/${slug}`)).status).toBe(204);
  expect(await relations()).not.toContain("base");
  expect(await relations()).not.toContain("upper");
  // Taking the deletion back does not bring the view back.
  await ask("POST", `/api/clips/${slug}/undelete`);
  expect((await show(slug)).status).toBe(404);
});

test("two refreshes at once, of two servers: one is done, one is told", async () => {
  const { slug } = await server.createClip("SELECT id, pg_sleep(0.005)::text AS slept FROM orders");
  expect((await materialize(slug, { name: "slow" })).status).toBe(200);
  const other = createApp({ ...server.deps });
  const answers = await Promise.all([
    refresh(slug).then(({ status, body }) => ({ status, body })),
    (async () => {
      const response = await other.request(`/api/clips/${slug}/materialized/refresh`, {
        method: "POST",
        headers: { Authorization: `Bearer ${TOKEN}`, Host: "localhost" },
      });
      return { status: response.status, body: (await response.json()) as any };
    })(),
  ]);
  expect(answers.map(({ status }) => status).toSorted()).toStrictEqual([200, 409]);
  expect(answers.find(({ status }) => status === 409)!.body.error.message).toContain("being refreshed at this moment");
  // Not a failure: nothing is kept of it.
  expect((await show(slug)).body).toMatchObject({ error: null });
});

test("a refresh whose connection is cut leaves the content as it was", async () => {
  await server.primary.query(
    "CREATE TABLE gate (open bool); INSERT INTO gate VALUES (true); GRANT SELECT ON gate TO dataclips_reader",
  );
  await server.catchUp();
  const { slug } = await server.createClip(
    "SELECT o.id, pg_sleep(CASE WHEN open THEN 0 ELSE 600 END)::text AS s FROM orders o, gate",
  );
  const first = await materialize(slug, { name: "cut" });
  await server.primary.query("UPDATE gate SET open = false");
  const clip = await getClip(server.deps.db, slug);
  const refreshing = refreshMaterialized(server.deps, clip).catch((error: unknown) => error);
  const backend = "FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'REFRESH %'";
  await until(async () => (await server.primary.query(`SELECT pid ${backend}`)).rows.length === 1);
  // An edit meanwhile waits for it.
  const edited = edit(slug, "SELECT id FROM orders WHERE id <= 3");
  await until(
    async () =>
      (await server.primary.query("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")).rows.length >
      0,
  );
  await server.primary.query(`SELECT pg_terminate_backend(pid) ${backend}`);
  expect(await refreshing).toMatchObject({ code: "primary_lost" });
  expect((await edited).status).toBe(200);
  expect((await show(slug)).body).toMatchObject({ version: 2, row_count: 3, error: null });
  expect(first.body.row_count).toBe(100);
});

test("a failure that is told late does not stand beside content that came meanwhile", async () => {
  const { db } = server.deps;
  const { slug, id } = await server.createClip("SELECT id FROM orders");
  await materialize(slug, { name: "told_late" });
  const before = await findRecord(db, id);
  const error = new AppError("primary_lost", "The connection broke.");
  await recordFailure(db, before!, error);
  expect((await show(slug)).body.error).toMatchObject({ code: "primary_lost" });
  await refreshMaterialized(server.deps, await getClip(db, slug));
  await recordFailure(db, before!, error);
  expect((await show(slug)).body).toMatchObject({ error: null, row_count: 100 });
});

test("a refresh of a server that is gone ends on the primary, and the content is as it was", async () => {
  const proxy = await startFollowerProxy();
  const apart = await startTestServer(({ primaryUrl }) => ({ primary: proxy.connectTo(primaryUrl) }));
  try {
    await apart.primary.query("CREATE TABLE wait AS SELECT 0 AS seconds; GRANT SELECT ON wait TO dataclips_reader");
    await apart.catchUp();
    const { slug } = await apart.createClip("SELECT seconds, pg_sleep(seconds)::text AS slept FROM wait");
    const path = `/api/clips/${slug}/materialized`;
    expect((await apart.request(path, { method: "PUT", json: { name: "lonely" } })).status).toBe(200);
    await apart.primary.query("UPDATE wait SET seconds = 600");
    proxy.misbehave({ marker: "REFRESH MATERIALIZED", kind: "hold", times: 1 });
    const refreshing = apart.request(`${path}/refresh`, { method: "POST" });
    const running = async (): Promise<boolean> =>
      (
        await apart.primary.query(
          "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'REFRESH %'",
        )
      ).rows.length > 0;
    await until(running);
    await proxy.close();
    expect((await refreshing).status).toBe(503);
    await until(async () => !(await running()));
    expect((await apart.primary.query("SELECT seconds FROM dataclips.lonely")).rows).toStrictEqual([{ seconds: 0 }]);
    const shown = (await (await apart.request(path)).json()) as any;
    expect(shown).toMatchObject({ row_count: 1, error: { code: "primary_lost" }, reading: { version: 1 } });
  } finally {
    await apart.close();
  }
});

test("content that is too large, or takes too long, is not kept", async () => {
  const { slug } = await server.createClip("SELECT id FROM orders");
  await materialize(slug, { name: "bounded" });
  const clip = await getClip(server.deps.db, slug);
  const limits = { timeoutMs: 60_000, maxBytes: 1024 ** 2, maxGrowthBytes: 1024 ** 3 };
  await server.primary.query("INSERT INTO orders SELECT n, 'many' FROM generate_series(1001, 60000) AS n");
  await expect(refreshMaterialized(server.deps, clip, limits)).rejects.toMatchObject({
    code: "query_failed",
    message: expect.stringContaining("may take 1 MiB"),
  });
  await server.primary.query("DELETE FROM orders WHERE id > 1000");
  expect(await refresh(slug)).toMatchObject({ status: 200, body: { row_count: 100 } });

  const endless = await server.createClip("SELECT id FROM orders");
  await materialize(endless.slug, { name: "endless" });
  await server.own.query("UPDATE versions SET sql = $1 WHERE clip_id = $2", [
    "SELECT a.id FROM numbers a CROSS JOIN numbers b CROSS JOIN numbers c",
    endless.id,
  ]);
  await server.own.query("UPDATE materialized_clips SET version = NULL WHERE clip_id = $1", [endless.id]);
  await server.primary.query("DROP MATERIALIZED VIEW dataclips.endless");
  const endlessClip = await getClip(server.deps.db, endless.slug);
  await expect(
    refreshMaterialized(server.deps, endlessClip, { ...limits, maxGrowthBytes: 8 * 1024 ** 2 }),
  ).rejects.toMatchObject({ code: "query_failed", message: expect.stringContaining("grew by more than 8 MiB") });
  await expect(refreshMaterialized(server.deps, endlessClip, { ...limits, timeoutMs: 300 })).rejects.toMatchObject({
    code: "query_timeout",
  });
  expect(await relations()).not.toContain("endless");
});

test("parameters with defaults are filled in, those without are an error", async () => {
  const { slug } = await server.createClip(
    "SELECT id, {{note:it's \\ $1}} AS note FROM orders -- a comment {{id}}\n WHERE id <= {{most:3}} AND customer <> {{who:a'); DROP TABLE orders; --}} ;",
  );
  expect(await materialize(slug, { name: "filled" })).toMatchObject({ status: 200, body: { row_count: 3 } });
  expect(await read("SELECT note FROM dataclips.filled WHERE id = 1")).toStrictEqual([["it's \\ $1"]]);
  const open = await server.createClip("SELECT id FROM orders WHERE id = {{id}}");
  const refused = await materialize(open.slug);
  expect(refused).toMatchObject({ status: 400, body: { error: { code: "invalid_request" } } });
  expect(refused.body.error.message).toContain("{{id}}");
  expect((await show(open.slug)).status).toBe(404);
});

test("columns without a name, repeated ones, none, and EXPLAIN", async () => {
  const cases: [sql: string, status: number, words: string][] = [
    ["SELECT id, 1 + 1 FROM orders", 400, "Column 2 of the clip has no name"],
    ["SELECT o.id, p.id FROM orders o JOIN orders p USING (id)", 422, 'column "id" specified more than once'],
    ["SELECT FROM orders", 400, "no columns"],
    ["EXPLAIN SELECT 1 AS one", 400, "EXPLAIN"],
    ["SELECT id,\n  1 / (id - id) AS never FROM orders", 422, "division by zero"],
    ["SELECT ROW(1, 2) AS pair", 422, "pseudo-type record"],
  ];
  for (const [sql, status, words] of cases) {
    const { slug } = await server.createClip(sql);
    const refused = await materialize(slug);
    expect([sql, refused.status]).toStrictEqual([sql, status]);
    expect(refused.body.error.message).toContain(words);
    expect((await show(slug)).status).toBe(404);
  }
  for (const sql of [
    "VALUES (1, 'one'), (2, 'two')",
    "TABLE numbers",
    "(SELECT 1 AS one)",
    "WITH a AS (SELECT 1 AS one) SELECT * FROM a;",
  ]) {
    const { slug } = await server.createClip(sql);
    expect([sql, (await materialize(slug, { name: `kind_${slug}` })).status]).toStrictEqual([sql, 200]);
    expect((await ask("DELETE", `/api/clips/${slug}`)).status).toBe(204);
  }
});

test("an error on the primary has its place in the clip's SQL", async () => {
  await server.primary.query("CREATE TABLE gone (n int); GRANT SELECT ON gone TO dataclips_reader");
  await server.catchUp();
  const sql = "/* ü */ SELECT {{a:1}}::int AS a,\n n FROM gone";
  const { slug } = await server.createClip(sql);
  await server.primary.query("DROP TABLE gone");
  await server.catchUp();
  const { body } = await materialize(slug);
  expect(body.error).toMatchObject({ code: "query_failed", sqlstate: "42P01", position: sql.indexOf("gone") + 1 });
});

test("names: taken, hostile, reserved, long", async () => {
  const { slug } = await server.createClip("SELECT id FROM orders", { title: "2 % — 'x'" });
  for (const name of [
    'a"b',
    "a'b",
    "Ä",
    "a b",
    "A",
    "a.b",
    "1a",
    "",
    "a".repeat(64),
    "_materializing_1",
    "a;",
    "a\0b",
    "日本",
  ]) {
    expect([name, (await materialize(slug, { name })).status]).toStrictEqual([name, 400]);
  }
  await server.primary.query("CREATE TABLE dataclips.taken (n int)");
  const taken = await materialize(slug, { name: "taken" });
  expect(taken).toMatchObject({ status: 409, body: { error: { code: "conflict" } } });
  expect(taken.body.error.message).toContain("dataclips.taken is taken");
  await server.primary.query("DROP TABLE dataclips.taken");
  for (const name of ["select", "user", "a".repeat(63)]) {
    const one = await server.createClip("SELECT id FROM orders");
    expect(await materialize(one.slug, { name })).toMatchObject({ status: 200, body: { name } });
    expect(await read(`SELECT count(*) FROM dataclips.${name}`)).toStrictEqual([[100]]);
    expect((await ask("DELETE", `/api/clips/${one.slug}`)).status).toBe(204);
  }
  expect(await materialize(slug)).toMatchObject({ status: 200, body: { name: "clip_2_x" } });
  const second = await server.createClip("SELECT id FROM orders");
  expect(await materialize(second.slug, { name: "clip_2_x" })).toMatchObject({ status: 409 });
  expect(await materialize(slug, { name: "other" })).toMatchObject({ status: 409 });
  expect((await materialize(slug)).status).toBe(200);
});

test("a view that somebody has put in its place is left alone", async () => {
  const { slug } = await server.createClip("SELECT id FROM orders");
  await materialize(slug, { name: "replaced" });
  await server.primary.query(
    "DROP MATERIALIZED VIEW dataclips.replaced; CREATE TABLE dataclips.replaced AS SELECT 1 AS mine",
  );
  expect(await refresh(slug)).toMatchObject({ status: 409 });
  expect((await ask("DELETE", `/api/clips/${slug}/materialized`)).status).toBe(204);
  expect((await server.primary.query("SELECT mine FROM dataclips.replaced")).rows).toStrictEqual([{ mine: 1 }]);
  await server.primary.query("DROP TABLE dataclips.replaced");
});

test("a fault of Dataclips' own database is not said to be the primary's", async () => {
  const { slug } = await server.createClip("SELECT id FROM orders");
  await materialize(slug, { name: "faulty" });
  const clip = await getClip(server.deps.db, slug);
  await server.own.query("ALTER TABLE versions RENAME TO versions_away");
  const failed = refreshMaterialized(server.deps, clip);
  await expect(failed).rejects.not.toBeInstanceOf(AppError);
  await server.own.query("ALTER TABLE versions_away RENAME TO versions");
  expect((await show(slug)).body).toMatchObject({ row_count: 100, error: { code: "internal_error" } });
  expect(await refresh(slug)).toMatchObject({ status: 200, body: { error: null } });
});

test("nothing went wrong unseen", () => {
  expect(server.logged).toStrictEqual([]);
});
