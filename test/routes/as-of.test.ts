import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { readTime } from "../../src/routes/read-time.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(() => server.close());

/** Runs a clip, and has the result have begun and finished at other times. */
async function runAt(slug: string, startedAt: string, finishedAt: string, parameters: object = {}): Promise<number> {
  const json = { parameters, wait: true };
  const response = await server.request(`/api/clips/${slug}/runs`, { method: "POST", json });
  const { result } = (await response.json()) as { result: number };
  await server.own.query(
    `UPDATE results SET started_at = $1, finished_at = $2 FROM clips
     WHERE clips.id = clip_id AND slug = $3 AND number = $4`,
    [startedAt, finishedAt, slug, result],
  );
  return result;
}

const change = (slug: string, json: object) => server.request(`/api/clips/${slug}`, { method: "PATCH", json });

/** What a clip's CSV is as of a time: its rows without the header, or its error. */
async function asOf(slug: string, time: string, rest = ""): Promise<string> {
  const response = await server.request(`/clips/${slug}.csv?as_of=${time}${rest}`);
  const text = await response.text();
  if (response.status === 200) return text.split("\n").slice(1, -1).join("\n");
  const { error } = JSON.parse(text) as { error: { message: string } };
  return `${response.status} ${error.message}`;
}

/** Days of results: the first finished on 2 November, the second on the 5th. */
async function createHistory(sql = "SELECT 'first' AS r"): Promise<{ id: number; slug: string }> {
  const clip = await server.createClip(sql, { title: "History", max_age_seconds: 0 });
  await runAt(clip.slug, "2026-11-02T09:00:00Z", "2026-11-02T10:00:00.250Z");
  await change(clip.slug, { sql: sql.replace("first", "second") });
  await runAt(clip.slug, "2026-11-05T09:00:00Z", "2026-11-05T10:00:00Z");
  return clip;
}

test("a time gives the result that was current then, of the version that was current then", async () => {
  const { slug } = await createHistory();
  expect(await asOf(slug, "2026-11-02T10:00:00.250Z")).toBe("first");
  expect(await asOf(slug, "2026-11-03T00:00Z")).toBe("first");
  // While the second one ran, readers still had the first.
  expect(await asOf(slug, "2026-11-05T09:59:59.999Z")).toBe("first");
  expect(await asOf(slug, "2026-11-05T10:00Z")).toBe("second");
  expect(await asOf(slug, "2026-12-24")).toBe("second");
  const runs = await server.own.query("SELECT FROM runs JOIN clips ON clips.id = clip_id WHERE slug = $1", [slug]);
  expect(runs.rowCount).toBe(2);
});

test("every format says which result it is, and its own finished_at gives the same bytes", async () => {
  const { slug } = await createHistory();
  const json = await server.request(`/clips/${slug}.json?as_of=2026-11-04`);
  const text = await json.text();
  const said = JSON.parse(text) as Record<string, unknown>;
  expect(said).toMatchObject({ result: 1, version: 1, finished_at: "2026-11-02T10:00:00.250Z", values: [["first"]] });
  const again = await server.request(`/clips/${slug}.json?as_of=${said["finished_at"]}`);
  expect([await again.text(), again.headers.get("ETag")]).toStrictEqual([text, json.headers.get("ETag")]);
  for (const format of ["csv", "ndjson", "xlsx"]) {
    const response = await server.request(`/clips/${slug}.${format}?as_of=2026-11-04`);
    await response.arrayBuffer();
    expect([response.status, response.headers.get("X-Result")]).toStrictEqual([200, "1"]);
  }
  const page = await server.request(`/clips/${slug}?as_of=2026-11-04`);
  const html = await page.text();
  expect(html).toContain("<td>first</td>");
  expect(html).toContain("version 1");
  expect(html).toContain(`${slug}-history.csv?result=1`);
});

test("before the first result there is none, and the nearest one is named with its address", async () => {
  const { slug } = await createHistory();
  const path = `/clips/${slug}-words.json?numbers=string&as_of=2026-11-01T00:00Z`;
  const response = await server.request(path);
  const address = `/clips/${slug}-words.json?numbers=string&as_of=2026-11-02T10:00:00.250Z`;
  expect([response.status, await response.json()]).toStrictEqual([
    404,
    {
      error: {
        code: "not_found",
        message: "There is no result from 2026-11-01T00:00:00.000Z or before it.",
        hint: `The nearest is result 1, finished at 2026-11-02T10:00:00.250Z: ${address}`,
      },
    },
  ]);
  expect(await (await server.request(address)).json()).toMatchObject({ result: 1 });
  const page = await server.request(`/clips/${slug}?as_of=2026-11-01T00:00Z`, { headers: { Accept: "text/html" } });
  expect(page.status).toBe(404);
  expect(await page.text()).toContain(`/clips/${slug}?as_of=2026-11-02T10:00:00.250Z`);
});

