import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { addPersonWithPassword, PASSWORD } from "../support/add-password.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { hasBrowser, launchBrowser, takeScreenshot } from "./launch-browser.ts";
import { openWindow } from "./open-window.ts";

let server: TestServer;
let browser: Browser;
let othersBrowser: Browser;
beforeAll(async () => {
  if (hasBrowser)
    [server, browser, othersBrowser] = await Promise.all([startTestServer(), launchBrowser(), launchBrowser()]);
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(async () => {
  await Promise.all([browser?.close(), othersBrowser?.close()]);
  await server?.close();
});

test.skipIf(!hasBrowser)("from the sign-in to a shared link that somebody opens who is not signed in", async () => {
  const { email } = await addPersonWithPassword(server.deps, "editor");
  const { context, page, complaints } = await openWindow(browser, server, {
    person: null,
    permissions: ["clipboard-read", "clipboard-write"],
  });
  await page.goto(server.url);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByLabel("Password").press("Enter");

  // From here to the link on the clipboard: three clicks.
  await page.getByRole("link", { name: "New clip" }).click();
  await page.getByLabel("Title").fill("Amounts by day");
  await page.keyboard.press("Tab");
  await page.getByRole("textbox", { name: "SQL" }).focus();
  await page.keyboard.insertText(
    "SELECT moment::date + id AS day, sum(amount) AS total FROM numbers WHERE id <= 30 GROUP BY 1 ORDER BY 1",
  );
  await page.keyboard.press("Control+Enter");
  await page.getByRole("region", { name: "Result of what is written" }).getByText("30 rows").waitFor();
  await page.keyboard.press("Control+s");
  await page.getByRole("heading", { name: "Amounts by day" }).waitFor();
  await page.getByRole("img", { name: "Amounts by day" }).waitFor();
  await page.getByRole("button", { name: "Make a link" }).click();
  await page.getByRole("button", { name: "Copy the link" }).click();
  await page.getByText("Copied", { exact: true }).first().waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());

  const other = await openWindow(othersBrowser, server, { person: null });
  expect((await other.page.goto(link))!.status()).toBe(200);
  await other.page.getByRole("heading", { name: "Amounts by day" }).waitFor();
  await other.page.getByRole("img", { name: "Amounts by day" }).waitFor();
  await other.page.getByRole("searchbox", { name: "Filter rows" }).fill("2026-01-31");
  const cells = other.page.locator("table.result tbody td");
  await until(async () => (await cells.count()) === 2);
  expect(await cells.allTextContents()).toStrictEqual(["2026-01-31", "41.10"]);
  expect(await other.page.content()).not.toContain("FROM numbers");
  expect(await other.context.cookies()).toStrictEqual([]);
  await takeScreenshot(other.page, "first-minutes-shared");
  expect([complaints, other.complaints]).toStrictEqual([[], []]);
  await Promise.all([context.close(), other.context.close()]);
});
