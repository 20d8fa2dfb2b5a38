import { beforeAll, expect, test } from "vitest";
import { loadGate } from "../../src/runs/gate.ts";
import { tablesRead } from "../../src/runs/tables-read.ts";

beforeAll(() => loadGate());

/** Tables as `schema.name`, or `name`. */
const read = (sql: string): string[] =>
  tablesRead(sql).map(({ schema, name }) => (schema === null ? name : `${schema}.${name}`));

test.each<[sql: string, tables: string[]]>([
  ["SELECT 1", []],
  ["SELECT * FROM orders", ["orders"]],
  ["TABLE public.orders", ["public.orders"]],
  ["SELECT * FROM b, a JOIN c USING (id), b AS again", ["b", "a", "c"]],
  ["EXPLAIN SELECT * FROM orders", ["orders"]],
  ["SELECT (SELECT max(id) FROM items) FROM orders WHERE id IN (SELECT id FROM paid)", ["items", "orders", "paid"]],
  ["SELECT 1 FROM a UNION ALL (SELECT 1 FROM b INTERSECT SELECT 1 FROM c)", ["a", "b", "c"]],
  // Names: folded without quotes, as they are with them.
  ['SELECT * FROM Orders, "Orders", PUBLIC.ORDERS', ["orders", "Orders", "public.orders"]],
  ['SELECT * FROM "a""b.c"', ['a"b.c']],
  ['SELECT * FROM U&"\\006frders"', ["orders"]],
  // What only looks like a table.
  ["SELECT 'FROM orders' AS orders -- FROM orders\n", []],
  ["SELECT orders.a FROM generate_series(1, 2) AS orders(a)", []],
  ["SELECT '{{day:orders}}'::text WHERE {{orders:1}}::int = 1", []],
  // WITH queries hide tables, where they can be seen.
  ["WITH orders AS (SELECT 1) SELECT * FROM orders", []],
  ["WITH orders AS (SELECT * FROM orders) SELECT * FROM orders", ["orders"]],
  ["WITH orders AS (SELECT 1) SELECT * FROM public.orders", ["public.orders"]],
  ["WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 3) SELECT * FROM t", []],
  ["WITH a AS (SELECT * FROM b), b AS (SELECT * FROM a) SELECT * FROM b", ["b"]],
  ["WITH RECURSIVE a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a", []],
  ["SELECT * FROM (WITH orders AS (SELECT 1) SELECT * FROM orders) AS s, orders", ["orders"]],
  ["WITH orders AS (SELECT 1) SELECT (SELECT count(*) FROM orders) FROM (SELECT * FROM orders) AS s", []],
  ["WITH a AS (WITH b AS (SELECT * FROM c) SELECT * FROM b) SELECT * FROM a, b", ["c", "b"]],
  ["WITH orders AS (SELECT 1) SELECT 1 UNION SELECT * FROM orders", []],
  // What does not parse.
  ["SELECT * FROM", []],
  ["SELECT {{ FROM orders", []],
  ["", []],
])("the tables that %s reads", (sql, tables) => {
  expect(read(sql)).toStrictEqual(tables);
  // And again, from what is kept.
  expect(read(sql)).toStrictEqual(tables);
});

test("SQL as deeply nested as the gate lets through is walked", () => {
  const sql = `SELECT ${"(".repeat(500)}1${")".repeat(500)} FROM orders WHERE ${"NOT ".repeat(500)} true`;
  expect(read(sql)).toStrictEqual(["orders"]);
});