test("a clip that never ran, and a version that never did, have no result of any time", async () => {
  const { slug } = await server.createClip("SELECT 1 AS a");
  const response = await server.request(`/clips/${slug}.csv?as_of=2026-11-01T00:00Z`);
  expect([response.status, await response.json()]).toStrictEqual([
    404,
    {
      error: {
        code: "not_found",
        message: "There is no result from 2026-11-01T00:00:00.000Z or before it.",
        hint: "There is none from after it either. Leave as_of out for the newest data.",
      },
    },
  ]);
  const runs = await server.own.query("SELECT FROM runs JOIN clips ON clips.id = clip_id WHERE slug = $1", [slug]);
  expect(runs.rowCount).toBe(0);
});

test("a version may be asked for besides", async () => {
  const { slug } = await createHistory();
  expect(await asOf(slug, "2026-12-24", "&version=1")).toBe("first");
  expect(await asOf(slug, "2026-11-03", "&version=2")).toBe(
    "404 There is no result of version 2 from 2026-11-03T23:59:59.999Z or before it.",
  );
  expect(await asOf(slug, "2026-11-03", "&version=9")).toBe("404 This clip has no version 9.");
});

test("a result that is not sealed was never current", async () => {
  const { id, slug } = await createHistory();
  await server.own.query("UPDATE results SET sealed_at = NULL WHERE clip_id = $1 AND number = 2", [id]);
  expect(await asOf(slug, "2026-12-24")).toBe("first");
});

test("of two that ran at the same time, the one that began last is the newer one", async () => {
  const { slug } = await server.createClip("SELECT {{x:}}::text AS x, random() AS r", { max_age_seconds: 0 });
  await runAt(slug, "2026-11-02T09:00:00Z", "2026-11-02T12:00:00Z");
  await runAt(slug, "2026-11-02T10:00:00Z", "2026-11-02T11:00:00Z");
  for (const [time, result] of [
    ["2026-11-02T11:30Z", "2"],
    ["2026-11-02T12:30Z", "2"],
  ] as const) {
    const response = await server.request(`/clips/${slug}.csv?as_of=${time}`);
    await response.text();
    expect(response.headers.get("X-Result")).toBe(result);
  }
});

describe("parameters", () => {
  test("the result has the same values; those that are not given are the defaults of its version", async () => {
    const { slug } = await server.createClip("SELECT {{n:1}}::int AS n", { max_age_seconds: 0 });
    await runAt(slug, "2026-11-01T00:00Z", "2026-11-01T00:00Z");
    await runAt(slug, "2026-11-02T00:00Z", "2026-11-02T00:00Z", { n: "5" });
    await change(slug, { sql: "SELECT {{n:2}}::int + 100 AS n, {{m:3}}::int AS m" });
    await runAt(slug, "2026-11-03T00:00Z", "2026-11-03T00:00Z");
    await runAt(slug, "2026-11-04T00:00Z", "2026-11-04T00:00Z", { n: "5" });
    expect(await asOf(slug, "2026-11-02")).toBe("1");
    expect(await asOf(slug, "2026-11-02", "&n=5")).toBe("5");
    expect(await asOf(slug, "2026-11-03", "&n=5")).toBe("5");
    expect(await asOf(slug, "2026-11-04")).toBe("102,3");
    expect(await asOf(slug, "2026-11-04", "&n=5")).toBe("105,3");
    expect(await asOf(slug, "2026-11-04", "&n=5&m=3")).toBe("105,3");
    expect(await asOf(slug, "2026-11-01", "&n=5")).toBe(
      "404 There is no result with these parameters from 2026-11-01T23:59:59.999Z or before it.",
    );
    expect(await asOf(slug, "2026-11-04", "&n=6")).toBe(
      "404 There is no result with these parameters from 2026-11-04T23:59:59.999Z or before it.",
    );
    expect(await asOf(slug, "2026-11-04", "&other=1")).toBe('400 This clip has no parameter "other".');
  });

  test("one that has to be given has to be given", async () => {
    const { slug } = await server.createClip("SELECT {{n}}::int AS n", { max_age_seconds: 0 });
    await runAt(slug, "2026-11-01T00:00Z", "2026-11-01T00:00Z", { n: "4" });
    expect(await asOf(slug, "2026-11-02", "&n=4")).toBe("4");
    expect(await asOf(slug, "2026-11-02")).toBe('400 The parameter "n" has no value.');
  });
});

