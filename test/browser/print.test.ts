import type { Browser, Page } from "playwright-core";
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

const SQL = `SELECT n, 'name ' || n AS name, repeat('long ', 30) AS text, 'https://example.com/' || n AS url
  FROM generate_series(1, 60) AS n`;

/** What can be seen of what nobody can use on paper. */
const useless = (page: Page): Promise<string[]> =>
  page
    .locator("header.top, nav, form, button:not(.sort, .long), input, .tools, .downloads, .recipes, .copy-block")
    .evaluateAll((elements) =>
      elements.filter((each) => (each as HTMLElement).checkVisibility()).map((each) => each.outerHTML.slice(0, 100)),
    );
/** Pages of a PDF. */
const pagesOf = (pdf: Buffer): number => pdf.toString("latin1").match(/\/Type \/Page\b/g)?.length ?? 0;

test.skipIf(!hasBrowser)(
  "a clip and a share come on paper black on white, all of what is there, with nothing to press",
  async () => {
    const share = await makeShare(server, {}, { sql: SQL, title: "On paper", description: "A report." });
    const { context, page, complaints } = await openWindow(browser, server, {
      viewport: { width: 700, height: 600 },
      colorScheme: "dark",
    });
    for (const path of [share.path, `/clips/${share.slug}`]) {
      await page.goto(server.url + path);
      await page.getByRole("searchbox", { name: "Filter rows" }).waitFor();
      await page.emulateMedia({ media: "print" });
      expect([path, await useless(page)]).toStrictEqual([path, []]);
      const looks = await page.evaluate(() => {
        const styleOf = (selector: string) => getComputedStyle(document.querySelector(selector)!);
        return {
          ink: styleOf("body").color,
          paper: styleOf("body").backgroundColor,
          link: styleOf("td a").textDecorationLine,
          box: styleOf(".result-view .scroll").overflowY,
          header: styleOf("table.result thead").display,
          // But for #333, which is for what is said in small.
          isBlack: [...document.querySelectorAll(".chart text")].every((text) =>
            ["rgb(0, 0, 0)", "rgb(51, 51, 51)"].includes(getComputedStyle(text).fill),
          ),
          fits: document.documentElement.scrollWidth <= innerWidth,
        };
      });
      expect(looks).toStrictEqual({
        ink: "rgb(0, 0, 0)",
        paper: "rgb(255, 255, 255)",
        link: "none",
        box: "visible",
        header: "table-header-group",
        isBlack: true,
        fits: true,
      });
      // Rows are kept in sight only on the screen: on paper there are all.
      const rows = page.locator("table.rows tbody tr");
      await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
      expect(await rows.count()).toBe(60);
      await takeScreenshot(page, `print${path.startsWith("/clips") ? "-clip" : ""}`);
      await page.emulateMedia({ media: null });
      await page.evaluate(() => dispatchEvent(new Event("afterprint")));
      expect(await rows.count()).toBeLessThan(60);
    }
    expect(complaints).toStrictEqual([]);
    await context.close();
  },
);

test.skipIf(!hasBrowser)("paper says how many rows are not on it", async () => {
  const { path } = await makeShare(server, {}, { sql: "SELECT n FROM generate_series(1, 500) AS n" });
  const page = await browser.newPage();
  await page.goto(server.url + path);
  await page.getByRole("searchbox", { name: "Filter rows" }).waitFor();
  await page.emulateMedia({ media: "print" });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  await page.getByText("The first 100 of 500 rows: the downloads have all.").waitFor();
  expect(await page.locator("table.rows tbody tr").count()).toBe(100);
  await page.emulateMedia({ media: null });
  const pdf = await page.pdf({ format: "A4" });
  expect(pagesOf(pdf)).toBeGreaterThan(1);
  await page.close();
});
