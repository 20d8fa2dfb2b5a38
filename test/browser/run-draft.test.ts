import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { hasBrowser, launchBrowser, takeScreenshot } from "./launch-browser.ts";
import { openWindow } from "./open-window.ts";

let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  if (!hasBrowser) return;
  [server, browser] = await Promise.all([startTestServer({ maxRuns: 2 }), launchBrowser()]);
  await server.primary.query(`
    CREATE TABLE orders AS SELECT n AS id, CASE n % 3 WHEN 0 THEN 'paid' WHEN 1 THEN 'open' ELSE 'it''s "lost", {gone}' END AS status,
      'ok'::mood AS mood, date '2026-01-01' + n AS day FROM generate_series(1, 300) AS n;
    ANALYZE orders;
    GRANT SELECT ON orders TO dataclips_reader`);
  await server.catchUp();
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

const editor = (page: Page) => page.getByRole("textbox", { name: "SQL" });
const result = (page: Page) => page.getByRole("region", { name: "Result of what is written" });
const cells = (page: Page) => result(page).locator("tbody td").allTextContents();
const parameters = (page: Page) => page.getByRole("group", { name: "Parameters" });

/** Opens the form of a new clip, with SQL written into its editor. */
async function openEditor(sql: string) {
  const opened = await openWindow(browser, server);
  await opened.page.goto(`${server.url}/clips/new`);
  await editor(opened.page).click();
  await opened.page.keyboard.insertText(sql);
  return opened;
}

async function count(table: string): Promise<number> {
  const { rows } = await server.own.query(`SELECT count(*)::int AS count FROM ${table}`);
  return rows[0].count;
}

test.skipIf(!hasBrowser)("Ctrl-Enter runs what is written, anywhere in the form, and saves nothing", async () => {
  const before = [await count("clips"), await count("runs")];
  const { context, page, complaints } = await openEditor(
    "SELECT id, name, NULL::text AS nothing FROM numbers WHERE id < 4 ORDER BY id",
  );
  await page.keyboard.press("Control+Enter");
  await result(page).getByText("3 rows").waitFor();
  expect(await cells(page)).toStrictEqual(["1", "name 1", "NULL", "2", "name 2", "NULL", "3", "name 3", "NULL"]);
  expect(await result(page).locator("th").allTextContents()).toStrictEqual(["idinteger", "nametext", "nothingtext"]);
  expect(await editor(page).evaluate((element) => element === document.activeElement)).toBe(true);
  await page.getByLabel("Filter rows").fill("name 2");
  expect(await cells(page)).toStrictEqual(["2", "name 2", "NULL"]);
  await page.getByLabel("Filter rows").press("Enter");
  await page.getByLabel("Title").fill("Not saved");
  await page.keyboard.press("Control+Enter");
  await result(page).getByText("3 rows").waitFor();
  await takeScreenshot(page, "editor-run");
  expect(new URL(page.url()).pathname).toBe("/clips/new");
  expect([await count("clips"), await count("runs")]).toStrictEqual(before);
  // What is written is not lost by that.
  await page.reload();
  await page.getByText("Restored what you had not saved.").waitFor();
  expect(await editor(page).innerText()).toContain("FROM numbers");
  expect(complaints).toStrictEqual([]);
  await context.close();
});

test.skipIf(!hasBrowser)("Ctrl-S saves", async () => {
  const { context, page, complaints } = await openEditor("SELECT 7 AS seven");
  await page.getByLabel("Title").fill("By key");
  await page.keyboard.press("Control+s");
  await page.getByRole("heading", { name: "By key" }).waitFor();
  expect(await page.locator("table.result tbody td").allTextContents()).toStrictEqual(["7"]);
  expect(complaints).toStrictEqual([]);
  await context.close();
});

test.skipIf(!hasBrowser)("what is selected runs alone, and its faults are marked where they are", async () => {
  const { context, page, complaints } = await openEditor("SELECT '🙂' AS smile, nope;\nSELECT 2 AS two");
  await page.keyboard.press("Home");
  await page.keyboard.press("Shift+End");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await result(page).getByText("of what is selected").waitFor();
  expect(await cells(page)).toStrictEqual(["2"]);
  // The first line, without its semicolon, begins at the document's beginning; its second part does not.
  await editor(page).focus();
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("SELECT 1;\n");
  await page.keyboard.press("Shift+End");
  await page.keyboard.press("Control+Enter");
  await page.locator(".cm-fault").waitFor();
  expect(await page.locator(".cm-fault").allTextContents()).toStrictEqual(["nope"]);
  expect(await page.locator(".cm-fault-note").textContent()).toContain('column "nope" does not exist');
  await takeScreenshot(page, "editor-run-error");
  expect(complaints).toStrictEqual([]);
  await context.close();
});

test.skipIf(!hasBrowser)("a large result says that it is the beginning", async () => {
  const { context, page } = await openEditor("SELECT n FROM generate_series(1, 5000) AS n");
  await page.keyboard.press("Control+Enter");
  await result(page).getByText("The first 1,000 rows; saving keeps all").waitFor();
  await result(page).getByRole("button", { name: /^n/ }).click();
  await result(page).getByRole("button", { name: /^n/ }).click();
  expect((await cells(page))[0]).toBe("1000");
  await context.close();
});

