import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { hasBrowser, launchBrowser, takeScreenshot } from "./launch-browser.ts";
import { openWindow } from "./open-window.ts";

let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  if (!hasBrowser) return;
  [server, browser] = await Promise.all([startTestServer(), launchBrowser()]);
  await server.primary.query("ANALYZE numbers");
  await server.catchUp();
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

const editor = (page: Page) => page.getByRole("textbox", { name: "SQL" });
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

const JOINED = `WITH even AS MATERIALIZED (SELECT id, amount FROM numbers WHERE even)
SELECT n.name, sum(e.amount) AS total
FROM numbers AS n JOIN even AS e ON e.id = n.id * 2
WHERE n.amount > (SELECT avg(amount) / 2 FROM numbers) AND n.name LIKE '%99%'
GROUP BY 1 ORDER BY 2 DESC LIMIT 10`;

test.skipIf(!hasBrowser)("the editor shows the plan of what is written, and of what was executed", async () => {
  const { page, context, complaints } = await openWindow(browser, server);
  await page.goto(`${server.url}/clips/new`);
  await editor(page).click();
  await page.keyboard.insertText("SELECT * FROM numbers WHERE amount = 13.70");
  await button(page, "Explain").click();
  await page.getByText("Seq Scan on numbers").waitFor();
  await page.getByText("Planned on follower; nothing was executed").waitFor();
  await button(page, "Explain Analyze").click();
  await page.getByText("It read 20,000 rows and kept 1 of them.").waitFor();
  await page.getByText("Executed on follower, in a read-only transaction").waitFor();
  await takeScreenshot(page, "explain-editor");
  await editor(page).click();
  await page.keyboard.insertText(" ");
  await page.getByText("The SQL has been changed since.").waitFor();
  // What is wrong is marked where it was written, not where EXPLAIN stands before it.
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Delete");
  await page.keyboard.insertText("SELECT id,\n  '🙂' AS smile, amont\nFROM numbers");
  await button(page, "Explain").click();
  await page.locator(".cm-fault").waitFor();
  expect(await page.locator(".cm-fault").allTextContents()).toStrictEqual(["amont"]);
  expect(await page.locator(".plan").count()).toBe(0);
  expect(complaints).toStrictEqual([]);
  await context.close();
});

test.skipIf(!hasBrowser)("parameters have the values of their inputs", async () => {
  const { page, context, complaints } = await openWindow(browser, server);
  await page.goto(`${server.url}/clips/new`);
  await editor(page).click();
  await page.keyboard.insertText("SELECT * FROM numbers WHERE id = {{wanted}}");
  await page.getByLabel("wanted").fill("1234");
  await button(page, "Explain").click();
  await page.locator(".plan").getByText("(id = 1234)").waitFor();
  expect(complaints).toStrictEqual([]);
  await context.close();
});

test.skipIf(!hasBrowser)("Cancel, and leaving the page, cancel what EXPLAIN ANALYZE executes", async () => {
  const { page, context } = await openWindow(browser, server);
  await page.goto(`${server.url}/clips/new`);
  await editor(page).click();
  await page.keyboard.insertText("SELECT pg_sleep(50)");
  const sleeping = async (): Promise<boolean> => (await server.sleepingQueries()).length === 1;
  await button(page, "Explain Analyze").click();
  await until(sleeping);
  await page.locator(".explain").getByRole("button", { name: "Cancel" }).click();
  await page.getByText("Cancelled.").waitFor();
  await until(async () => (await server.busySessions()).length === 0);
  await button(page, "Explain Analyze").click();
  await until(sleeping);
  await page.goto(`${server.url}/`);
  await until(async () => (await server.busySessions()).length === 0);
  await context.close();
});

test.skipIf(!hasBrowser).each(["light", "dark"] as const)(
  "a clip's plan is readable without JavaScript, in %s colours, on a telephone",
  async (colorScheme) => {
    const { slug } = await server.createClip(JOINED.replace("10", "{{most:10}}::bigint"), { title: "Slow" });
    const { page, context, complaints } = await openWindow(browser, server, {
      javaScriptEnabled: false,
      colorScheme,
      viewport: { width: 360, height: 740 },
    });
    await page.goto(`${server.url}/clips/${slug}`);
    await page.getByRole("link", { name: "Explain" }).click();
    await page.getByRole("heading", { name: "Plan of Slow" }).waitFor();
    await page.getByLabel("most").fill("3");
    await button(page, "Explain Analyze").click();
    await page.getByText("Executed on follower, in a read-only transaction").waitFor();
    await page.locator("strong").getByText("CTE Scan on even e").waitFor();
    await takeScreenshot(page, `explain-telephone-${colorScheme}`);
    expect(await page.locator(".mark-slow").getByText("The slow part:").count()).toBe(1);
    await page.setViewportSize({ width: 1100, height: 900 });
    await takeScreenshot(page, `explain-${colorScheme}`);
    expect(complaints).toStrictEqual([]);
    await context.close();
  },
);