describe("shares", () => {
  const share = async (slug: string): Promise<string> => {
    const response = await server.request(`/api/clips/${slug}/shares`, { method: "POST" });
    return ((await response.json()) as { url: string }).url;
  };

  test("their readers can ask for a time too, and learn nothing of the clip", async () => {
    const { slug } = await createHistory();
    const url = await share(slug);
    expect(await (await fetch(`${url}.csv?as_of=2026-11-03`)).text()).toBe("r\nfirst\n");
    expect(await (await fetch(`${url}.csv?as_of=2026-11-06`)).text()).toBe("r\nsecond\n");
    const missing = await fetch(`${url}.csv?as_of=2026-11-01`);
    expect(missing.status).toBe(404);
    const { error } = (await missing.json()) as { error: { hint: string } };
    const address = `${new URL(url).pathname}.csv?as_of=2026-11-02T10:00:00.250Z`;
    expect(error.hint).toBe(`The nearest is result 1, finished at 2026-11-02T10:00:00.250Z: ${address}`);
    expect(await (await fetch(server.url + address)).text()).toBe("r\nfirst\n");
    expect(JSON.stringify(error)).not.toContain(slug);
  });

  test("their page and its downloads are of that time", async () => {
    const { slug } = await server.createClip("SELECT {{n:1}}::int AS n", { max_age_seconds: 0 });
    await runAt(slug, "2026-11-02T00:00Z", "2026-11-02T00:00Z", { n: "5" });
    const url = await share(slug);
    const page = await fetch(`${url}?n=5&as_of=2026-11-03`, { headers: { Accept: "text/html" } });
    const html = await page.text();
    expect(page.status).toBe(200);
    expect(html).toContain("As of 2026-11-03 23:59:59 UTC.");
    expect(html).toContain('<input type="hidden" name="as_of" value="2026-11-03T23:59:59.999Z"/>');
    const [, download] = /href="([^"]*\.csv[^"]*)"/.exec(html)!;
    const csv = await fetch(server.url + download!.replaceAll("&amp;", "&"));
    expect([csv.headers.get("X-Result"), await csv.text()]).toStrictEqual(["1", "n\n5\n"]);
  });
});

describe("times", () => {
  test.each([
    ["2026-11-01T00:00Z", "2026-11-01T00:00:00.000Z"],
    ["2026-11-01T09:30:15.5Z", "2026-11-01T09:30:15.500Z"],
    ["2026-11-01T09:30:15,1239Z", "2026-11-01T09:30:15.123Z"],
    ["2026-11-01t09:30z", "2026-11-01T09:30:00.000Z"],
    ["2026-11-01T09:30", "2026-11-01T09:30:00.000Z"],
    ["2026-11-01 09:30", "2026-11-01T09:30:00.000Z"],
    ["2026-11-01T09:30+02:00", "2026-11-01T07:30:00.000Z"],
    ["2026-11-01T09:30 02:00", "2026-11-01T07:30:00.000Z"],
    ["2026-11-01T00:30+0530", "2026-10-31T19:00:00.000Z"],
    ["2026-12-31T23:00-08", "2027-01-01T07:00:00.000Z"],
    ["2026-11-01", "2026-11-01T23:59:59.999Z"],
    ["2024-02-29", "2024-02-29T23:59:59.999Z"],
    ["1000-01-01T00:00+14:00", "0999-12-31T10:00:00.000Z"],
    ["2999-12-31T23:59-14:00", "3000-01-01T13:59:00.000Z"],
  ])("%s is %s", (text, time) => {
    expect(readTime("as_of", text).toISOString()).toBe(time);
  });

  let clip: string | undefined;
  test.each([
    "yesterday",
    "",
    "7",
    "2026",
    "2026-11",
    "2026-13-01",
    "2026-11-31",
    "2026-00-10",
    "2026-02-29",
    "2026-11-01T24:00Z",
    "2026-11-01T09:60Z",
    "2026-11-01T09",
    "2026-11-01T09:30Q",
    "2026-11-01T09:30%2B25:00",
    "2026-11-01Z",
    "0000-01-01",
    "9999-12-31",
    "1793491200",
    "infinity",
    "2026-11-01T00:00Z'--",
    "%00",
    `2026-11-01${"0".repeat(2000)}`,
  ])("%j is no time", async (text) => {
    clip ??= (await server.createClip("SELECT 1 AS a")).slug;
    const response = await server.request(`/clips/${clip}.csv?as_of=${text}`);
    const shown = JSON.stringify(decodeURIComponent(text).slice(0, 40));
    expect([response.status, await response.json()]).toStrictEqual([
      400,
      {
        error: {
          code: "invalid_request",
          message: `as_of must be a time, such as 2026-11-01T09:30Z, not ${shown}.`,
          hint: "2026-11-01T09:30:00+01:00 works too, and 2026-11-01 for the end of that day. Times without a zone are UTC.",
        },
      },
    ]);
  });

  test("a result and a time exclude each other, and one time is enough", async () => {
    const { slug } = await createHistory();
    expect(await asOf(slug, "2026-11-03", "&result=2")).toBe("400 An address can have result or as_of, not both.");
    expect(await asOf(slug, "2026-11-03", "&as_of=2026-11-04")).toBe("400 as_of is given twice in the address.");
  });
});
