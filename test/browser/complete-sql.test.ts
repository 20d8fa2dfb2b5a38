import { expect, test } from "vitest";
import type { SchemaFacts } from "../../src/databases/read-schema.ts";
import { completeSql } from "../../views/browser/complete-sql.ts";
import { narrowOptions } from "../../views/browser/narrow-options.ts";
import { indexSchema } from "../../views/browser/schema-index.ts";

const column = (name: string, type = "integer", comment: string | null = null) => ({
  name,
  type,
  nullable: true,
  comment,
});

const SCHEMAS: SchemaFacts[] = [
  {
    name: "public",
    comment: null,
    relations: [
      {
        name: "orders",
        kind: "table",
        comment: "One row an order.",
        rows: 12_345,
        columns: [column("id"), column("amount", "numeric(8,2)", "In euros."), column("Odd One", "text")],
      },
      { name: "customers", kind: "view", comment: null, rows: null, columns: [column("id"), column("name", "text")] },
    ],
    functions: [
      {
        name: "tax",
        kind: "function",
        arguments: "amount numeric",
        result: "numeric",
        comment: "The tax.",
        helper: true,
      },
      { name: "tax", kind: "function", arguments: "id integer", result: "numeric", comment: null, helper: false },
    ],
  },
  {
    name: "sales",
    comment: "What was sold.",
    relations: [{ name: "order", kind: "table", comment: null, rows: null, columns: [column("x"), column("Y")] }],
    functions: [
      { name: "total", kind: "aggregate", arguments: "integer", result: "integer", comment: null, helper: false },
    ],
  },
];
const INDEX = indexSchema(SCHEMAS);

/** What is offered at the `|` of a query when it is asked for. */
function ask(query: string, explicit = true) {
  const position = query.indexOf("|");
  return completeSql(query.replace("|", ""), position, INDEX, explicit);
}
const labels = (query: string): string[] | undefined => ask(query)?.options.map(({ label }) => label);
const find = (query: string, label: string) => ask(query)?.options.find((option) => option.label === label);

test.each([
  ["an alias", "SELECT o.| FROM orders AS o", ["id", "amount", "Odd One"]],
  ["an alias without AS", "SELECT o.|\nFROM orders o", ["id", "amount", "Odd One"]],
  ["a quoted alias", 'SELECT "O".| FROM orders "O"', ["id", "amount", "Odd One"]],
  ["an alias in other letters", "SELECT ORD.| FROM Orders Ord", ["id", "amount", "Odd One"]],
  ["a table's own name", "SELECT customers.| FROM customers", ["id", "name"]],
  ["the second of two", "SELECT * FROM orders o JOIN customers c ON o.id = c.|", ["id", "name"]],
  ["one after a comma", "SELECT c.| FROM orders o, customers c", ["id", "name"]],
  ["a table with its schema", 'SELECT t.| FROM sales."order" t', ["x", "Y"]],
  ["a schema", "SELECT * FROM sales.|", ["order", "total"]],
  ["a schema and a table", "SELECT sales.order.| FROM sales.order", ["x", "Y"]],
  ["WITH", "WITH a AS (SELECT id, amount AS total, count(*) FROM orders) SELECT a.| FROM a", ["id", "total", "count"]],
  ["WITH and names", "WITH a (m, n) AS (SELECT 1, 2) SELECT a.| FROM a", ["m", "n"]],
  ["WITH of WITH", "WITH a AS (SELECT 1 AS one), b AS MATERIALIZED (SELECT * FROM a) SELECT b.| FROM b", ["one"]],
  ["WITH RECURSIVE in itself", "WITH RECURSIVE t AS (SELECT id FROM orders UNION SELECT t.| FROM t) SELECT", ["id"]],
  ["a subquery", "SELECT s.| FROM (SELECT o.*, 1 AS one FROM orders o) s", ["id", "amount", "Odd One", "one"]],
  ["named columns", "SELECT s.| FROM orders AS s (a, b)", ["a", "b", "Odd One"]],
  [
    "the query around",
    "SELECT 1 FROM orders o WHERE EXISTS (SELECT FROM customers c WHERE c.id = o.|)",
    ["id", "amount", "Odd One"],
  ],
  ["LATERAL", "SELECT 1 FROM orders o, LATERAL (SELECT o.|) x", ["id", "amount", "Odd One"]],
  ["a function's arguments", "SELECT greatest(o.|, 3) FROM orders o", ["id", "amount", "Odd One"]],
  ["the second part of a UNION", "SELECT a.id FROM orders a UNION SELECT a.| FROM customers a", ["id", "name"]],
  ["the second of two statements", "SELECT a.id FROM orders a; SELECT a.| FROM customers a", ["id", "name"]],
  ["past a string and a comment", "SELECT o.| /* ( ; */, ')' -- (\n FROM orders o", ["id", "amount", "Odd One"]],
  [
    "past a dollar quote and a parameter",
    "SELECT o.|, $x$ ( $x$ FROM orders o WHERE {{a:(}}",
    ["id", "amount", "Odd One"],
  ],
  ["IS DISTINCT FROM", "SELECT 1 FROM orders o WHERE o.id IS DISTINCT FROM o.|", ["id", "amount", "Odd One"]],
])("after a dot: %s", (_, query, expected) => {
  expect(labels(query)).toStrictEqual(expected);
});

