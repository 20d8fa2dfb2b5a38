import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
afterEach(() => until(async () => (await server.busySessions()).length === 0));

/** The rows of a clip's result, its parameters given in the address. */
async function getRows(slug: string, query: string): Promise<unknown[][]> {
  const response = await server.request(`/clips/${slug}.json${query}`);
  const body = (await response.json()) as { values: unknown[][] };
  expect(body).toHaveProperty("values");
  return body.values;
}

async function getError(slug: string, query: string): Promise<{ status: number; error: unknown }> {
  const response = await server.request(`/clips/${slug}.json${query}`);
  return { status: response.status, ...((await response.json()) as { error: unknown }) };
}

async function postRun(slug: string, body: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await server.request(`/api/clips/${slug}/runs`, { method: "POST", json: body });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe("a value", () => {
  test.each([
    ["'; DROP TABLE app.canary; --"],
    ["' OR 1=1 --"],
    ["$1 $2 {{x}} \\' \" ' $$ /* */"],
    ["2020-01-01'--"],
    [""],
    [" two\nlines\t\r\n"],
    ["😀é漢\u202e\uffff"],
    ["NULL"],
    ["%25 + & ="],
  ])("is bound, never spliced: %j", async (value) => {
    const clip = await server.createClip(
      "SELECT {{x}}::text AS x, length({{x}}::text) AS length, {{x}} IS NULL AS nil",
    );
    const rows = await getRows(clip.slug, `?x=${encodeURIComponent(value)}`);
    expect(rows).toEqual([[value, Array.from(value).length, false]]);
    expect((await server.primary.query("SELECT id, note FROM app.canary")).rows).toEqual([{ id: 1, note: "alive" }]);
  });

  test("compares as data in a WHERE", async () => {
    const clip = await server.createClip("SELECT count(*) FROM numbers WHERE name = {{name}}");
    expect(await getRows(clip.slug, `?name=${encodeURIComponent("name 7")}`)).toEqual([[1]]);
    expect(await getRows(clip.slug, `?name=${encodeURIComponent("name 7' OR 'a' = 'a")}`)).toEqual([[0]]);
  });

  test("is the same wherever its name stands", async () => {
    const clip = await server.createClip("SELECT {{n}}::int AS a, {{n}} + {{m:1}} AS b, {{n}} * {{m}} AS c");
    expect(clip.parameters).toEqual([
      { name: "n", type: "integer", default: null },
      { name: "m", type: "integer", default: "1" },
    ]);
    expect(await getRows(clip.slug, "?n=20&m=3")).toEqual([[20, 23, 60]]);
  });

  test("may be of any type that PostgreSQL reads from text", async () => {
    const clip = await server.createClip(
      `SELECT {{i}}::bigint + 0 AS i, {{t}}::timestamptz AS t, {{a}}::int[] AS a, {{j}}::jsonb AS j, {{b}}::bool AS b,
              {{m}}::mood AS m, {{u}}::uuid AS u, {{r}}::int4range AS r, {{x}}::bytea AS x`,
    );
    const values = {
      i: "9007199254740993",
      t: "2026-11-22 13:00+02",
      a: "{1,NULL,3}",
      j: '{"k": [1, null]}',
      b: "yes",
      m: "happy",
      u: "00000000-0000-4000-8000-00000000000A",
      r: "[1,5]",
      x: "\\x00ff",
    };
    const response = await server.request(`/clips/${clip.slug}.csv?${new URLSearchParams(values)}`);
    expect((await response.text()).split("\n")[1]).toBe(
      '9007199254740993,2026-11-22 11:00:00+00,"{1,NULL,3}","{""k"": [1, null]}",t,happy,' +
        '00000000-0000-4000-8000-00000000000a,"[1,6)",\\x00ff',
    );
  });
});

describe("the API's body", () => {
  test("takes numbers, booleans and null", async () => {
    const clip = await server.createClip(
      "SELECT {{i}}::int AS i, {{n}}::numeric AS n, {{b}}::bool AS b, {{t}}::text IS NULL AS nil",
    );
    const parameters = { i: -7, n: 1e21, b: true, t: null };
    const { status, body } = await postRun(clip.slug, { parameters, wait: true });
    expect({ status, ...body }).toMatchObject({
      status: 200,
      state: "done",
      parameters: { i: "-7", n: "1e+21", b: "true", t: null },
      result: 1,
    });
    const result = await server.request(`/clips/${clip.slug}.csv?result=1`);
    expect(await result.text()).toBe("i,n,b,nil\n-7,1000000000000000000000,t,t\n");
  });

  test("gives NULL even where there is a default", async () => {
    const clip = await server.createClip("SELECT {{t:fallback}}::text AS t");
    const { body } = await postRun(clip.slug, { parameters: { t: null }, wait: true });
    const result = await server.request(`/clips/${clip.slug}.json?result=${String(body["result"])}`);
    expect(((await result.json()) as { values: unknown }).values).toEqual([[null]]);
  });

  test.each([[{ x: [1] }], [{ x: { a: 1 } }], [["x"]], ["x"]])("refuses %j as parameters", async (parameters) => {
    const clip = await server.createClip("SELECT {{x}}::text AS x");
    const { status, body } = await postRun(clip.slug, { parameters });
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: { code: "invalid_request", message: expect.stringContaining("parameters") } });
  });

  test("is checked before a run is made of it", async () => {
    const clip = await server.createClip("SELECT {{x}}::int AS x");
    expect(await postRun(clip.slug, { parameters: { y: 1 } })).toMatchObject({
      status: 400,
      body: { error: { code: "invalid_parameter", message: 'This clip has no parameter "y".' } },
    });
    expect(await postRun(clip.slug, {})).toMatchObject({
      status: 400,
      body: { error: { code: "invalid_parameter", message: 'The parameter "x" has no value.' } },
    });
    expect((await server.own.query("SELECT FROM runs WHERE clip_id = $1", [clip.id])).rowCount).toBe(0);
  });

  test("names a wrong value in the run's error", async () => {
    const clip = await server.createClip("SELECT {{a}}::int AS a, {{day}}::date AS day");
    const { status, body } = await postRun(clip.slug, { parameters: { a: 1, day: "tomorrowish" }, wait: true });
    expect({ status, ...body }).toMatchObject({
      status: 400,
      state: "failed",
      result: null,
      error: { code: "invalid_parameter", sqlstate: "22007", message: expect.stringContaining('"day"') },
    });
  });
});

