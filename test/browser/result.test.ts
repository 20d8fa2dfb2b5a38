import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { hasBrowser, launchBrowser, takeScreenshot } from "./launch-browser.ts";
import { openWindow } from "./open-window.ts";

/** More rows than a page comes with, and each of the kinds of values. */
const LARGE = `SELECT n, n % 7 AS seventh, 'name ' || (n * 7919 % 5000) AS name, nullif(n % 3, 0) AS third,
    CASE WHEN n % 4 = 0 THEN '' ELSE repeat('long ' || n || ' ', 30) END AS text,
    json_build_object('n', n, 'of', json_build_array(1, 2.50, 'a rather long one, so that it is folded away in here')) AS data,
    'https://example.com/' || n AS url, timestamptz '2026-01-01' + n * interval '1 hour' AS at
  FROM generate_series(1, 5000) AS n`;

let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  if (hasBrowser) [server, browser] = await Promise.all([startTestServer(), launchBrowser()]);
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** A signed-in window on a clip's page, what is wrong with what it loads, and which addresses it asks for. */
async function openClip(sql: string, options: BrowserContextOptions = {}) {
  const { slug } = await server.createClip(sql, { title: "Rows" });
  const { context, page, complaints, paths } = await openWindow(browser, server, options);
  page.on("response", (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
  await page.goto(`${server.url}/clips/${slug}`);
  return { context, page, complaints, slug, fetched: () => paths.filter((path) => path.endsWith(".csv")).length };
}

const box = (page: Page) => page.getByRole("region", { name: "Result" });
const columnOf = (page: Page, nth: number) =>
  page.locator("table.rows tbody tr").evaluateAll((rows, cell) => {
    return rows.map((row) => (row as HTMLTableRowElement).cells[cell]!.textContent);
  }, nth);
const search = (page: Page) => page.getByRole("searchbox", { name: "Filter rows" });

test.skipIf(!hasBrowser)("all rows can be scrolled through, and few are in the page at a time", async () => {
  const { context, page, complaints, fetched } = await openClip(LARGE);
  await search(page).waitFor();
  expect(await columnOf(page, 0)).toContain("1");
  expect(fetched()).toBe(0);
  expect(await page.locator("table.rows").getAttribute("aria-rowcount")).toBe("5001");
  await box(page).evaluate((element) => (element.scrollTop = element.scrollHeight));
  await page.locator("table.rows tbody tr[aria-rowindex='5001']").getByText("5000", { exact: true }).waitFor();
  expect(fetched()).toBe(1);
  expect((await columnOf(page, 0)).length).toBeLessThan(100);
  await takeScreenshot(page, "result-end");
  await box(page).evaluate((element) => (element.scrollTop = element.scrollHeight / 2));
  await until(async () => (await columnOf(page, 0)).includes("2500"));
  // In order, and each once.
  const numbers = (await columnOf(page, 0)).map(Number);
  expect(numbers).toStrictEqual(numbers.map((_, index) => numbers[0]! + index));
  // By keys.
  await box(page).focus();
  await page.keyboard.press("Home");
  await until(async () => (await columnOf(page, 0))[0] === "1");
  expect(fetched()).toBe(1);
  expect(complaints).toStrictEqual([]);
  await context.close();
});

test.skipIf(!hasBrowser)("rows are ordered by a column, and filtered, all of them", async () => {
  const { context, page, complaints, fetched } = await openClip(LARGE);
  const head = page.getByRole("columnheader", { name: "third" });
  await head.getByRole("button").click();
  await until(async () => (await head.getAttribute("aria-sort")) === "ascending");
  expect((await columnOf(page, 0)).slice(0, 3)).toStrictEqual(["1", "4", "7"]);
  await head.getByRole("button").click();
  await until(async () => (await columnOf(page, 3))[0] === "2");
  expect((await columnOf(page, 0)).slice(0, 3)).toStrictEqual(["2", "5", "8"]);
  expect(await head.getAttribute("aria-sort")).toBe("descending");
  await head.getByRole("button").click();
  await until(async () => (await columnOf(page, 0))[0] === "1");
  expect(await head.getAttribute("aria-sort")).toBe(null);
  await search(page).fill("EXAMPLE.COM/49");
  await page.getByText("111 of 5,000 rows").waitFor();
  expect((await columnOf(page, 0)).slice(0, 3)).toStrictEqual(["49", "490", "491"]);
  await takeScreenshot(page, "result-filtered");
  await search(page).fill("nothing like it");
  await page.getByText("0 of 5,000 rows").waitFor();
  expect(await columnOf(page, 0)).toStrictEqual([]);
  expect(fetched()).toBe(1);
  expect(complaints).toStrictEqual([]);
  await context.close();
});

test.skipIf(!hasBrowser)("NULL, numbers, links and long values look as they are; a long one opens", async () => {
  const { context, page, complaints } = await openClip(LARGE);
  await search(page).waitFor();
  const cells = page.locator("table.rows tbody tr").nth(2).locator("td");
  expect(await cells.nth(3).locator(".null").textContent()).toBe("NULL");
  const link = cells.nth(6).getByRole("link");
  expect(await link.getAttribute("href")).toBe("https://example.com/3");
  expect(await link.getAttribute("rel")).toBe("noopener noreferrer nofollow");
  expect(await cells.nth(0).evaluate((cell) => getComputedStyle(cell).textAlign)).toBe("right");
  await cells.nth(4).getByRole("button").click();
  const dialog = page.getByRole("dialog", { name: "text" });
  expect(await dialog.locator("pre").textContent()).toBe("long 3 ".repeat(30));
  await takeScreenshot(page, "result-value");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await cells.nth(5).getByRole("button").click();
  expect(await page.getByRole("dialog", { name: "data" }).locator("pre").textContent()).toBe(
    '{\n  "n": 3,\n  "of": [\n    1,\n    2.50,\n    "a rather long one, so that it is folded away in here"\n  ]\n}',
  );
  await page.getByRole("button", { name: "Close" }).click();
  expect(complaints).toStrictEqual([]);
  await context.close();
});

test.skipIf(!hasBrowser)("what is shown is copied, in the format that one asks for", async () => {
  const { context, page, complaints } = await openClip(LARGE, { permissions: ["clipboard-read", "clipboard-write"] });
  await search(page).fill("https://example.com/123");
  await page.getByText("11 of 5,000 rows").waitFor();
  const copy = async (format: string) => {
    await page.getByRole("button", { name: format, exact: true }).click();
    await page.getByText(`Copied 11 rows as ${format}.`).waitFor();
    return page.evaluate<string>("navigator.clipboard.readText()");
  };
  expect((await copy("CSV")).split("\n")[1]).toContain("123,4,name 4037,,long 123 ");
  expect((await copy("TSV")).split("\n")[0]).toBe("n\tseventh\tname\tthird\ttext\tdata\turl\tat");
  expect((await copy("Markdown")).split("\n")[1]).toBe("| ---: | ---: | --- | ---: | --- | --- | --- | --- |");
  expect(JSON.parse(await copy("JSON"))).toHaveLength(11);
  expect(complaints).toStrictEqual([]);
  await context.close();
});

test.skipIf(!hasBrowser)("the columns are summed up", async () => {
  const { context, page, complaints } = await openClip(LARGE);
  await page.getByRole("button", { name: "Columns" }).click();
  const line = (name: string) =>
    page.getByRole("region", { name: "Columns" }).getByRole("row").filter({ hasText: name });
  await line("at").last().getByRole("img").waitFor();
  const third = await line("third").first().locator("td").allTextContents();
  expect(third.slice(0, 5)).toStrictEqual(["3,334", "1,666", "2", "1", "2"]);
  expect(await line("at").last().getByRole("img").getAttribute("aria-label")).toMatch(/: 500(?:, 500){9}$/);
  await takeScreenshot(page, "result-columns");
  expect(complaints).toStrictEqual([]);
  await context.close();
});

test.skipIf(!hasBrowser)("a small result is whole without a request, and an empty one stays empty", async () => {
  const small = await openClip("SELECT * FROM (VALUES (10, 'ten'), (9, NULL), (100, '')) AS v (n, name)");
  await small.page.getByRole("columnheader", { name: "n int" }).getByRole("button").click();
  await until(async () => (await columnOf(small.page, 0)).join() === "9,10,100");
  expect(await columnOf(small.page, 1)).toStrictEqual(["NULL", "ten", ""]);
  expect(small.fetched()).toBe(0);
  expect(small.complaints).toStrictEqual([]);
  await small.context.close();
  const empty = await openClip("SELECT 1 AS n WHERE false");
  await empty.page.getByText("No rows.").waitFor();
  await search(empty.page).fill("x");
  expect(await columnOf(empty.page, 0)).toStrictEqual([]);
  expect(empty.complaints).toStrictEqual([]);
  await empty.context.close();
});

test.skipIf(!hasBrowser)("rows that cannot be had are said to be missing, and the next try has them", async () => {
  const { context, page, slug } = await openClip(LARGE);
  await page.route(`**/clips/${slug}*.csv*`, (route) =>
    route.fulfill({ status: 503, json: { error: { code: "store_failed", message: "Not now." } } }),
  );
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByText("The other rows could not be loaded. Not now.").waitFor();
  await page.unroute(`**/clips/${slug}*.csv*`);
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("region", { name: "Columns" }).waitFor();
  await context.close();
});

test.skipIf(!hasBrowser)("whoever has a share's link has it all the same; without CSV, the first rows", async () => {
  const { context, page, complaints, slug, fetched } = await openClip(LARGE);
  const share = async (fields: Record<string, unknown>) => {
    const made = await server.request(`/api/clips/${slug}/shares`, { method: "POST", json: fields });
    return ((await made.json()) as { url: string }).url;
  };
  await page.goto(await share({}));
  await search(page).fill("example.com/4999");
  await page.getByText("1 of 5,000 rows").waitFor();
  expect(fetched()).toBe(1);
  await page.goto(await share({ formats: ["html", "json"] }));
  await search(page).fill("example.com/99");
  await page.getByText("1 of 100 rows").waitFor();
  expect(fetched()).toBe(1);
  expect(complaints).toStrictEqual([]);
  await context.close();
});

test.skipIf(!hasBrowser).each(["light", "dark"] as const)("the table on a telephone, in %s colours", async (scheme) => {
  const { context, page, complaints } = await openClip(LARGE, {
    colorScheme: scheme,
    viewport: { width: 360, height: 800 },
  });
  await search(page).waitFor();
  await takeScreenshot(page, `result-telephone-${scheme}`);
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
  expect(complaints).toStrictEqual([]);
  await context.close();
});
