import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { makeShare } from "../routes/make-share.ts";
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

const SQL = `SELECT date '2026-01-01' + n AS day, 100 + n * n % 37 AS orders, 80 + n * 7 % 31 AS shipped
  FROM generate_series(0, 40) AS n`;

test.skipIf(!hasBrowser)(
  "a chart is on the clip's page and on the share's, in light and dark, wide and narrow, and can be changed",
  async () => {
    const share = await makeShare(server, {}, { sql: SQL, title: "Orders" });
    const { context, page, complaints } = await openWindow(browser, server);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      for (const width of [1100, 360]) {
        await page.setViewportSize({ width, height: 800 });
        for (const path of [`/clips/${share.slug}`, share.path]) {
          await page.goto(server.url + path);
          await page.getByRole("img", { name: "Orders" }).waitFor();
          // On a telephone it is as wide as its words need, and scrolls.
          const box = (await page.getByRole("region", { name: "Chart" }).boundingBox())!;
          expect(box.width).toBeGreaterThan(width === 360 ? 280 : 600);
          expect(box.width).toBeLessThanOrEqual(width);
          expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
          await takeScreenshot(page, `chart-${path.split("/")[1]}-${colorScheme}-${width}`);
        }
      }
    }
    await page.goto(`${server.url}/clips/${share.slug}`);
    await page.getByText("Change the chart").click();
    await page.locator("select[name=type]").selectOption("bar");
    await page.getByRole("checkbox", { name: "shipped" }).check();
    await page.getByRole("button", { name: "Save the chart" }).click();
    await page.locator(".chart rect title").first().waitFor({ state: "attached" });
    expect(await page.locator(".chart rect title").count()).toBe(40);
    expect(complaints).toStrictEqual([]);
    await context.close();
  },
);