describe("what is wrong", () => {
  test.each([
    ["{{x}}::int", "ten", "22P02", 'invalid input syntax for type integer: "ten"'],
    ["{{x}}::int", "99999999999", "22003", 'value "99999999999" is out of range for type integer'],
    ["{{x}}::int", "", "22P02", 'invalid input syntax for type integer: ""'],
    ["{{x}}::date", "2026-02-30", "22008", 'date/time field value out of range: "2026-02-30"'],
    ["{{x}}::mood", "grumpy", "22P02", 'invalid input value for enum mood: "grumpy"'],
    ["{{x}}::jsonb", "{", "22P02", "invalid input syntax for type json"],
    ["{{x}}::int[]", "{1,b}", "22P02", 'invalid input syntax for type integer: "b"'],
    ["{{x}}::uuid", "'; --", "22P02", 'invalid input syntax for type uuid: "\'; --"'],
    ["{{x}}::positive", "-1", "23514", 'value for domain positive violates check constraint "positive_check"'],
  ])("a value that is no %s: %j", async (expression, value, sqlstate, message) => {
    const clip = await server.createClip(`SELECT {{first:1}}::int AS a, ${expression} AS b`);
    expect(await getError(clip.slug, `?x=${encodeURIComponent(value)}`)).toMatchObject({
      status: 400,
      error: { code: "invalid_parameter", message: `The parameter "x" is wrong: ${message}`, sqlstate },
    });
  });

  test("an error of the query itself is not a parameter's", async () => {
    const clip = await server.createClip("SELECT 1 / {{x}}::int AS a");
    expect(await getError(clip.slug, "?x=0")).toEqual({
      status: 422,
      error: { code: "query_failed", message: "division by zero", sqlstate: "22012" },
    });
  });

  test("a missing value", async () => {
    const clip = await server.createClip("SELECT {{first:1}}::int AS a, {{second}}::int AS b");
    expect(await getError(clip.slug, "")).toEqual({
      status: 400,
      error: {
        code: "invalid_parameter",
        message: 'The parameter "second" has no value.',
        hint: "Give it one, such as ?second=…, or write a default into the SQL: {{second:…}}.",
      },
    });
    expect(await getRows(clip.slug, "?second=2")).toEqual([[1, 2]]);
    expect(await getRows(clip.slug, "?second=2&first=3")).toEqual([[3, 2]]);
  });

  test("an unknown name, which is a typing error more often than not", async () => {
    const clip = await server.createClip("SELECT {{start}}::int AS a, {{end_:2}}::int AS b");
    expect(await getError(clip.slug, "?Start=1")).toEqual({
      status: 400,
      error: {
        code: "invalid_parameter",
        message: 'This clip has no parameter "Start".',
        hint: "Its parameters are: start, end_.",
      },
    });
    const plain = await server.createClip("SELECT 1 AS one");
    for (const name of ["x", "constructor", "toString", "hasOwnProperty"]) {
      expect(await getError(plain.slug, `?${name}=1`)).toMatchObject({
        status: 400,
        error: { code: "invalid_parameter", hint: "It has none at all." },
      });
    }
  });

  test("a name that is given twice", async () => {
    const clip = await server.createClip("SELECT {{x}}::int AS x");
    expect(await getError(clip.slug, "?x=1&x=2")).toMatchObject({
      status: 400,
      error: { code: "invalid_request", message: "x is given twice in the address." },
    });
    expect(await getError(clip.slug, "?x=1&%78=1")).toMatchObject({ status: 400 });
  });

  test.each(["a%00b", "%00"])("a value with NUL: %s", async (value) => {
    const clip = await server.createClip("SELECT {{x}}::text AS x");
    expect(await getError(clip.slug, `?x=${value}`)).toMatchObject({
      status: 400,
      error: { code: "invalid_parameter", message: 'The value of "x" is not text that PostgreSQL can hold.' },
    });
  });

  test("half of a character, or a NUL, in the API's body", async () => {
    const clip = await server.createClip("SELECT {{x}}::text AS x");
    for (const x of ["\ud83d", "a\0"]) {
      expect(await postRun(clip.slug, { parameters: { x } })).toMatchObject({
        status: 400,
        body: { error: { code: "invalid_parameter", message: expect.stringContaining('"x"') } },
      });
    }
  });
});

