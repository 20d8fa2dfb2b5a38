import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openSpools } from "../results/compare/open-spools.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { type SignedInBrowser, signInBrowser } from "./sign-in-browser.ts";

let server: TestServer;
let browser: SignedInBrowser;
let people: string;
beforeAll(async () => {
  server = await startTestServer({ maxRows: 500 });
  browser = await signInBrowser(server);
  await server.primary.query("CREATE TABLE people (id int, name text, age int); GRANT SELECT ON people TO PUBLIC");
  await setPeople("(1, 'Ann', 30), (2, 'Bob', NULL), (3, 'Zoë', 50)");
  people = (await server.createClip("SELECT id, name, age FROM people ORDER BY id", { title: "People" })).slug;
  await run(people);
  await setPeople("(1, 'Ann', 30), (3, 'Zoë, \"Z\"', 51), (4, '', NULL), (5, '=1', 1)");
  await run(people);
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(() => server.close());

async function setPeople(values: string): Promise<void> {
  await server.primary.query(`TRUNCATE people; INSERT INTO people VALUES ${values}`);
  await server.catchUp();
}

/** Runs a clip anew; returns the result's number. */
async function run(slug: string, fields: Record<string, unknown> = {}): Promise<number> {
  const response = await server.request(`/api/clips/${slug}/runs`, { method: "POST", json: { wait: true, ...fields } });
  const { state, result } = (await response.json()) as { state: string; result: number };
  expect(state).toBe("done");
  return result;
}

async function compare(slug: string, query: string): Promise<{ status: number; body: any }> {
  const response = await server.request(`/api/clips/${slug}/compare?${query}`);
  return { status: response.status, body: await response.json() };
}

async function compareCsv(slug: string, query: string): Promise<{ headers: Headers; text: string }> {
  const response = await server.request(`/api/clips/${slug}/compare.csv?${query}`);
  const text = Buffer.from(await response.arrayBuffer()).toString();
  expect([response.status, response.status === 200 ? "" : text]).toStrictEqual([200, ""]);
  return { headers: response.headers, text };
}

async function page(path: string, status = 200): Promise<string> {
  const response = await browser.get(path);
  const html = await response.text();
  expect([response.status, html.slice(0, 15)]).toStrictEqual([status, "<!doctype html>"]);
  return html;
}

test("the API says what was compared, by which key, the counts and the differences", async () => {
  const { status, body } = await compare(people, "from=1&to=2");
  expect(status).toBe(200);
  expect(body).toStrictEqual({
    from: {
      ...{ number: 1, version: 1, database: "test", parameters: {}, row_count: 3, truncated: false },
      started_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    },
    to: {
      ...{ number: 2, version: 1, database: "test", parameters: {}, row_count: 4, truncated: false },
      started_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    },
    truncated: { from: false, to: false },
    key: { columns: ["id"], guessed: true },
    counts: { added: 2, removed: 1, changed: 1, same: 1 },
    fields: ["id", "name", "age"],
    differences: [
      { change: "removed", from_row: 2, to_row: null, row: ["2", "Bob", null] },
      {
        ...{ change: "changed", from_row: 3, to_row: 2, row: ["3", 'Zoë, "Z"', "51"] },
        changes: [
          { column: "name", from: "Zoë", to: 'Zoë, "Z"' },
          { column: "age", from: "50", to: "51" },
        ],
      },
      { change: "added", from_row: null, to_row: 3, row: ["4", "", null] },
      { change: "added", from_row: null, to_row: 4, row: ["5", "=1", "1"] },
    ],
    more: 0,
  });
});

test("a key can be chosen, in one name or several, or be the whole row", async () => {
  const keyed = async (query: string) => {
    const { key, counts } = (await compare(people, `from=1&to=2&${query}`)).body;
    return [key, counts];
  };
  const byId = { added: 2, removed: 1, changed: 1, same: 1 };
  const byAll = { added: 3, removed: 2, changed: 0, same: 1 };
  expect(await keyed("key=id")).toStrictEqual([{ columns: ["id"], guessed: false }, byId]);
  expect(await keyed("key=name,id")).toStrictEqual([{ columns: ["id", "name"], guessed: false }, byAll]);
  expect(await keyed("key=name&key=id")).toStrictEqual([{ columns: ["id", "name"], guessed: false }, byAll]);
  expect(await keyed("key=*")).toStrictEqual([{ columns: [], guessed: false }, byAll]);
  expect(await keyed("key=")).toStrictEqual([{ columns: ["id"], guessed: true }, byId]);
  expect((await compare(people, "from=2&to=1&key=id")).body.counts).toStrictEqual({ ...byId, added: 1, removed: 2 });
});

test("the CSV has all differences: a changed row is two lines", async () => {
  const { headers, text } = await compareCsv(people, "from=1&to=2");
  expect(text).toBe(
    [
      "change,id,name,age",
      "removed,2,Bob,",
      "changed-from,3,Zoë,50",
      'changed-to,3,"Zoë, ""Z""",51',
      'added,4,"",',
      "added,5,=1,1",
      "",
    ].join("\n"),
  );
  expect(Object.fromEntries(headers)).toMatchObject({
    "content-type": "text/csv; charset=utf-8; header=present",
    "content-disposition": 'attachment; filename="people-1-to-2.csv"',
    "x-truncated": "false",
    "x-key": "id",
    "x-added": "2",
    "x-removed": "1",
    "x-changed": "1",
    "x-same": "1",
  });
  const semicolons = await compareCsv(people, "from=1&to=2&delimiter=;&bom=1&escape_formulas=1&key=*");
  expect(semicolons.headers.get("x-key")).toBe("*");
  expect(semicolons.text).toBe(
    [
      "\uFEFFchange;id;name;age",
      "removed;2;Bob;",
      'added;3;"Zoë, ""Z""";51',
      "removed;3;Zoë;50",
      'added;4;"";',
      "added;5;'=1;1",
      "",
    ].join("\n"),
  );
});

test("the first hundred differences are in the answer, all in the CSV", async () => {
  const { slug } = await server.createClip("SELECT n, {{by}}::int * n AS product FROM generate_series(1, 300) AS n");
  await run(slug, { parameters: { by: 1 } });
  await run(slug, { parameters: { by: 2 } });
  const { body } = await compare(slug, "from=1&to=2");
  expect(body.counts).toStrictEqual({ added: 0, removed: 0, changed: 300, same: 0 });
  expect([body.differences.length, body.more]).toStrictEqual([100, 200]);
  expect(body.differences[99]).toMatchObject({ from_row: 100, row: ["100", "200"] });
  expect([body.from.parameters, body.to.parameters]).toStrictEqual([{ by: "1" }, { by: "2" }]);
  const lines = (await compareCsv(slug, "from=1&to=2")).text.trimEnd().split("\n");
  expect(lines).toHaveLength(601);
  expect(lines.slice(-2)).toStrictEqual(["changed-from,300,300", "changed-to,300,600"]);
  const html = await page(`/clips/${slug}/compare?from=1&to=2`);
  expect(html).toContain("the first 100 differences are shown");
  expect(html.match(/<del>/g)).toHaveLength(100);
});

test("what was cut short says so", async () => {
  const { slug } = await server.createClip("SELECT n FROM generate_series(1, {{to}}::int) AS n", { title: "Cut" });
  await run(slug, { parameters: { to: 499 } });
  await run(slug, { parameters: { to: 600 } });
  const { body } = await compare(slug, "from=1&to=2");
  expect(body.truncated).toStrictEqual({ from: false, to: true });
  expect([body.from.truncated, body.to.truncated, body.counts.added]).toStrictEqual([false, true, 1]);
  const { headers } = await compareCsv(slug, "from=2&to=1");
  expect(headers.get("Content-Disposition")).toBe('attachment; filename="cut-2-to-1-truncated.csv"');
  expect(headers.get("X-Truncated")).toBe("true");
  const html = await page(`/clips/${slug}/compare?from=1&to=2`);
  expect(html).toContain("Result 2 is cut short: it ends after 500 rows.");
  expect(html).not.toContain("Result 1 is cut short");
});

test("a client that leaves in mid-CSV leaves no temporary file", async () => {
  const { slug } = await server.createClip(
    "SELECT n, {{mark}} || repeat('x', 100000) AS text FROM generate_series(1, 400) AS n",
  );
  await run(slug, { parameters: { mark: "a" } });
  await run(slug, { parameters: { mark: "b" } });
  await until(() => openSpools().length === 0);
  const leaving = new AbortController();
  const response = await server.request(`/api/clips/${slug}/compare.csv?from=1&to=2`, { signal: leaving.signal });
  const reader = response.body!.getReader();
  expect(Buffer.from((await reader.read()).value!).toString("utf8", 0, 27)).toBe("change,n,text\nchanged-from,");
  expect(openSpools()).toHaveLength(1);
  leaving.abort();
  await expect(reader.read()).rejects.toThrow("aborted");
  await until(() => openSpools().length === 0);
});

describe("bad input", () => {
  test.each([
    ["", 400, "from is missing in the address."],
    ["from=1", 400, "to is missing in the address."],
    ["from=one&to=2", 400, 'from must be a number from 1 on, not "one".'],
    ["from=0&to=2", 400, 'from must be a number from 1 on, not "0".'],
    ["from=1&to=2&from=3", 400, "from is given twice in the address."],
    ["from=1&to=2&keys=id", 400, 'A comparison takes no "keys".'],
    ["from=1&to=2&bom=1", 400, 'A comparison takes no "bom".'],
    ["from=1&to=99", 404, "This clip has no result 99."],
    ["from=99&to=1", 404, "This clip has no result 99."],
    ["from=1&to=2&key=id,nmae", 400, 'The results have no column "nmae" to be a key.'],
  ])("%s", async (query, status, message) => {
    const answer = await compare(people, query);
    expect([answer.status, answer.body.error.message]).toStrictEqual([status, message]);
    if (query.includes("bom")) return;
    const csv = await server.request(`/api/clips/${people}/compare.csv?${query}`);
    expect([csv.status, await csv.json()]).toStrictEqual([status, answer.body]);
    expect(csv.headers.get("Content-Disposition")).toBeNull();
  });

  test("an unknown clip, a deleted one, and nobody", async () => {
    expect((await compare("a".repeat(28), "from=1&to=2")).status).toBe(404);
    const { slug } = await server.createClip("SELECT 1 AS one");
    await run(slug);
    await server.request(`/api/clips/${slug}`, { method: "DELETE" });
    expect((await compare(slug, "from=1&to=1")).status).toBe(404);
    for (const path of ["compare", "compare.csv"]) {
      const response = await fetch(`${server.url}/api/clips/${people}/${path}?from=1&to=2`);
      expect([response.status, await response.json()]).toMatchObject([401, { error: { code: "unauthorized" } }]);
    }
    const post = await server.request(`/api/clips/${people}/compare`, { method: "POST" });
    expect([post.status, post.headers.get("Allow")]).toStrictEqual([405, "GET, HEAD"]);
  });

  test("a key that is not unique: which value, how often, and what to do", async () => {
    const { slug } = await server.createClip("SELECT n, n % 3 AS third FROM generate_series(1, 10) AS n");
    await run(slug);
    const { status, body } = await compare(slug, "from=1&to=1&key=third");
    expect([status, body]).toStrictEqual([
      400,
      {
        error: {
          code: "invalid_request",
          message: 'The key third is not unique in result 1: 4 rows have third = "1".',
          hint: "Name more columns (key=third,…), leave the key out to have it guessed, or compare by the whole row: key=*.",
        },
      },
    ]);
  });

  test("different columns are named", async () => {
    const { slug } = await server.createClip("SELECT 1 AS a, 2 AS b, 'x' AS c");
    await run(slug);
    const sql = "SELECT 1 AS a, 2::bigint AS b, 'x' AS d";
    expect((await server.request(`/api/clips/${slug}`, { method: "PATCH", json: { sql } })).status).toBe(200);
    await run(slug);
    const { status, body } = await compare(slug, "from=1&to=2");
    expect([status, body.error]).toStrictEqual([
      400,
      {
        code: "invalid_request",
        message:
          'Results 1 and 2 have different columns: only result 1 has "c"; only result 2 has "d"; ' +
          '"b" is integer in result 1 and bigint in result 2.',
        hint: "Compare results of the same version: 1 is of version 1, 2 of version 2.",
      },
    ]);
    const html = await page(`/clips/${slug}/compare?from=1&to=2`, 400);
    expect(html).toContain("only result 1 has &quot;c&quot;");
    expect(html).toContain('<option value="1" selected="">1 · ');
  });
});

describe("the page", () => {
  test("offers the results, the newest against the one before", async () => {
    const html = await page(`/clips/${people}-any-words/compare`);
    expect(html).toContain(`Compare results of <a href="/clips/${people}-people">People</a>`);
    const [from, to] = html.split('<select name="to">');
    expect(from).toMatch(/<option value="1" selected="">1 · [-\d]+ [:\d]+ UTC · version 1 · 3 rows<\/option>/);
    expect(to).toMatch(/<option value="2" selected="">2 · [-\d]+ [:\d]+ UTC · version 1 · 4 rows<\/option>/);
    expect(html).not.toContain("Differences");
  });

  test("shows counts, old and new values, and where the CSV is", async () => {
    const html = await page(`/clips/${people}/compare?from=1&to=2&key=`);
    expect(html.replaceAll(/<[^>]+>/g, "")).toContain("2 added · 1 removed · 1 changed · 1 the same");
    expect(html).toContain("compared by id (guessed)");
    expect(html).toContain("<td><del>Zoë</del> → <ins>Zoë, &quot;Z&quot;</ins></td>");
    expect(html).toContain('<td class="number"><del>50</del> → <ins>51</ins></td>');
    expect(html).toContain('<th scope="row">changed<small>3 → 2</small></th><td class="number">3</td>');
    expect(html).toContain('<th scope="row">removed<small>2</small></th><td class="number">2</td><td>Bob</td>');
    expect(html).toContain("integer, key");
    const [, link] = /href="(\/api\/clips\/[^"]+)"/.exec(html)!;
    expect(link).toBe(`/api/clips/${people}/compare.csv?from=1&amp;to=2&amp;key=id`);
    const csv = await browser.get(link!.replaceAll("&amp;", "&"));
    expect((await csv.text()).split("\n")[0]).toBe("change,id,name,age");
  });

  test("says that there is no difference, and what is wrong", async () => {
    expect(await page(`/clips/${people}/compare?from=1&to=1`)).toContain("No differences.");
    const html = await page(`/clips/${people}/compare?from=1&to=77&key=%22%3E%3Cb%3E`, 404);
    expect(html).toContain("This clip has no result 77.");
    expect(html).toContain('<option value="77" selected="">77</option>');
    expect(html).toContain('value="&quot;&gt;&lt;b&gt;"');
    const { slug } = await server.createClip("SELECT 1 AS one");
    expect(await page(`/clips/${slug}/compare`)).toContain("This clip has no result so far");
  });

  test("is not part of a share", async () => {
    const share = await server.request(`/api/clips/${people}/shares`, { method: "POST" });
    const { url } = (await share.json()) as { url: string };
    expect((await fetch(`${url}/compare?from=1&to=2`)).status).toBe(401);
  });
});
