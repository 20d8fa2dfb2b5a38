import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

async function create(sql: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await server.request("/api/clips", {
    method: "POST",
    json: { database: "test", title: "Described", sql },
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe("the type of a parameter is PostgreSQL's", () => {
  test.each([
    ["SELECT {{x}}::int AS a", "integer"],
    ["SELECT {{x}} AS a", "text"],
    ["SELECT * FROM numbers WHERE id = {{x}}", "integer"],
    ["SELECT * FROM numbers WHERE moment >= {{x}}", "timestamp with time zone"],
    ["SELECT * FROM numbers WHERE amount BETWEEN {{x}} AND 9", "numeric"],
    ["SELECT * FROM numbers WHERE even = {{x}}", "boolean"],
    ["SELECT * FROM numbers WHERE id = ANY({{x}})", "integer[]"],
    ["SELECT * FROM numbers LIMIT {{x}}", "bigint"],
    ["SELECT {{x}}::mood AS a", "mood"],
    ["SELECT CAST({{x}} AS varchar(3)) AS a", "character varying"],
    ["SELECT {{x}}::interval AS a", "interval"],
    ["EXPLAIN SELECT * FROM numbers WHERE id = {{x}}", "integer"],
    ["VALUES ({{x}}::uuid)", "uuid"],
    ["WITH w AS (SELECT {{x}}::jsonb AS j) SELECT j FROM w", "jsonb"],
  ])("%s: %s", async (sql, type) => {
    expect(await create(sql)).toMatchObject({
      status: 201,
      body: { parameters: [{ name: "x", type, default: null }] },
    });
  });

  test("and they are in the order in which they first stand in the SQL", async () => {
    const { body } = await create("SELECT {{b:2026-01-01}}::date AS a, {{a}}::int AS b, {{b}} AS c, {{c: x y }} AS d");
    expect(body["parameters"]).toEqual([
      { name: "b", type: "date", default: "2026-01-01" },
      { name: "a", type: "integer", default: null },
      { name: "c", type: "text", default: "x y" },
    ]);
  });

  test("also when the type was made after the first clip was", async () => {
    await create("SELECT {{x}}::int AS a");
    await server.primary.query("CREATE TYPE colour AS ENUM ('red'); GRANT USAGE ON TYPE colour TO dataclips_reader");
    await server.catchUp();
    const { body } = await create("SELECT {{x}}::colour AS a");
    expect(body["parameters"]).toEqual([
      { name: "x", type: "colour", default: null, choices: { values: ["red"], from: "enum" } },
    ]);
  });
});

test("a type that cannot be told is an error that names the parameter, with a hint", async () => {
  const { status, body } = await create("SELECT 'é😀' AS a, {{x:1}}::int AS b, {{since}} IS NULL AS c");
  expect(status).toBe(422);
  const { error } = body as { error: { message: string } };
  expect(error).toEqual({
    code: "query_failed",
    message: expect.stringMatching(/could not determine (the )?data type of parameter/),
    hint: expect.stringMatching(/^Say the parameter's type: \{\{.+\}\}::date, for example\.$/),
    sqlstate: "42P18",
  });
  // The author has written {{since}}, and never heard of $2.
  expect(error.message).toContain("since");
  expect(error.message).not.toContain("$2");
});

test("two types for one parameter are an error with the place of the second", async () => {
  const sql = "SELECT {{x}}::int AS a, lower({{x}}) AS b";
  expect(await create(sql)).toEqual({
    status: 422,
    body: {
      error: {
        code: "query_failed",
        message: "function lower(integer) does not exist",
        hint: expect.stringContaining("explicit type casts"),
        position: sql.indexOf("lower") + 1,
        sqlstate: "42883",
      },
    },
  });
});

test("describing executes nothing, and leaves no session busy", async () => {
  expect(await create("SELECT pg_sleep(600), {{x}}::int AS x")).toMatchObject({ status: 201 });
  await until(async () => (await server.busySessions()).length === 0);
  const { rows } = await server.own.query("SELECT count(*)::int AS count FROM runs");
  expect(rows).toEqual([{ count: 0 }]);
});

test("a clip without a parameter has none, and its names are checked all the same", async () => {
  expect(await create("SELECT 1 AS one")).toMatchObject({ status: 201, body: { parameters: [] } });
  expect(await create("SELECT nothing FROM numbers")).toMatchObject({
    status: 422,
    body: { error: { code: "query_failed", sqlstate: "42703", position: 8 } },
  });
});