test.each([
  ["a string", "SELECT 'o| FROM orders o"],
  ["a comment", "SELECT 1 -- o|"],
  ["a parameter", "SELECT {{o|}} FROM orders o"],
  ["the name of a column", "SELECT id AS n|"],
  ["the name of WITH", "WITH o|"],
  ["an alias that there is not", "SELECT zzz.| FROM orders o"],
  ["a subquery that does not see what is beside it", "SELECT 1 FROM orders o, (SELECT o.|) x"],
])("nothing is offered in %s", (_, query) => {
  expect(ask(query)).toBe(null);
});

test("FROM takes tables and views, those of other schemas by their full names, and WITH", () => {
  const offered = labels("WITH a AS (SELECT 1) SELECT * FROM |")!;
  expect(offered.slice(0, 4)).toStrictEqual(["a", "orders", "customers", "sales.order"]);
  expect(labels("SELECT * FROM orders o JOIN o|")).toContain("customers");
  expect(labels("SELECT * FROM orders o, c|")).toContain("customers");
  expect(find("SELECT * FROM |", "orders")).toMatchObject({
    type: "class",
    detail: "table, 12,345 rows",
    info: "One row an order.",
  });
  expect(find("SELECT * FROM |", "customers")).toMatchObject({ type: "interface", detail: "view" });
});

test("an expression takes columns with their types and comments, functions and aliases", () => {
  expect(find("SELECT a| FROM orders", "amount")).toMatchObject({ detail: "numeric(8,2)", info: "In euros." });
  expect(find("SELECT | FROM orders o", "o")).toMatchObject({ detail: "alias" });
  expect(labels("SELECT | FROM orders o")).toContain("date_trunc");
  // Not yet known from where: any column will do.
  expect(find("SELECT am|", "amount")).toMatchObject({ detail: "in orders" });
  // One that two have is written with its source, or PostgreSQL would not know which is meant.
  const both = labels("SELECT i| FROM orders o JOIN customers c ON true")!;
  expect(both.filter((label) => label.endsWith("id"))).toStrictEqual(["o.id", "c.id"]);
});

test("functions are one for all their forms, with comments; helpers are marked", () => {
  expect(find("SELECT t|", "tax")).toMatchObject({
    type: "helper",
    detail: "helper, 2 forms",
    info: "tax(amount numeric) → numeric\nThe tax.\n\ntax(id integer) → numeric",
  });
  expect(find("SELECT t|", "sales.total")).toMatchObject({ type: "function", detail: "integer" });
});

test("names are quoted where PostgreSQL needs it, and where a quote was begun", () => {
  expect(find("SELECT o.| FROM orders o", "Odd One")).toMatchObject({ apply: '"Odd One"' });
  expect(find("SELECT * FROM |", "sales.order")).toMatchObject({ apply: 'sales."order"' });
  expect(find("SELECT * FROM sales.|", "order")).toMatchObject({ apply: '"order"' });
  const begun = ask('SELECT * FROM orders o WHERE o."O|')!;
  expect(begun.from).toBe(32);
  expect(begun.options.find(({ label }) => label === "Odd One")).toMatchObject({ apply: 'Odd One"' });
  expect(ask('SELECT * FROM orders o WHERE o."O|"')!.options[2]).toMatchObject({ apply: "Odd One" });
});

test("keywords come in the case in which they are begun, and after a value nothing else does", () => {
  expect(labels("sel|")).toContain("select");
  expect(labels("SEL|")).toContain("SELECT");
  expect(labels("SELECT * FROM orders WH|")).toContain("WHERE");
  expect(labels("SELECT * FROM orders WH|")).not.toContain("amount");
  // One letter there is an alias more often than not: Enter has to be a new line.
  expect(ask("SELECT * FROM orders o|", false)).toBe(null);
  expect(ask("SELECT |", false)).toBe(null);
  expect(labels("SELECT 1::|")).toContain("timestamptz");
  expect(labels("SELECT CAST(1 AS |)")).toContain("numeric");
});

test("of a long list those that fit best are left, the nearest first", () => {
  const options = Array.from({ length: 10_000 }, (_, n) => ({ label: `s.table_${n}` }));
  const narrowed = narrowOptions([...options, { label: "able_9" }, { label: "a_b_l_e_9" }], "able_9");
  expect(narrowed[0]).toStrictEqual({ label: "able_9" });
  expect(narrowed[1]).toStrictEqual({ label: "s.table_9" });
  expect(narrowed.length).toBe(300);
  expect(narrowOptions(options, "t99x")).toStrictEqual([]);
});

test("what PostgreSQL could be sent and what nobody can read both end", () => {
  const pieces = [
    "(",
    ")",
    "SELECT ",
    "FROM ",
    "WITH ",
    "a",
    ".",
    ",",
    '"',
    "'",
    " AS ",
    "{{",
    "$$",
    "JOIN ",
    ";",
    "*",
    "é🙂",
    "\n",
  ];
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  let answered = 0;
  for (let count = 0; count < 3_000; count++) {
    const query = Array.from({ length: random(25) }, () => pieces[random(pieces.length)]).join("");
    const position = random(query.length + 1);
    const found = completeSql(query, position, INDEX, true);
    expect(found === null || found.from <= position).toBe(true);
    if (found) answered++;
  }
  expect(answered).toBeGreaterThan(500);
});
