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
  await server.primary.query(`
    CREATE TABLE orders (id int PRIMARY KEY, amount numeric(8, 2), "Placed at" timestamptz);
    COMMENT ON COLUMN orders.amount IS 'In euros, with tax.';
    CREATE SCHEMA sales; GRANT USAGE ON SCHEMA sales TO dataclips_reader;
    CREATE TABLE sales."Each ""day""" (day date);
    INSERT INTO orders SELECT n FROM generate_series(1, 12) AS n; ANALYZE orders;
    GRANT SELECT ON orders, sales."Each ""day""" TO dataclips_reader`);
  await server.catchUp();
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

const editor = (page: Page) => page.getByRole("textbox", { name: "SQL" });
const search = (page: Page) => page.getByRole("searchbox", { name: "Search tables and columns" });
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

async function openPanel(page: Page, sql = ""): Promise<void> {
  await page.goto(`${server.url}/clips/new?sql=${encodeURIComponent(sql)}`);
  await editor(page).click();
  await page.keyboard.press("Control+End");
  await page.getByText("Tables of test").click();
  await button(page, "orders").waitFor();
}

test.skipIf(!hasBrowser)(
  "a click writes a table's or a column's name at the cursor, in the quotes that it needs",
  async () => {
    const { context, page, complaints, paths } = await openWindow(browser, server);
    await openPanel(page, "SELECT\nFROM");
    await takeScreenshot(page, "schema-panel");
    await button(page, "orders").click();
    await page.keyboard.type(", ");
    await button(page, `sales."Each ""day"""`).click();
    await page.keyboard.press("Control+Home");
    await page.keyboard.press("End");
    await button(page, "Columns of orders").click();
    await page.getByText("numeric(8,2)").waitFor();
    await button(page, "amount").click();
    await page.keyboard.type(", ");
    await button(page, "Placed at").click();
    expect(await editor(page).innerText()).toBe(`SELECT amount, "Placed at"\nFROM orders, sales."Each ""day"""`);
    expect(await page.locator("textarea[name=sql]").inputValue()).toContain(`, sales."Each ""day"""`);
    expect(paths.filter((path) => path === "/api/databases/test/schema")).toHaveLength(1);
    expect(complaints).toStrictEqual([]);
    await context.close();
  },
);

test.skipIf(!hasBrowser)("by keys alone: search, go down, open, insert; Enter sends no form", async () => {
  const { context, page, complaints } = await openWindow(browser, server);
  await openPanel(page, "SELECT ");
  await search(page).focus();
  await page.keyboard.type("ord");
  await page.getByText("1 table.").waitFor();
  // A single table has its columns shown: they are gone through below its name.
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByText("Inserted amount.").waitFor();
  expect(await button(page, "amount").evaluate((element) => element.matches(":focus"))).toBe(true);
  await page.keyboard.press("ArrowLeft");
  expect(await button(page, "amount").count()).toBe(0);
  expect(await button(page, "orders").evaluate((element) => element.matches(":focus"))).toBe(true);
  await page.keyboard.press("ArrowRight");
  await button(page, "amount").waitFor();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await page.getByText("Inserted orders.").waitFor();
  expect(await editor(page).innerText()).toBe("SELECT amount orders");
  expect(new URL(page.url()).pathname).toBe("/clips/new");
  // What is searched for is no field of the form's.
  expect(
    await page.evaluate("[...new FormData(document.querySelector('form.stacked')).values()].includes('ord')"),
  ).toBe(false);
  expect(complaints).toStrictEqual([]);
  await context.close();
});

test.skipIf(!hasBrowser)(
  "ten thousand tables: fifty are shown, and a search finds the others by name and column",
  async () => {
    const { context, page, complaints } = await openWindow(browser, server);
    const relations = Array.from({ length: 10_000 }, (_, n) => ({
      name: `table_${n}`,
      kind: "table",
      comment: null,
      rows: n,
      columns: Array.from({ length: 12 }, (__, column) => ({
        name: `c_${n}_${column}`,
        type: "text",
        nullable: true,
        comment: null,
      })),
    }));
    await page.route("**/api/databases/test/schema", (route) =>
      route.fulfill({
        json: { database: "test", schemas: [{ name: "public", comment: null, relations, functions: [] }] },
      }),
    );
    await page.goto(`${server.url}/clips/new`);
    await editor(page).click();
    await page.getByText("Tables of test").click();
    await page.getByText("10,000 tables, of which 50 are shown: search for others.").waitFor();
    const entries = page.locator(".schema-panel .names > li");
    expect(await entries.count()).toBe(50);
    await search(page).pressSequentially("table_777");
    await page.getByText("11 tables.").waitFor();
    expect(await entries.first().locator(".name").first().textContent()).toBe("table_777");
    await search(page).fill("c_4711_5");
    await page.getByText("1 table.").waitFor();
    await button(page, "c_4711_5").click();
    // Typing in the editor goes on with the panel open.
    await page.keyboard.type(" + 1");
    expect(await editor(page).innerText()).toBe("c_4711_5 + 1");
    await search(page).fill("nothing like it");
    await page.getByText("No table has this in its name").waitFor();
    expect(await entries.count()).toBe(0);
    expect(complaints).toStrictEqual([]);
    await context.close();
  },
);

test.skipIf(!hasBrowser)(
  "another database has other tables; one that cannot be had says so, and is asked again",
  async () => {
    const { context, page, complaints } = await openWindow(browser, server);
    await page.route("**/api/databases/away/schema", (route) => route.fulfill({ status: 503, json: {} }));
    await page.route("**/api/databases/empty/schema", (route) =>
      route.fulfill({ json: { database: "empty", schemas: [] } }),
    );
    await openPanel(page);
    // The test's server has one database: two more are put into the form.
    await page.evaluate(
      "for (const name of ['away', 'empty']) document.querySelector('[name=database]').add(new Option(name))",
    );
    await page.getByLabel("Database").selectOption("away");
    await page.getByText("The tables of away cannot be had now.").waitFor();
    await page.getByLabel("Database").selectOption("empty");
    await page.getByText("The reader role may read no table here").waitFor();
    await page.getByLabel("Database").selectOption("test");
    await button(page, "orders").waitFor();
    expect(complaints).toStrictEqual([]);
    await context.close();
  },
);
