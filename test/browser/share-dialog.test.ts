import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { makeSigned } from "../routes/sign-embed.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { hasBrowser, launchBrowser, takeScreenshot } from "./launch-browser.ts";
import { openWindow } from "./open-window.ts";

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

const PERMISSIONS = { permissions: ["clipboard-read", "clipboard-write"] };
const pasted = (page: Page): Promise<string> => page.evaluate(() => navigator.clipboard.readText());

test.skipIf(!hasBrowser)("a link is made, copied, and put into another page by what the page says", async () => {
  const { slug } = await server.createClip("SELECT 1 AS a", { title: `Quotes " & <b>` });
  const { context, page, complaints } = await openWindow(browser, server, PERMISSIONS);
  await page.goto(`${server.url}/clips/${slug}`);
  await page.getByRole("button", { name: "Make a link" }).click();
  const notice = page.locator(".notice");
  const url = (await notice.getByRole("link", { name: "Open it" }).getAttribute("href"))!;
  expect(url).toMatch(/\/shares\/[a-z]{28}$/);
  await notice.getByRole("button", { name: "Copy the link" }).click();
  await notice.getByText("Copied", { exact: true }).first().waitFor();
  expect(await pasted(page)).toBe(url);
  await notice.getByText("Embed it in another page").click();
  await notice.getByText("No site may show it in a frame yet.").waitFor();
  await notice.getByRole("button", { name: "Copy the script" }).click();
  expect(await pasted(page)).toBe(`<script src="${server.url}/embed.js" data-share="${url}" async></script>`);
  await notice.getByRole("button", { name: "Copy the frame" }).click();
  expect(await pasted(page)).toBe(
    `<iframe src="${url}/embed" title="Quotes &quot; &amp; &lt;b&gt;" width="100%" height="520" loading="lazy" frameborder="0"></iframe>`,
  );
  await notice.getByText("For Google Sheets").click();
  await notice.getByRole("button", { name: "Copy the recipe for curl" }).click();
  expect(await pasted(page)).toBe(`curl --fail --location --output result.csv '${url}.csv'`);
  await takeScreenshot(page, "share-dialog");
  await page.setViewportSize({ width: 360, height: 800 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await takeScreenshot(page, "share-dialog-360");
  // Where it says what to do about it.
  await page.setViewportSize({ width: 1100, height: 900 });
  await notice.getByRole("link", { name: "this link's rules" }).click();
  await page.getByLabel("Origins").fill("https://www.example.com");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Embed it in another page").click();
  await page.getByText("Pages of https://www.example.com may show it, and no others.").waitFor();
  await page.getByText(`data-share="${server.url}/shares/ADDRESS"`).waitFor();
  expect(await page.content()).not.toContain(url);
  await takeScreenshot(page, "share-rules");
  expect(complaints).toStrictEqual([]);
  await context.close();
});

test.skipIf(!hasBrowser)("what an application signs goes into the same frames", async () => {
  const { id, key } = await makeSigned(server, { origins: ["https://www.example.com"] });
  const { context, page } = await openWindow(browser, server, PERMISSIONS);
  await page.goto(`${server.url}/share-list/${id}`);
  await page.getByRole("button", { name: "Copy the key" }).click();
  await page.getByText("Copied", { exact: true }).first().waitFor();
  expect(await pasted(page)).toBe(key);
  await page.getByText("Embed it in another page").click();
  await page.getByText(`data-share="${server.url}/embeds/TOKEN"`).waitFor();
  await takeScreenshot(page, "share-signed");
  await context.close();
});

test.skipIf(!hasBrowser)("without scripts it is all there, but for the buttons", async () => {
  const { slug } = await server.createClip("SELECT 1 AS a");
  const { context, page } = await openWindow(browser, server, { javaScriptEnabled: false });
  await page.goto(`${server.url}/clips/${slug}`);
  await page.getByRole("button", { name: "Make a link" }).click();
  await page.getByRole("link", { name: "Open it" }).waitFor();
  expect(await page.getByRole("button", { name: /^Copy/ }).count()).toBe(0);
  expect(await page.locator("[data-copy=link]").textContent()).toMatch(/\/shares\/[a-z]{28}$/);
  await context.close();
});
