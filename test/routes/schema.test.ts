import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../support/test-server.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  await server.primary.query(`
    CREATE SCHEMA sales;
    COMMENT ON SCHEMA sales IS 'What was sold.';
    CREATE TABLE sales.orders (id int PRIMARY KEY, amount numeric(8, 2), note text, hidden text);
    COMMENT ON TABLE sales.orders IS 'One row an <order>.';
    COMMENT ON COLUMN sales.orders.amount IS 'In euros.';
    CREATE TABLE sales.parts (id int) PARTITION BY RANGE (id);
    CREATE TABLE sales.parts_1 PARTITION OF sales.parts FOR VALUES FROM (1) TO (9);
    CREATE VIEW sales.totals AS SELECT sum(amount) AS total FROM sales.orders;
    COMMENT ON VIEW sales.totals IS '{"clip" : "abc", "version" : 1, "refreshed_at" : "2026-11-22T20:23:51.314Z"}';
    CREATE TABLE sales.secret (id int);
    CREATE SCHEMA closed; CREATE TABLE closed.away (id int);
    CREATE FUNCTION sales.tax(amount numeric, rate numeric DEFAULT 0.19) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT 1.0';
    COMMENT ON FUNCTION sales.tax IS E'The tax.\\ndataclips helper 0123456789abcdef 0123456789abcdef';
    CREATE FUNCTION sales.inner_one() RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE AGGREGATE sales.summed(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
    CREATE PROCEDURE sales.work() LANGUAGE sql AS 'SELECT 1';
    REVOKE EXECUTE ON FUNCTION sales.inner_one() FROM PUBLIC;
    GRANT USAGE ON SCHEMA sales TO dataclips_reader;
    GRANT SELECT ON sales.parts, sales.parts_1, sales.totals TO dataclips_reader;
    GRANT SELECT (id, amount, note) ON sales.orders TO dataclips_reader;
    GRANT EXECUTE ON FUNCTION sales.tax(numeric, numeric), sales.summed(int) TO dataclips_reader;
    INSERT INTO sales.orders SELECT i, i, 'n' FROM generate_series(1, 42) AS i; ANALYZE sales.orders`);
  await server.catchUp();
});
afterAll(() => server.close());

test("the schema is what the reader may use, with comments, types and estimates", async () => {
  const response = await server.request("/api/databases/test/schema");
  const { database, schemas } = (await response.json()) as { database: string; schemas: { name: string }[] };
  expect(database).toBe("test");
  expect(schemas.map(({ name }) => name)).toEqual(["app", "public", "sales"]);
  expect(schemas[2]).toEqual({
    name: "sales",
    comment: "What was sold.",
    relations: [
      {
        name: "orders",
        kind: "table",
        comment: "One row an <order>.",
        rows: 42,
        columns: [
          { name: "id", type: "integer", nullable: false, comment: null },
          { name: "amount", type: "numeric(8,2)", nullable: true, comment: "In euros." },
          { name: "note", type: "text", nullable: true, comment: null },
        ],
      },
      {
        name: "parts",
        kind: "partitioned table",
        comment: null,
        rows: null,
        columns: [{ name: "id", type: "integer", nullable: true, comment: null }],
      },
      {
        name: "totals",
        kind: "view",
        comment: null,
        rows: null,
        columns: [{ name: "total", type: "numeric", nullable: true, comment: null }],
      },
    ],
    functions: [
      { name: "summed", kind: "aggregate", arguments: "integer", result: "integer", comment: null, helper: false },
      {
        name: "tax",
        kind: "function",
        arguments: "amount numeric, rate numeric DEFAULT 0.19",
        result: "numeric",
        comment: "The tax.",
        helper: true,
      },
    ],
  });
});

test("the page shows it, and a search finds by name, column and comment", async () => {
  const page = async (query: string): Promise<string> =>
    (await server.request(`/databases/test/schema${query}`)).text();
  const all = await page("");
  expect(all).toContain("One row an &lt;order&gt;.");
  expect(all).toContain("sales.tax(amount numeric, rate numeric DEFAULT 0.19) → numeric");
  expect(all).not.toMatch(/closed|inner_one|dataclips helper|&quot;clip&quot;/);
  expect(all).toMatch(/sales\/secret">secret<\/a><span class="note unreadable"> not readable by clips/);
  expect(await page("?q=euros+ORDERS")).toMatch(/sales\/orders".*<code>amount<\/code>/);
  expect(await page("?q=euros+ORDERS")).not.toMatch(/sales\/totals|sales\.tax/);
  expect(await page("?q=the+tax")).toMatch(/sales\.tax/);
  expect(await page("?q=%3Cb%3Enothing")).toContain("Nothing here has “&lt;b&gt;nothing”");
});

test("a database that there is not is not found, with those that there are", async () => {
  const response = await server.request("/api/databases/shop/schema");
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ error: { hint: "The databases are: test." } });
});
