import { afterAll, beforeAll, expect, test } from "vitest";
import { findClipsByTable } from "../../src/clips/find-by-table.ts";
import type { VisibleTo } from "../../src/clips/visible-clips.ts";
import { createTeam } from "../../src/people/teams.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

const ALL: VisibleTo = { teamIds: null, databases: null };

let server: TestServer;
let finance: number;
beforeAll(async () => {
  server = await startTestServer({}, undefined, { alsoDatabases: ["ledger"] });
  finance = (await createTeam(server.deps.db, { name: "Finance", databases: null })).id;
  await server.primary.query(`
    CREATE TABLE orders (id int);
    CREATE SCHEMA archive;
    CREATE TABLE archive.orders (id int);
    CREATE TABLE "Orders" (id int);
    CREATE TABLE "a""b%_\\c" (id int);
    CREATE TABLE "'; DROP TABLE clips; --" (id int);
    GRANT USAGE ON SCHEMA archive TO dataclips_reader;
    GRANT SELECT ON ALL TABLES IN SCHEMA public, archive TO dataclips_reader`);
  await server.catchUp();
  const clips: [title: string, sql: string, fields?: Record<string, unknown>][] = [
    ["Plain", "SELECT * FROM orders"],
    ["Capitals", "SELECT * FROM ORDERS"],
    ["Quoted", 'SELECT * FROM "orders"'],
    ["Escaped", 'SELECT * FROM U&"\\006frders"'],
    ["Public", "SELECT * FROM public.orders"],
    ["Archive", "SELECT * FROM archive.orders"],
    ["Another name", 'SELECT * FROM "Orders"'],
    ["Hidden by WITH", "WITH orders AS (SELECT 1 AS id) SELECT * FROM orders"],
    ["Inside WITH", "WITH orders AS (SELECT * FROM orders) SELECT * FROM orders"],
    ["Only a word", "SELECT 'orders' AS orders -- orders"],
    ["Hostile", 'SELECT * FROM "a""b%_\\c"'],
    ["Injected", `SELECT * FROM "'; DROP TABLE clips; --"`],
    ["Of finance", "SELECT * FROM orders", { team_id: finance }],
    ["Of the ledger", "SELECT * FROM orders", { database: "ledger" }],
    ["Deleted", "SELECT * FROM orders"],
    ["Edited", "SELECT * FROM orders"],
  ];
  const slugs: Record<string, string> = {};
  for (const [title, sql, fields] of clips) {
    slugs[title] = (await server.createClip(sql, { title, ...fields })).slug;
  }
  await server.request(`/api/clips/${slugs["Deleted"]}`, { method: "DELETE" });
  await server.request(`/api/clips/${slugs["Edited"]}`, { method: "PATCH", json: { sql: "SELECT 1" } });
});
afterAll(() => server.close());

const titles = async (schema: string | null, name: string, visibleTo = ALL, database = "test"): Promise<string[]> => {
  const found = await findClipsByTable(server.deps.db, { database, schema, name }, visibleTo);
  return found.map(({ title }) => title).toSorted();
};
const UNQUALIFIED = ["Capitals", "Escaped", "Inside WITH", "Of finance", "Plain", "Quoted"];

test("a table's clips are those whose current SQL reads it; a name without a schema counts for every schema", async () => {
  expect(await titles("public", "orders")).toStrictEqual([...UNQUALIFIED, "Public"].toSorted());
  expect(await titles("archive", "orders")).toStrictEqual(["Archive", ...UNQUALIFIED]);
  expect(await titles(null, "orders")).toStrictEqual(["Archive", ...UNQUALIFIED, "Public"].toSorted());
  expect(await titles("public", "Orders")).toStrictEqual(["Another name"]);
  expect(await titles("public", "order")).toStrictEqual([]);
});

test("names that are hostile to patterns and to SQL are names", async () => {
  expect(await titles("public", 'a"b%_\\c')).toStrictEqual(["Hostile"]);
  expect(await titles("public", "'; DROP TABLE clips; --")).toStrictEqual(["Injected"]);
  expect(await titles("public", "%")).toStrictEqual([]);
});

test("clips that somebody may not see, and those of other databases, are not told", async () => {
  expect(await titles("public", "orders", { teamIds: [1], databases: null })).not.toContain("Of finance");
  expect(await titles("public", "orders", { teamIds: [finance], databases: null })).toStrictEqual(["Of finance"]);
  expect(await titles("public", "orders", { teamIds: [], databases: null })).toStrictEqual([]);
  expect(await titles("public", "orders", { teamIds: null, databases: ["ledger"] })).toStrictEqual([]);
  expect(await titles("public", "orders", ALL, "ledger")).toStrictEqual(["Of the ledger"]);
});

test("the last changed come first, and no more than are asked for; all are found, however many there are", async () => {
  await server.own.query(
    `WITH made AS (
       INSERT INTO clips (slug, database, title, max_age_seconds, updated_at)
       SELECT lpad(translate(n::text, '0123456789', 'abcdefghij'), 28, 'z'), 'ledger', 'Clip ' || n, 60, now() - n * interval '1 day'
       FROM generate_series(1, 1200) AS n RETURNING id)
     INSERT INTO versions (clip_id, number, sql) SELECT id, 1, CASE WHEN id % 2 = 0 THEN 'SELECT 1 FROM many' ELSE 'SELECT 1 AS many' END FROM made`,
  );
  const table = { database: "ledger", schema: null, name: "many" };
  const found = await findClipsByTable(server.deps.db, table, ALL, 1000);
  expect(found).toHaveLength(600);
  const numbers = found.map(({ title }) => Number(title.slice(5)));
  expect(numbers).toStrictEqual(numbers.toSorted((a, b) => a - b));
  expect(await findClipsByTable(server.deps.db, table, ALL, 3)).toStrictEqual(found.slice(0, 3));
  expect(await findClipsByTable(server.deps.db, table, ALL)).toStrictEqual(found.slice(0, 200));
  const search = await server.request("/api/clips?q=table:MANY");
  expect(await search.json()).toMatchObject({ total: 600 });
});
