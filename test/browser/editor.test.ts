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
    CREATE TABLE orders (id int PRIMARY KEY, customer_id int, amount numeric(8, 2), placed_at timestamptz);
    COMMENT ON TABLE orders IS 'One row an order.';
    COMMENT ON COLUMN orders.amount IS 'In euros, with tax.';
    CREATE TABLE customers (id int PRIMARY KEY, name text);
    CREATE FUNCTION order_tax(amount numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT 1.0';
    COMMENT ON FUNCTION order_tax IS E'The tax in an amount.\\ndataclips helper 0123456789abcdef 0123456789abcdef';
    GRANT SELECT ON orders, customers TO dataclips_reader;
    GRANT EXECUTE ON FUNCTION order_tax(numeric) TO dataclips_reader`);
  await server.catchUp();
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

const editor = (page: Page) => page.getByRole("textbox", { name: "SQL" });
const popup = (page: Page) => page.getByRole("listbox", { name: "Completions" });

/** Opens the form of a new clip, and waits until its text area has become an editor. */
async function openForm(page: Page, title: string): Promise<void> {
  await page.goto(`${server.url}/clips/new`);
  await page.getByLabel("Title").fill(title);
  await editor(page).click();
}

/** The labels of the completions, once there are some that the test waits for. */
async function offered(page: Page, awaited: string): Promise<string[]> {
  await popup(page).locator(".cm-completionLabel").getByText(awaited, { exact: true }).waitFor();
  return popup(page).locator(".cm-completionLabel").allTextContents();
}

/**
 * Takes the first completion by a key. The editor takes none in a popup's first 75 ms (interactionDelay: nobody can
 * have meant it), nor while it asks anew: a key of then is a new line, or goes on to the next field.
 */
async function take(page: Page, key: "Enter" | "Tab"): Promise<void> {
  await page.locator(".cm-tooltip-autocomplete:not(.cm-tooltip-autocomplete-disabled)").waitFor();
  await page.waitForTimeout(150);
  await page.keyboard.press(key);
}

test.skipIf(!hasBrowser)("tables, columns and functions are completed while one types", async () => {
  const { context, page, complaints, paths } = await openWindow(browser, server);
  const fetched = () => paths.filter((path) => path === "/api/databases/test/schema").length;
  await page.goto(`${server.url}/clips/new`);
  await editor(page).waitFor();
  expect(fetched()).toBe(0);
  await openForm(page, "Completed");
  await page.keyboard.type("SELECT * FROM ord");
  expect((await offered(page, "orders"))[0]).toBe("orders");
  await popup(page).getByText("table", { exact: false }).first().waitFor();
  await page.getByText("One row an order.").waitFor();
  await takeScreenshot(page, "editor-tables");
  await take(page, "Tab");
  await page.keyboard.type(" AS o WHERE o.");
  expect(await offered(page, "placed_at")).toStrictEqual(["amount", "customer_id", "id", "placed_at"]);
  await popup(page).getByText("timestamp with time zone").waitFor();
  await page.getByText("In euros, with tax.").waitFor();
  await takeScreenshot(page, "editor-columns");
  await page.keyboard.type("am");
  expect(await offered(page, "amount")).toStrictEqual(["amount"]);
  await take(page, "Enter");
  await page.keyboard.type(" > order_t");
  await offered(page, "order_tax");
  await popup(page).getByText("helper, numeric").waitFor();
  await page.getByText("order_tax(amount numeric) → numeric").waitFor();
  await page.getByText("The tax in an amount.").waitFor();
  await takeScreenshot(page, "editor-helper");
  await take(page, "Enter");
  await page.keyboard.type("5");
  expect(await editor(page).innerText()).toBe("SELECT * FROM orders AS o WHERE o.amount > order_tax(5)");
  expect(fetched()).toBe(1);
  expect(complaints).toStrictEqual([]);
  await context.close();
});

test.skipIf(!hasBrowser)("another database has other names, and one that cannot be had has keywords", async () => {
  const { context, page, complaints, paths } = await openWindow(browser, server);
  const schema = { name: "public", comment: null, functions: [] };
  const table = { name: "wombats", kind: "table", comment: null, rows: 3, columns: [] };
  await page.route("**/api/databases/other/schema", (route) =>
    route.fulfill({ json: { database: "other", schemas: [{ ...schema, relations: [table] }] } }),
  );
  await page.route("**/api/databases/away/schema", (route) => route.fulfill({ status: 503, json: {} }));
  await openForm(page, "Elsewhere");
  // The test's server has one database: two more are put into the form.
  await page.evaluate(
    "for (const name of ['other', 'away']) document.querySelector('[name=database]').add(new Option(name))",
  );
  await page.getByLabel("Database").selectOption("other");
  await editor(page).click();
  await page.keyboard.type("SELECT 1 FROM w");
  expect((await offered(page, "wombats"))[0]).toBe("wombats");
  await take(page, "Enter");
  await page.getByLabel("Database").selectOption("away");
  await editor(page).click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(" WHE");
  expect(await offered(page, "WHERE")).toContain("WHERE");
  expect(paths.filter((path) => path.endsWith("/schema"))).toStrictEqual(
    ["test", "other", "away"].map((name) => `/api/databases/${name}/schema`),
  );
  expect(complaints).toStrictEqual([]);
  await context.close();
});

test.skipIf(!hasBrowser)("Ctrl-S saves and runs, and the result's page opens", async () => {
  const { context, page, complaints } = await openWindow(browser, server);
  await openForm(page, "By key");
  await page.keyboard.type("SELECT id, name");
  await offered(page, "name");
  // The word is written: Enter is a new line.
  await page.keyboard.press("Enter");
  await page.keyboard.type("FROM numbers WHERE id < 3");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+s");
  await page.getByRole("heading", { name: "By key" }).waitFor();
  expect(await page.locator("table.result tbody tr").count()).toBe(2);
  expect(await page.locator("pre.sql").textContent()).toBe("SELECT id, name\nFROM numbers WHERE id < 3");
  // What is saved is not offered again.
  await page.goto(`${server.url}/clips/new`);
  await editor(page).waitFor();
  expect(await page.getByLabel("Title").inputValue()).toBe("");
  expect(await page.getByText("Restored what you had not saved.").count()).toBe(0);
  expect(complaints).toStrictEqual([]);
  await context.close();
});

test.skipIf(!hasBrowser)("an error is marked where PostgreSQL says, until what is marked is changed", async () => {
  const { context, page, complaints } = await openWindow(browser, server);
  await openForm(page, "Wrong");
  await page.keyboard.insertText("SELECT id,\n  '🙂' AS smile,\n  amont\nFROM orders");
  await page.keyboard.press("Control+s");
  await page.locator(".cm-fault").waitFor();
  expect(await page.locator(".cm-fault").allTextContents()).toStrictEqual(["amont"]);
  const note = page.locator(".cm-fault-note");
  expect(await note.textContent()).toContain('column "amont" does not exist');
  expect(await note.locator("small").textContent()).toContain('"orders.amount"');
  expect(await editor(page).getAttribute("aria-invalid")).toBe("true");
  await takeScreenshot(page, "editor-error");
  // The cursor is there.
  await page.keyboard.press("Control+ArrowRight");
  await page.keyboard.type(" ");
  expect(await note.count()).toBe(0);
  expect(await editor(page).getAttribute("aria-invalid")).toBe(null);
  expect(complaints).toStrictEqual([]);
  await context.close();
});

test.skipIf(!hasBrowser)("what is not saved survives a reload, and can be discarded", async () => {
  const { slug } = await server.createClip("SELECT 1 AS a", { title: "Kept" });
  const { context, page, complaints } = await openWindow(browser, server);
  await page.goto(`${server.url}/clips/${slug}/edit`);
  await editor(page).click();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText(", 2 AS b");
  await page.getByLabel("Description").fill("Not saved yet.");
  await page.reload();
  await page.getByText("Restored what you had not saved.").waitFor();
  expect(await editor(page).innerText()).toBe("SELECT 1 AS a, 2 AS b");
  expect(await page.getByLabel("Description").inputValue()).toBe("Not saved yet.");
  await takeScreenshot(page, "editor-restored");
  await page.getByRole("button", { name: "Discard" }).click();
  expect(await editor(page).innerText()).toBe("SELECT 1 AS a");
  expect(await page.getByLabel("Description").inputValue()).toBe("");
  await page.reload();
  await editor(page).waitFor();
  expect(await editor(page).innerText()).toBe("SELECT 1 AS a");
  expect(complaints).toStrictEqual([]);
  await context.close();
});

test.skipIf(!hasBrowser)("what somebody else saved meanwhile is a conflict, also after a reload", async () => {
  const { slug } = await server.createClip("SELECT 1 AS a", { title: "Of two" });
  const { context, page } = await openWindow(browser, server);
  await page.goto(`${server.url}/clips/${slug}/edit`);
  await editor(page).click();
  await page.keyboard.insertText("-- mine\n");
  await server.request(`/api/clips/${slug}`, { method: "PATCH", json: { sql: "SELECT 2 AS theirs", version: 1 } });
  await page.reload();
  await page.getByText("Restored what you had not saved.").waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Somebody else has saved version 2 of this clip meanwhile.").waitFor();
  expect(await editor(page).innerText()).toContain("-- mine");
  expect(await (await server.request(`/api/clips/${slug}`)).json()).toMatchObject({ sql: "SELECT 2 AS theirs" });
  await context.close();
});

test.skipIf(!hasBrowser)("a form that could not be sent keeps what was written", async () => {
  const { context, page } = await openWindow(browser, server);
  await openForm(page, "Lost on the way");
  await page.keyboard.insertText("SELECT 'a query of an hour'");
  await page.route("**/clips", (route) => route.abort());
  await Promise.all([page.waitForEvent("requestfailed"), page.keyboard.press("Control+s")]);
  await page.unroute("**/clips");
  await page.goto(`${server.url}/clips/new`);
  await page.getByText("Restored what you had not saved.").waitFor();
  expect(await page.getByLabel("Title").inputValue()).toBe("Lost on the way");
  expect(await editor(page).innerText()).toBe("SELECT 'a query of an hour'");
  await page.getByRole("link", { name: "Cancel" }).click();
  await page.goto(`${server.url}/clips/new`);
  await editor(page).waitFor();
  expect(await page.getByText("Restored what you had not saved.").count()).toBe(0);
  await context.close();
});

test.skipIf(!hasBrowser)("the keyboard gets through the editor, and out of it", async () => {
  const { context, page } = await openWindow(browser, server);
  const isFocused = () => editor(page).evaluate((element) => element === document.activeElement);
  await page.goto(`${server.url}/clips/new`);
  await editor(page).waitFor();
  expect(await page.locator("textarea[name=sql]").isVisible()).toBe(false);
  await page.getByLabel("Database").focus();
  await page.keyboard.press("Tab");
  expect(await isFocused()).toBe(true);
  // Nothing has been written: Tab goes on.
  await page.keyboard.press("Tab");
  expect(await isFocused()).toBe(false);
  await page.keyboard.press("Shift+Tab");
  expect(await isFocused()).toBe(true);
  await page.keyboard.type("1\n");
  await page.keyboard.press("Tab");
  await page.keyboard.type("2");
  expect(await page.locator("textarea[name=sql]").inputValue()).toBe("1\n  2");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  expect(await isFocused()).toBe(false);
  const described = await editor(page).getAttribute("aria-describedby");
  expect(await page.locator(`#${described}`).textContent()).toBe(
    "Ctrl-Enter: Run, without saving; what is selected alone. Ctrl-S: Save and run. " +
      "Tab indents; Escape, then Tab, leaves the editor.",
  );
  await context.close();
});

