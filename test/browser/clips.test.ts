import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { addPerson } from "../support/add-person.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { hasBrowser, launchBrowser, takeScreenshot } from "./launch-browser.ts";
import { openWindow } from "./open-window.ts";

const DESCRIPTION = `Turnover of **each month**, without returns.

## How to read it

- Amounts are in euros, see [the handbook](https://example.com/handbook).
- \`month\` is the month of the *order*, and not of the invoice.

| Code | Region |
|------|--------|
| EU   | Europe |
| US   | The Americas, and whatever else is on their side of the ocean, which makes this a long line |
`;
const TURNOVER = `SELECT date_trunc('month', o.day)::date AS month, sum(o.amount) AS turnover
FROM public.orders AS o JOIN customers AS c USING (customer)
GROUP BY 1 ORDER BY 1`;

let server: TestServer;
let browser: Browser;
let turnover: string;
beforeAll(async () => {
  if (!hasBrowser) return;
  [server, browser] = await Promise.all([startTestServer(), launchBrowser()]);
  await server.primary.query(`
    CREATE TABLE orders AS SELECT n AS id, n % 5 AS customer, date '2026-01-01' + n AS day, n * 1.5 AS amount FROM generate_series(1, 200) AS n;
    CREATE TABLE customers AS SELECT n AS customer, 'Customer ' || n AS name FROM generate_series(0, 4) AS n;
    GRANT SELECT ON orders, customers TO dataclips_reader`);
  await server.catchUp();
  const fields = {
    title: "Monthly turnover",
    description: DESCRIPTION,
    tags: ["sales", "monthly"],
    max_age_seconds: 3600,
  };
  ({ slug: turnover } = await server.createClip(TURNOVER, fields));
  await server.createClip("SELECT count(*) FROM orders", { title: "How many orders there are", tags: ["sales"] });
  await server.createClip("SELECT name FROM customers", { title: "Customers", description: "All of *them*." });
  for (let count = 0; count < 2; count++) {
    await server.request(`/api/clips/${turnover}/runs`, { method: "POST", json: { wait: true } });
  }
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

const scrollsSideways = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

test.skipIf(!hasBrowser)(
  "a clip is found by its table, made a favourite, and leads to who else queries it",
  async () => {
    const { context, page, complaints } = await openWindow(browser, server);
    await page.goto(server.url);
    await page.getByRole("searchbox", { name: "Search" }).fill("table:orders month");
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByText("1 clip matches").waitFor();
    expect(await page.locator("mark").allTextContents()).toContain("Month");
    await page.getByRole("button", { name: "Add Monthly turnover to your favourites" }).click();
    await page.getByRole("button", { name: "Remove Monthly turnover from your favourites" }).waitFor();
    expect(new URL(page.url()).search).toContain("table");
    await page.getByRole("link", { name: "Monthly turnover" }).click();
    expect(await page.getByRole("link", { name: "the handbook" }).getAttribute("rel")).toBe("nofollow noopener");
    await page.getByText("Tables that it reads").click();
    await page.getByRole("link", { name: "How many orders there are" }).click();
    await page.getByRole("heading", { level: 1, name: "How many orders there are" }).waitFor();
    await page.getByRole("list", { name: "Tags" }).getByRole("link", { name: "sales" }).click();
    await page.getByText("2 clips match").waitFor();
    await page.getByRole("link", { name: "Do not" }).or(page.getByTitle("Do not look for the tag sales")).click();
    await page.getByRole("heading", { name: "Your favourites" }).waitFor();
    expect(complaints).toStrictEqual([]);
    await context.close();
  },
);

test.skipIf(!hasBrowser)("two results are chosen and compared without JavaScript", async () => {
  const { context, page } = await openWindow(browser, server, { javaScriptEnabled: false });
  await page.goto(`${server.url}/clips/${turnover}/results`);
  await takeScreenshot(page, "clips-results");
  await page.getByRole("radio", { name: "Result 1 as the newer one" }).check();
  await page.getByRole("radio", { name: "Result 2 as the older one" }).check();
  await page.getByRole("button", { name: "Compare the two chosen" }).click();
  await page.getByText("No differences.").waitFor();
  expect(new URL(page.url()).search).toBe("?from=2&to=1");
  await page.goto(`${server.url}/clips/${turnover}?result=2`);
  await page.getByRole("link", { name: "What changed since the last result" }).click();
  expect(new URL(page.url()).search).toBe("?from=1&to=2");
  await context.close();
});

test.skipIf(!hasBrowser)("tags and a description are written in the form", async () => {
  const { context, page, complaints } = await openWindow(browser, server);
  await page.goto(`${server.url}/clips/${turnover}/edit`);
  const tags = page.getByRole("textbox", { name: "Tags" });
  expect(await tags.inputValue()).toBe("monthly, sales");
  await tags.fill("Sales, monthly, key figures");
  await page.getByRole("button", { name: "Save" }).click();
  const shown = page.getByRole("list", { name: "Tags" }).getByRole("listitem");
  await shown.first().waitFor();
  expect(await shown.allTextContents()).toStrictEqual(["key figures", "monthly", "sales"]);
  expect(complaints).toStrictEqual([]);
  await context.close();
});

test.skipIf(!hasBrowser).each([
  ["light", 1100],
  ["dark", 1100],
  ["light", 360],
] as const)("the pages of clips, in %s colours and %d wide, fit", async (colorScheme, width) => {
  const person = await addPerson(server.deps.db, "administrator");
  await server.own.query("INSERT INTO favourites (person_id, clip_id) SELECT $1, id FROM clips", [person.id]);
  const { context, page, complaints } = await openWindow(browser, server, {
    person,
    colorScheme,
    viewport: { width, height: 800 },
  });
  for (const [name, path] of [
    ["list", "/"],
    ["search", "/?q=order&tag=sales"],
    ["clip", `/clips/${turnover}`],
    ["form", `/clips/${turnover}/edit`],
    ["results", `/clips/${turnover}/results`],
    ["compare", `/clips/${turnover}/compare?from=1&to=2`],
  ] as const) {
    await page.goto(server.url + path);
    await takeScreenshot(page, `clips-${name}-${colorScheme}-${width}`);
    expect([name, await scrollsSideways(page)]).toStrictEqual([name, false]);
  }
  expect(complaints).toStrictEqual([]);
  await context.close();
});