test.skipIf(!hasBrowser)("parameters get inputs by their types, which keep what was written into them", async () => {
  const { context, page, complaints } = await openEditor(
    "SELECT {{day:2026-01-31}}::date AS day, {{n:5}}::int AS n, {{yes:true}}::boolean AS yes, {{mood:ok}}::mood AS mood",
  );
  await parameters(page).getByLabel("day date").waitFor();
  expect(await parameters(page).getByLabel("day date").getAttribute("type")).toBe("date");
  expect(await parameters(page).getByLabel("n integer").getAttribute("inputmode")).toBe("numeric");
  expect(await parameters(page).getByLabel("mood mood").locator("option").allTextContents()).toStrictEqual([
    "sad",
    "ok",
    "happy",
  ]);
  await parameters(page).getByLabel("n integer").fill("42");
  await parameters(page).getByLabel("mood mood").selectOption("happy");
  await editor(page).focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText(", {{more:1}}::int AS more");
  await parameters(page).getByLabel("more integer").waitFor();
  expect(await parameters(page).getByLabel("n integer").inputValue()).toBe("42");
  await takeScreenshot(page, "editor-parameters");
  await parameters(page).getByLabel("n integer").press("Enter");
  await result(page).getByText("1 row").waitFor();
  expect(await cells(page)).toStrictEqual(["2026-01-31", "42", "t", "happy", "1"]);
  // What has no value is asked for, and nothing is run.
  await parameters(page).getByLabel("n integer").fill("");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  expect(
    await parameters(page)
      .getByLabel("n integer")
      .evaluate((field) => field === document.activeElement),
  ).toBe(true);
  expect(complaints).toStrictEqual([]);
  await context.close();
});

test.skipIf(!hasBrowser)("an array is chosen by ticks, here and on the clip's page without JavaScript", async () => {
  const sql = "SELECT DISTINCT status FROM orders WHERE status = ANY ({{statuses:{open} }}) ORDER BY 1";
  const { context, page, complaints } = await openEditor(sql);
  await parameters(page).getByLabel("open").waitFor();
  expect(await parameters(page).getByRole("checkbox").count()).toBe(3);
  await parameters(page).getByLabel(`it's "lost", {gone}`).check();
  await page.keyboard.press("Control+Enter");
  await result(page).getByText("2 rows").waitFor();
  expect(await cells(page)).toStrictEqual([`it's "lost", {gone}`, "open"]);
  expect(complaints).toStrictEqual([]);
  await context.close();

  const { slug } = await server.createClip(sql, { title: "Ticked" });
  const plain = await openWindow(browser, server, { javaScriptEnabled: false });
  await plain.page.goto(`${server.url}/clips/${slug}`);
  expect(await plain.page.getByLabel("open").isChecked()).toBe(true);
  await plain.page.getByLabel("open").uncheck();
  await plain.page.getByLabel("paid").check();
  await plain.page.getByLabel(`it's "lost", {gone}`).check();
  await takeScreenshot(plain.page, "clip-ticks");
  await plain.page.getByRole("button", { name: "Show" }).click();
  await until(async () => (await plain.page.locator("table.result tbody td").allTextContents()).length === 2);
  expect(await plain.page.locator("table.result tbody td").allTextContents()).toStrictEqual([
    `it's "lost", {gone}`,
    "paid",
  ]);
  expect(await plain.page.getByLabel("paid").isChecked()).toBe(true);
  expect(await plain.page.getByLabel("open").isChecked()).toBe(false);
  await plain.context.close();
});

test.skipIf(!hasBrowser)("a run says how far it is, and Cancel ends it on the server; so does leaving", async () => {
  const { context, page, complaints } = await openEditor("SELECT pg_sleep(600)");
  await page.keyboard.press("Control+Enter");
  await until(async () => (await server.sleepingQueries()).length === 1);
  await page.getByText("Running on follower").first().waitFor();
  await takeScreenshot(page, "editor-running");
  await result(page).getByRole("button", { name: "Cancel" }).click();
  await result(page).getByText("Cancelled. What you have written is still there.").first().waitFor();
  await until(async () => (await server.busySessions()).length === 0);
  await page.keyboard.press("Control+Enter");
  await until(async () => (await server.sleepingQueries()).length === 1);
  await page.goto(`${server.url}/databases`);
  await until(async () => (await server.busySessions()).length === 0);
  expect(complaints).toStrictEqual([]);
  await context.close();
});

test.skipIf(!hasBrowser).each(["light", "dark"] as const)("a result in %s colours, on a telephone", async (scheme) => {
  const { context, page } = await openWindow(browser, server, {
    colorScheme: scheme,
    viewport: { width: 360, height: 800 },
  });
  await page.goto(`${server.url}/clips/new`);
  await editor(page).click();
  await page.keyboard.insertText(
    "SELECT *, repeat('long ', 60) AS text FROM orders WHERE status = ANY ({{statuses:{open} }}) AND day > {{day:2026-02-01}}",
  );
  await parameters(page).getByLabel("open").waitFor();
  await page.keyboard.press("Control+Enter");
  await result(page).getByText("rows ·").waitFor();
  await takeScreenshot(page, `editor-run-${scheme}`);
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
  await context.close();
});