test.skipIf(!hasBrowser)("without JavaScript the form is a text area, and works", async () => {
  const { context, page, complaints, paths } = await openWindow(browser, server, { javaScriptEnabled: false });
  await page.goto(`${server.url}/clips/new`);
  expect(await page.locator(".cm-editor").count()).toBe(0);
  await page.getByLabel("Title").fill("By hand");
  await page.getByLabel("SQL").fill("SELECT 7 AS seven");
  await page.getByRole("button", { name: "Save and run" }).click();
  await page.getByRole("heading", { name: "By hand" }).waitFor();
  expect(await page.locator("table.result tbody td").allTextContents()).toStrictEqual(["7"]);
  expect(paths.filter((path) => path.endsWith(".js"))).toStrictEqual([]);
  expect(complaints).toStrictEqual([]);
  await context.close();
});

test.skipIf(!hasBrowser).each(["light", "dark"] as const)(
  "the editor in %s colours, on a telephone",
  async (scheme) => {
    const { context, page, complaints } = await openWindow(browser, server, {
      colorScheme: scheme,
      viewport: { width: 375, height: 800 },
    });
    await openForm(page, "A look");
    await page.keyboard.insertText(
      "-- Orders of a day\nWITH days AS (SELECT date_trunc('day', placed_at) AS day, 42 AS n FROM orders)\nSELECT day::date, {{unit:euro}} FROM days WHERE day > now() AND ",
    );
    await page.keyboard.type("d");
    await offered(page, "day");
    await takeScreenshot(page, `editor-telephone-${scheme}`);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(375);
    const colours = await editor(page).evaluate((element) => {
      const { color, backgroundColor } = getComputedStyle(element.closest(".cm-editor")!);
      return [color, backgroundColor];
    });
    expect(colours).toStrictEqual(
      { light: ["rgb(29, 27, 38)", "rgb(255, 255, 255)"], dark: ["rgb(233, 231, 242)", "rgb(22, 21, 28)"] }[scheme],
    );
    expect(complaints).toStrictEqual([]);
    await context.close();
  },
);
