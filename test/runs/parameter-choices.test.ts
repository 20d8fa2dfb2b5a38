import { afterAll, beforeAll, expect, test } from "vitest";
import { checkSql } from "../../src/runs/check-sql.ts";
import { describeParameters } from "../../src/runs/describe.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await server.primary.query(`
    CREATE SCHEMA shop;
    CREATE TABLE shop.orders AS
      SELECT n AS id, CASE n % 3 WHEN 0 THEN 'paid' WHEN 1 THEN 'open' ELSE 'lost' END AS status, n % 12 + 1 AS month,
             (ARRAY['sad', 'ok', 'happy'])[n % 3 + 1]::mood AS mood, n % 4 AS hidden, repeat('x', 200 + n % 2) AS long
        FROM generate_series(1, 1000) AS n;
    CREATE TABLE shop.guarded AS SELECT * FROM shop.orders;
    CREATE TABLE "Odd ""name" AS SELECT status AS "The Status" FROM shop.orders;
    ANALYZE shop.orders, shop.guarded, "Odd ""name";
    ALTER TABLE shop.guarded ENABLE ROW LEVEL SECURITY;
    CREATE POLICY p ON shop.guarded USING (id < 3);
    GRANT USAGE ON SCHEMA shop TO dataclips_reader;
    GRANT SELECT (id, status, month, mood, long) ON shop.orders TO dataclips_reader;
    GRANT SELECT ON shop.guarded, "Odd ""name" TO dataclips_reader`);
  await server.catchUp();
});
afterAll(() => server.close());

async function choices(sql: string, suggest = true) {
  const described = await describeParameters(server.deps.databases.get("test"), checkSql(sql), { suggest });
  return described.map((parameter) => parameter.choices ?? null);
}

const STATUSES = { values: ["lost", "open", "paid"], from: "statistics" };
const MOODS = { values: ["sad", "ok", "happy"], from: "enum" };

test.each([
  ["SELECT {{mood}}::mood"],
  ["SELECT {{moods}}::mood[]"],
  ["SELECT * FROM numbers WHERE id = 1 AND {{mood}} = 'ok'::mood"],
  ["SELECT id FROM shop.orders WHERE mood = ANY ({{moods}})"],
])("an enum's labels, in their order: %s", async (sql) => {
  expect(await choices(sql)).toStrictEqual([MOODS]);
  // They are of the schema, and no data.
  expect(await choices(sql, false)).toStrictEqual([MOODS]);
});

test.each([
  ["SELECT id FROM shop.orders WHERE status = {{status}}"],
  ["SELECT id FROM shop.orders WHERE {{status}} = status"],
  ["SELECT id FROM shop.orders WHERE status = ANY ({{statuses}})"],
  ["SELECT id FROM shop.orders WHERE status = ANY ({{statuses}}::text[])"],
  ["SELECT id FROM shop.orders AS o WHERE o.status = {{status:open}}"],
  ["SELECT o.id FROM numbers AS n JOIN shop.orders AS o ON o.id = n.id AND o.status = {{status}}"],
  ["SELECT id FROM shop.orders WHERE shop.orders.status = {{status}}"],
  ["SELECT 1 FROM (SELECT id FROM shop.orders WHERE status = {{status}}) AS s"],
  ["WITH o AS (SELECT id FROM shop.orders WHERE status = {{status}}) SELECT * FROM o"],
  [
    "SELECT id FROM shop.orders AS o WHERE EXISTS (SELECT FROM numbers AS n WHERE n.id = o.id AND o.status = {{status}})",
  ],
  ["SELECT id FROM shop.orders WHERE status = {{status}} UNION ALL SELECT 1"],
  ["SELECT 1 UNION ALL SELECT id FROM shop.orders WHERE status = {{status}}"],
  [`SELECT 1 FROM "Odd ""name" WHERE "The Status" = {{status}}`],
])("what the column has, by its statistics: %s", async (sql) => {
  expect(await choices(sql)).toStrictEqual([STATUSES]);
});

test("each of IN's, and numbers as numbers", async () => {
  expect(await choices("SELECT id FROM shop.orders WHERE status IN ({{a}}, {{b}})")).toStrictEqual([
    STATUSES,
    STATUSES,
  ]);
  expect(await choices("SELECT id FROM shop.orders WHERE month = {{month}}")).toStrictEqual([
    { values: Array.from({ length: 12 }, (_, index) => String(index + 1)), from: "statistics" },
  ]);
});

test.each([
  ["SELECT id FROM shop.orders WHERE status <> {{status}}", "another operator"],
  ["SELECT id FROM shop.orders WHERE lower(status) = {{status}}", "no column"],
  ["SELECT id FROM shop.orders WHERE id = {{id}}", "too many values"],
  ["SELECT id FROM shop.orders WHERE long = {{long}}", "long values"],
  ["SELECT id FROM shop.guarded WHERE status = {{status}}", "rows that are hidden"],
  ["WITH orders AS (SELECT 'x' AS status) SELECT 1 FROM orders WHERE status = {{status}}", "a WITH query"],
  ["SELECT id FROM numbers AS orders WHERE name = {{name}}", "an alias"],
  ["SELECT {{n}}::int", "no comparison"],
])("no choices: %s (%s)", async (sql) => {
  expect(await choices(sql)).toStrictEqual([null]);
});

test("nothing of a column that the reader may not select", async () => {
  await expect(choices("SELECT id FROM shop.orders WHERE hidden = {{n}}")).resolves.toStrictEqual([null]);
});

test("nothing of what is in columns for those who are not to know", async () => {
  expect(await choices("SELECT id FROM shop.orders WHERE status = {{status}}", false)).toStrictEqual([null]);
});

test("the deepest tree that can be parsed is walked", async () => {
  const deep = `${"(".repeat(2000)}status = {{status}}${")".repeat(2000)}`;
  expect(await choices(`SELECT id FROM shop.orders WHERE ${deep}`)).toStrictEqual([STATUSES]);
});
