import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { addResults } from "../results/add-results.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { type SignedInBrowser, signInBrowser } from "./sign-in-browser.ts";

let server: TestServer;
let browser: SignedInBrowser;
beforeAll(async () => {
  server = await startTestServer();
  browser = await signInBrowser(server);
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(() => server.close());

async function page(path: string, status = 200): Promise<string> {
  const response = await browser.get(path);
  const html = await response.text();
  expect([response.status, response.headers.get("Content-Type")]).toStrictEqual([status, "text/html; charset=UTF-8"]);
  return html;
}

/** The row of a result. */
function row(html: string, number: number): string {
  return new RegExp(`<tr id="result-${number}">.*?</tr>`, "s").exec(html)![0];
}

test("every result leads to its page, its downloads, the comparison with the one before, and a pinned link", async () => {
  const { slug } = await server.createClip("SELECT n FROM generate_series(1, {{top:1200}}::int) AS n", {
    title: "<b>Turnover</b>",
    max_age_seconds: 0,
  });
  const run = (parameters: object) =>
    server.request(`/api/clips/${slug}/runs`, { method: "POST", json: { parameters, wait: true } });
  await run({});
  await run({ top: "2" });
  await run({});
  await server.request(`/api/clips/${slug}/shares`, { method: "POST", json: { result: 1 } });
  const path = `/clips/${slug}-b-turnover-b`;
  expect(await page(path)).toContain(`<a href="${path}/results">all results</a>`);

  const html = await page(`${path}/results`);
  expect(html).toContain(`Results of <a href="${path}">&lt;b&gt;Turnover&lt;/b&gt;</a>`);
  expect([...html.matchAll(/id="result-(\d+)"/g)].map(([, number]) => number)).toStrictEqual(["3", "2", "1"]);
  const newest = row(html, 3);
  expect(newest).toContain(`<a href="${path}?result=3">Result 3</a><small> top = 1200</small>`);
  expect(newest).toContain('<td class="number">1,200</td>');
  expect(newest).toContain("<td>the administrator&#39;s token</td>");
  for (const format of ["csv", "json", "ndjson"]) {
    expect(newest).toContain(`<a href="${path}.${format}?result=3">${format.toUpperCase()}</a>`);
  }
  // The one before it with the same values.
  expect(newest).toContain(`<a href="${path}/compare?from=1&amp;to=3">Compare with the one before</a>`);
  expect(newest).toContain(
    `<form method="post" action="${path}/shares"><input type="hidden" name="result" value="3"/><button class="plain">Pin a link to it</button></form>`,
  );
  expect(newest).not.toContain("Pinned by");
  for (const first of [1, 2]) expect(row(html, first)).not.toContain("/compare?");
  // Any two can be chosen, without JavaScript: at first the newest, and the one before it.
  expect(html).toContain(`<form class="actions" id="compare" method="get" action="${path}/compare">`);
  expect(
    [...html.matchAll(/form="compare" name="(\w+)" value="(\d)"( checked="")?/g)].map((found) => found.slice(1, 4)),
  ).toStrictEqual([
    ["from", "3", undefined],
    ["to", "3", ' checked=""'],
    ["from", "2", undefined],
    ["to", "2", undefined],
    ["from", "1", ' checked=""'],
    ["to", "1", undefined],
  ]);
  expect(html).not.toContain("The last runs without a result");
  expect(await page(`${path}?result=1`)).not.toContain("What changed since the last result");
  expect(await page(`${path}?result=3`)).toContain(
    `<a href="${path}/compare?from=1&amp;to=3">What changed since the last result</a>`,
  );
  expect(row(html, 1)).toContain("Pinned by a link.");
  expect(await page(`${path}?result=2`)).toContain('<td class="number">2</td>');
});

test("it goes on to the next page", async () => {
  const { id, slug } = await server.createClip("SELECT 1 AS a");
  expect(await page(`/clips/${slug}/results`)).toContain("No result is stored yet.");
  await addResults(
    server.own,
    id,
    Array.from({ length: 51 }, (_, index) => ({ number: index + 1 })),
  );
  const path = `/clips/${slug}-a-clip/results`;
  const first = await page(path);
  expect(first.match(/<tr id=/g)).toHaveLength(50);
  expect(first).toContain("Page 1 of 2");
  expect(first).toContain(`<a href="${path}?page=2">Older</a>`);
  const second = await page(`${path}?page=2`);
  expect(second.match(/<tr id=/g)).toHaveLength(1);
  expect(second).toContain(`<a href="${path}?page=1">Newer</a>`);
  expect(second).not.toContain("Older");
  expect(await page(`${path}?page=x`, 400)).toContain("page must be a number from 1 on");
  expect(await page(`/clips/${"z".repeat(28)}/results`, 404)).toContain("There is no such clip.");
  expect((await fetch(`${server.url}${path}`, { headers: { Accept: "text/html" }, redirect: "manual" })).status).toBe(
    303,
  );
});

test("the form of a clip has its rules for results; empty is the installation's", async () => {
  const { slug } = await server.createClip("SELECT 1 AS a", { keep_results: 7 });
  const fields = { database: "test", title: "A clip", sql: "SELECT 1 AS a", description: "" };
  const rules = async (): Promise<unknown> => {
    const { keep_results, keep_days, keep_bytes } = (await (
      await server.request(`/api/clips/${slug}`)
    ).json()) as Record<string, unknown>;
    return [keep_results, keep_days, keep_bytes];
  };
  expect(await rules()).toStrictEqual([7, null, null]);
  expect(await page(`/clips/${slug}/edit`)).toContain('<input name="keep_results" value="7"');
  const saved = await browser.post(`/clips/${slug}/edit`, { ...fields, keep_days: "30", keep_bytes: "1000000" });
  expect(saved.status).toBe(303);
  expect(await rules()).toStrictEqual([null, 30, 1_000_000]);
  for (const [keep, fault] of [
    [{ keep_results: "0" }, "keep_results must be 1 or more"],
    [{ keep_days: "1.5" }, "keep_days must be a whole number"],
    [{ keep_bytes: "many" }, "keep_bytes must be a number, or null"],
    [{ keep_results: "1000001" }, "keep_results must be at most 1000000"],
  ] as const) {
    const refused = await browser.post(`/clips/${slug}/edit`, { ...fields, ...keep });
    const html = await refused.text();
    expect(refused.status).toBe(400);
    expect(html).toContain(fault);
    expect(html).toContain(`value="${Object.values(keep)[0]}"`);
  }
  const patch = (json: object) => server.request(`/api/clips/${slug}`, { method: "PATCH", json });
  expect((await patch({ keep_results: 3, keep_days: null })).status).toBe(200);
  expect(await rules()).toStrictEqual([3, null, 1_000_000]);
  for (const json of [{ keep_results: 0 }, { keep_days: 36_501 }, { keep_bytes: "1" }, { keep_bytes: 2 ** 60 }]) {
    expect((await patch(json)).status).toBe(400);
  }
  expect(await rules()).toStrictEqual([3, null, 1_000_000]);
});

test("runs that failed are shown below, with why and who asked", async () => {
  const { slug } = await server.createClip("SELECT 1 / {{n:1}}::int AS a", { max_age_seconds: 0 });
  const run = (n: number) =>
    server.request(`/api/clips/${slug}/runs`, { method: "POST", json: { parameters: { n }, wait: true } });
  expect(await page(`/clips/${slug}/results`)).not.toContain("The last runs without a result");
  await run(0);
  await run(1);
  const html = await page(`/clips/${slug}/results`);
  // One result is nothing to compare.
  expect(html).not.toContain('form="compare"');
  const [, runs] = /The last runs without a result(.*)<\/table>/s.exec(html)!;
  expect(runs!.match(/<tr><td>/g)).toHaveLength(1);
  expect(runs).toMatch(
    /<small> n = 0<\/small><\/td><td>failed<\/td><td class="number">1<\/td><td class="number">(?:\d+ ms)?<\/td><td>the administrator&#39;s token<\/td><td>division by zero<\/td>/,
  );
});
