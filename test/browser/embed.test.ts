import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { makeShare, type MadeShare } from "../routes/make-share.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { hasBrowser, launchBrowser, takeScreenshot } from "./launch-browser.ts";

let server: TestServer;
let browser: Browser;
let site: Server;
/** The origin of another site, and one that shows the same pages and is not named. */
let origin: string;
let stranger: string;
/** What the pages of the site are, by their paths. */
const pages = new Map<string, string>();

beforeAll(async () => {
  if (!hasBrowser) return;
  site = createServer((request, response) => {
    response.writeHead(200, {
      "Content-Type": "text/html; charset=utf-8",
      // A site that lets no styles in: the script needs none.
      "Content-Security-Policy": `default-src 'none'; script-src ${server.url}; frame-src ${server.url}; img-src data:`,
    });
    response.end(pages.get(request.url!) ?? "");
  });
  await new Promise<void>((resolve) => void site.listen(0, "127.0.0.1", resolve));
  const { port } = site.address() as AddressInfo;
  origin = `http://127.0.0.1:${port}`;
  stranger = `http://localhost:${port}`;
  [server, browser] = await Promise.all([startTestServer(), launchBrowser()]);
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(async () => {
  await browser?.close();
  site?.close();
  await server?.close();
});

const loader = (share: MadeShare, attributes = ""): string =>
  `<script src="${server.url}/embed.js" data-share="${share.url}" ${attributes} async></script>`;

/** Opens a page of the site, with what is wrong with it. */
async function open(url: string, body: string) {
  pages.set(
    new URL(url).pathname,
    `<!doctype html><title>Site</title><link rel="icon" href="data:,"><h1>Site</h1>${body}`,
  );
  const context = await browser.newContext({ viewport: { width: 900, height: 900 } });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  const loaded: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => loaded.push(request.url()));
  await page.goto(url);
  return { context, page, complaints, loaded };
}

const heightOf = (page: Page, nth = 0): Promise<number> =>
  page
    .locator("iframe")
    .nth(nth)
    .evaluate((frame) => frame.getBoundingClientRect().height);

test.skipIf(!hasBrowser)("one line in a page of another site shows the result, as high as it is", async () => {
  const share = await makeShare(
    server,
    { origins: [origin] },
    { title: "Embedded", sql: "SELECT n, {{word:none}}::text AS word FROM generate_series(1, {{last:3}}::int) AS n" },
  );
  const many = 'data-param-last="12" data-query="word=some" data-theme="dark" data-show="table" data-title="Many rows"';
  const { context, page, complaints, loaded } = await open(`${origin}/two`, loader(share) + loader(share, many));
  const [first, second] = [page.frameLocator("iframe >> nth=0"), page.frameLocator("iframe >> nth=1")];
  await first.getByRole("heading", { name: "Embedded" }).waitFor();
  await second.getByRole("cell", { name: "some" }).first().waitFor();
  expect(
    await page.locator("iframe").evaluateAll((frames) => frames.map((frame) => (frame as HTMLIFrameElement).title)),
  ).toStrictEqual(["Dataclips", "Many rows"]);
  // Each is as high as what is in it, and nothing is left to scroll.
  for (const [nth, frame] of [first, second].entries()) {
    const body = frame.locator("body");
    await until(async () => (await heightOf(page, nth)) === Math.ceil((await body.boundingBox())!.height));
    expect(await body.evaluate(() => document.documentElement.scrollHeight <= innerHeight)).toBe(true);
  }
  expect([await first.getByRole("img").count(), await second.getByRole("img").count()]).toStrictEqual([1, 0]);
  const colour = (frame: typeof first) =>
    frame.locator("body").evaluate((body) => getComputedStyle(body).backgroundColor);
  expect([await colour(first), await colour(second)]).toStrictEqual(["rgb(255, 255, 255)", "rgb(22, 21, 28)"]);
  // Whoever reads the page in the dark has it dark, unless it says light.
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await colour(first)).toBe("rgb(22, 21, 28)");
  await takeScreenshot(page, "embed-in-a-site");
  await page.setViewportSize({ width: 360, height: 800 });
  for (const frame of [first, second]) {
    expect(await frame.locator("html").evaluate((html) => html.scrollWidth <= innerWidth)).toBe(true);
  }
  expect(new Set(loaded.map((url) => new URL(url).origin))).toStrictEqual(new Set([origin, server.url]));
  expect(complaints).toStrictEqual([]);
  await context.close();
});

test.skipIf(!hasBrowser)("a frame whose content grows is made higher; another window is not believed", async () => {
  const share = await makeShare(server, { origins: [origin] }, { sql: "SELECT repeat('long ', 200) AS text" });
  const { context, page, complaints } = await open(`${origin}/grows`, loader(share, 'data-show="table"'));
  const frame = page.frameLocator("iframe");
  await frame.locator("summary").first().waitFor();
  const settled = async (): Promise<number> => {
    let height = 0;
    await until(async () => {
      height = await heightOf(page);
      return height === Math.ceil((await frame.locator("body").boundingBox())!.height);
    });
    return height;
  };
  const before = await settled();
  await frame.locator("summary").first().click();
  await until(async () => (await heightOf(page)) > before);
  const after = await settled();
  // By the page itself: the right words, from another window.
  await page.evaluate(() => postMessage({ type: "dataclips:height", height: 5000 }, "*"));
  await page.evaluate(() => new Promise((resolve) => void setTimeout(resolve)));
  expect(await heightOf(page)).toBe(after);
  const names = (): Promise<string[]> => page.evaluate(() => Object.getOwnPropertyNames(globalThis).toSorted());
  const withFrame = await names();
  await page.goto(`${origin}/nothing`);
  // But for the frame's own number.
  expect(withFrame.filter((name) => name !== "0")).toStrictEqual(await names());
  expect(complaints).toStrictEqual([]);
  await context.close();
});

test.skipIf(!hasBrowser)("a site that the share does not name shows nothing of it", async () => {
  const named = await makeShare(server, { origins: [origin] }, { title: "Not for all" });
  const unnamed = await makeShare(server, {}, { title: "Not for all" });
  for (const share of [named, unnamed]) {
    const { context, page, complaints } = await open(`${stranger}/stranger`, loader(share));
    await page.locator("iframe").waitFor();
    await until(() => complaints.length > 0);
    expect(complaints.join()).toContain("frame-ancestors");
    expect(await page.frameLocator("iframe").getByText("Not for all").count()).toBe(0);
    expect(await heightOf(page)).toBe(400);
    await context.close();
  }
});

test.skipIf(!hasBrowser)("an address that is none of a share's puts nothing into the page", async () => {
  const { context, page, complaints } = await open(
    `${origin}/wrong`,
    `<script src="${server.url}/embed.js" data-share="javascript:alert(1)"></script><script src="${server.url}/embed.js"></script>`,
  );
  expect(await page.locator("iframe").count()).toBe(0);
  expect(complaints).toHaveLength(2);
  await context.close();
});
