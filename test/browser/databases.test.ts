import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { hasBrowser, launchBrowser, takeScreenshot } from "./launch-browser.ts";
import { openWindow } from "./open-window.ts";

let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  if (!hasBrowser) return;
  [server, browser] = await Promise.all([
    startTestServer(
      ({ primaryUrl }) => ({ primary: primaryUrl, maxRuns: 2 }),
      (url) => [
        { name: "real", url },
        { name: "down", url: "postgres://dataclips_reader@127.0.0.1:1/nothing" },
      ],
    ),
    launchBrowser(),
  ]);
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

test.skipIf(!hasBrowser)("the page of a database keeps itself up to date, in words and in its plots", async () => {
  const { context, page, complaints, paths } = await openWindow(browser, server);
  await page.goto(`${server.url}/databases`);
  await takeScreenshot(page, "databases-overview");
  await page.getByRole("link", { name: "test", exact: true }).click();
  const real = page.locator('[data-follower="real"]');
  const plot = real.getByRole("img", { name: /^Behind, last 10 minutes: last [\d.]+ s, least / });
  const line = (): Promise<string | null> => plot.locator(".spark-line").getAttribute("d");
  // The server has drawn it.
  const first = await line();
  expect(first).toMatch(/^M/);
  await page.getByText("0 of 2 runs under way, 0 waiting").waitFor();
  const { slug } = await server.createClip("SELECT pg_sleep(20)");
  const run = await server.request(`/api/clips/${slug}/runs`, { method: "POST" });
  await page.getByText("1 of 2 runs under way, 0 waiting").waitFor();
  await server.request(`/api/runs/${((await run.json()) as { id: string }).id}`, { method: "DELETE" });
  await page.getByText("0 of 2 runs under way, 0 waiting").waitFor();
  // Another sample has made another line, by the same drawing.
  await until(async () => /^M[\d.]+,[\d.]+L/.test((await line()) ?? ""));
  expect(await page.locator('[data-follower="down"] [data-show=state]').textContent()).toBe(
    "runs no clips: nothing listens there",
  );
  expect(await page.locator("[aria-live], [role=status], [role=alert]").count()).toBe(0);
  await page.getByRole("button", { name: "Look for faults" }).click();
  await page.getByText("The role dataclips_reader can only read.").waitFor();
  await takeScreenshot(page, "database");
  expect(paths).toContain("/api/databases/test/status");
  expect(complaints).toStrictEqual([]);
  await context.close();
});

test.skipIf(!hasBrowser)(
  "nothing is asked while the page is hidden; a server that is silent is told, and forgiven",
  async () => {
    const { context, page, complaints, paths } = await openWindow(browser, server);
    const asked = () => paths.filter((path) => path === "/api/databases/test/status").length;
    await page.clock.install();
    await page.goto(`${server.url}/databases/test`);
    await until(() => asked() === 1);
    const show = (hidden: boolean) =>
      page.evaluate((value) => {
        Object.defineProperty(document, "hidden", { value, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
      }, hidden);
    await show(true);
    // Ten minutes in which no one looks.
    await page.clock.runFor(600_000);
    const before = asked();
    await page.clock.runFor(600_000);
    expect(asked()).toBe(before);
    let silent = true;
    await page.route("**/api/databases/test/status*", (route) =>
      silent ? route.fulfill({ status: 503, json: {} }) : route.continue(),
    );
    await show(false);
    await page.getByText("The server does not answer: this is how it was.").waitFor();
    silent = false;
    await page.clock.runFor(2_000);
    await page.getByText("The server does not answer").waitFor({ state: "detached" });
    expect(complaints).toStrictEqual([]);
    await context.close();
  },
);

test.skipIf(!hasBrowser)(
  "without JavaScript the same is there, and on a narrow screen nothing is out of sight",
  async () => {
    const options = { viewport: { width: 360, height: 800 }, javaScriptEnabled: false, colorScheme: "dark" } as const;
    const { context, page, complaints } = await openWindow(browser, server, options);
    for (const path of ["/databases", "/databases/test?check=1"]) {
      await page.goto(server.url + path);
      await page
        .getByRole("img", { name: /^Behind, last 10 minutes: last [\d.]+ s, least / })
        .first()
        .waitFor();
      expect([path, await page.evaluate("document.documentElement.scrollWidth")]).toStrictEqual([path, 360]);
      await takeScreenshot(page, `narrow${path.replaceAll(/\W/g, "-")}`);
    }
    expect(complaints).toStrictEqual([]);
    await context.close();
  },
);