test("names that caches and mail programs add are left out", async () => {
  const clip = await server.createClip("SELECT {{x:1}}::int AS x");
  const query = "?_=1732282828&utm_source=mail&utm_medium=a&utm_source=again&_x=2";
  expect(await getRows(clip.slug, query)).toEqual([[1]]);
  expect(await getRows(clip.slug, `${query}&x=5`)).toEqual([[5]]);
});

test("a result is kept for its own values only", async () => {
  const clip = await server.createClip("SELECT {{a:1}}::text AS a, {{b:2}}::text AS b", { max_age_seconds: 3600 });
  expect(await getRows(clip.slug, "?a=x&b=y")).toEqual([["x", "y"]]);
  expect(await getRows(clip.slug, "?a=y&b=x")).toEqual([["y", "x"]]);
  expect(await getRows(clip.slug, "?b=y&a=x")).toEqual([["x", "y"]]);
  expect(await getRows(clip.slug, "")).toEqual([["1", "2"]]);
  expect(await getRows(clip.slug, "?a=1")).toEqual([["1", "2"]]);
  const { rows } = await server.own.query("SELECT parameters FROM runs WHERE clip_id = $1 ORDER BY created_at", [
    clip.id,
  ]);
  expect(rows.map((row) => row.parameters)).toEqual([
    { a: "x", b: "y" },
    { a: "y", b: "x" },
    { a: "1", b: "2" },
  ]);
});
