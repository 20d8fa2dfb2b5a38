import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { hasBrowser, launchBrowser, takeScreenshot } from "./launch-browser.ts";
import { openWindow } from "./open-window.ts";

/** Slow if its parameter says so; its rows are so wide that PostgreSQL sends each at once. */
const SOMETIMES_SLOW =
  "SELECT n, repeat('x', 9000) AS wide, pg_sleep(CASE WHEN {{slow:no}} = 'yes' THEN 0.05 ELSE 0 END) FROM generate_series(1, 3000) AS n";

let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  if (hasBrowser)
    [server, browser] = await Promise.all([
      startTestServer({ maxRuns: 1 }, undefined, { pageWaitMs: 400 }),
      launchBrowser(),
    ]);
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

async function openClip(sql: string) {
  const { slug } = await server.createClip(sql, { title: "Runs" });
  const { context, page, complaints } = await openWindow(browser, server);
  await page.goto(`${server.url}/clips/${slug}`);
  await page.getByRole("searchbox", { name: "Filter rows" }).waitFor();
  const runs = async () =>
    (await server.own.query("SELECT state FROM runs ORDER BY created_at")).rows.map((row) => row.state);
  return { context, page, complaints, slug, runs };
}

test.skipIf(!hasBrowser)("a run says how far it is, is cancelled, and the page is as it was", async () => {
  const { context, page, complaints, runs } = await openClip(SOMETIMES_SLOW);
  await page.getByLabel("slow").fill("yes");
  await page.getByRole("button", { name: "Run now" }).click();
  await page.getByText(/^Running on follower … [\d.]+ s · [\d,]+ rows · /).waitFor();
  await takeScreenshot(page, "run-progress");
  expect(await page.locator("table.rows tbody tr").count()).toBeGreaterThan(10);
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByText("Cancelled. What was there before is still shown.").first().waitFor();
  await until(async () => (await runs()).at(-1) === "cancelled");
  expect(await page.getByLabel("slow").inputValue()).toBe("yes");
  // And again, to its end.
  await page.getByLabel("slow").fill("no");
  await page.getByRole("button", { name: "Run now" }).click();
  await page.waitForURL(/\?result=\d+$/);
  expect(await page.getByText("3,000 rows").count()).toBe(1);
  expect(complaints).toStrictEqual([]);
  await context.close();
});

test.skipIf(!hasBrowser)("a run that waits says so; leaving the page cancels it", async () => {
  const { context, page, slug, runs } = await openClip(SOMETIMES_SLOW);
  const first = await server.request(`/api/clips/${slug}/runs`, {
    method: "POST",
    json: { parameters: { slow: "yes" } },
  });
  const { id } = (await first.json()) as { id: string };
  await until(async () => (await server.sleepingQueries()).length === 1);
  await page.getByLabel("slow").fill("yes");
  await page.getByRole("button", { name: "Run now" }).click();
  await page.getByText(/^Next in the queue for test \(1 running\) … /).waitFor();
  await page.goto("about:blank");
  await until(async () => (await runs()).at(-1) === "cancelled");
  await server.request(`/api/runs/${id}`, { method: "DELETE" });
  await context.close();
});

test.skipIf(!hasBrowser)("what is wrong is said, before the run and in it", async () => {
  const { context, page } = await openClip("SELECT 10 / {{by:2}}::int AS n");
  await page.getByLabel("by").fill("0");
  await page.getByRole("button", { name: "Run now" }).click();
  await page.locator(".progress").getByText("division by zero").first().waitFor();
  await page.getByLabel("by").fill("many");
  await page.getByRole("button", { name: "Run now" }).click();
  await page.locator(".progress").getByText('The parameter "by" is wrong').first().waitFor();
  await takeScreenshot(page, "run-failed");
  await context.close();
});

/** Fills the one place of the database, until it is freed. */
async function block(): Promise<() => Promise<unknown>> {
  const { slug } = await server.createClip("SELECT pg_sleep(600)");
  const started = await server.request(`/api/clips/${slug}/runs`, { method: "POST", json: {} });
  const { id } = (await started.json()) as { id: string };
  await until(async () => (await server.sleepingQueries()).length === 1);
  return () => server.request(`/api/runs/${id}`, { method: "DELETE" });
}

const statesOf = async (slug: string): Promise<string[]> => {
  const { rows } = await server.own.query<{ state: string }>(
    "SELECT r.state FROM runs AS r JOIN clips AS c ON c.id = r.clip_id WHERE c.slug = $1 ORDER BY r.created_at",
    [slug],
  );
  return rows.map(({ state }) => state);
};

/** How much a page's parts have moved by themselves, as browsers measure it. */
const WATCH_SHIFTS = `
  window.shifts = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value;
  }).observe({ type: "layout-shift", buffered: true });`;

test.skipIf(!hasBrowser)(
  "a page is there before its result, which comes into it and leaves the rest as it is",
  async () => {
    const free = await block();
    const { slug } = await server.createClip("SELECT n, {{note:none}}::text AS note FROM generate_series(1, 300) AS n");
    const { context, page, complaints, paths } = await openWindow(browser, server);
    await page.addInitScript(WATCH_SHIFTS);
    await page.goto(`${server.url}/clips/${slug}`);
    await page.getByText(/^Next in the queue for test \(1 running\) … [\d.]+ s$/).waitFor();
    await takeScreenshot(page, "running-page");
    await page.locator("input[name=note]").fill("half writ");
    const loads = paths.length;
    await free();
    await page.getByRole("searchbox", { name: "Filter rows" }).waitFor();
    await page.keyboard.type("ten");
    expect(await page.locator("input[name=note]").inputValue()).toBe("half written");
    expect(await page.locator(".running").count()).toBe(0);
    expect(await page.getByText("300 rows").count()).toBe(1);
    expect(new URL(page.url()).search).toBe("");
    // Whoever looked at the page by its script has not loaded it again: its style, its script.
    expect(paths.slice(loads).filter((path) => path.startsWith("/assets/"))).toStrictEqual([]);
    // All rows are there, by the script.
    await page.getByRole("searchbox", { name: "Filter rows" }).fill("299");
    await page.getByText("1 of 300 rows").waitFor();
    await until(async () => (await statesOf(slug)).join() === "done");
    expect(await page.evaluate("window.shifts < 0.1")).toBe(true);
    expect(complaints).toStrictEqual([]);
    await context.close();
  },
);

test.skipIf(!hasBrowser)("what somebody writes meanwhile stays, even where the form has to change", async () => {
  const free = await block();
  const sql =
    "SELECT n, {{note:none}}::text AS note, {{even:false}}::boolean AS even FROM generate_series(1, 300) AS n";
  const { slug } = await server.createClip(sql);
  const { context, page, complaints } = await openWindow(browser, server);
  await page.goto(`${server.url}/clips/${slug}`);
  await page.getByText(/^Next in the queue for test .* s$/).waitFor();
  // The page that comes is of the version that is current by then, whose default is another one.
  await server.request(`/api/clips/${slug}`, { method: "PATCH", json: { sql: sql.replace("none", "other") } });
  await page.locator("select[name=even]").selectOption("true");
  await page.locator("input[name=note]").fill("half writ");
  await free();
  await page.locator("input[name=note][value=other]").waitFor();
  await page.keyboard.type("ten");
  expect(await page.locator("input[name=note]").inputValue()).toBe("half written");
  expect(await page.locator("select[name=even]").inputValue()).toBe("true");
  expect(complaints).toStrictEqual([]);
  await context.close();
});

test.skipIf(!hasBrowser)("a page's run is cancelled by its button, and can be run again", async () => {
  const { slug } = await server.createClip("SELECT pg_sleep(600)");
  const { context, page, complaints } = await openWindow(browser, server);
  await page.goto(`${server.url}/clips/${slug}`);
  await page.getByText(/^Running on follower … [\d.]+ s$/).waitFor();
  await until(async () => (await server.sleepingQueries()).length === 1);
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByText("Cancelled.").first().waitFor();
  await until(async () => (await statesOf(slug)).join() === "cancelled");
  await until(async () => (await server.busySessions()).length === 0);
  await page.getByRole("link", { name: "Run it again" }).click();
  await page.getByText(/^Running on follower … /).waitFor();
  await until(async () => (await server.sleepingQueries()).length === 1);
  // Going away does the same.
  await page.goto("about:blank");
  await until(async () => (await statesOf(slug)).join() === "cancelled,cancelled");
  expect(complaints).toStrictEqual([]);
  await context.close();
});

test.skipIf(!hasBrowser)(
  "a share and its embed are followed the same way, by anyone; errors come into the page too",
  async () => {
    const free = await block();
    const { slug } = await server.createClip("SELECT 10 / {{by:5}}::int AS n", { max_age_seconds: 0 });
    const share = await server.request(`/api/clips/${slug}/shares`, { method: "POST", json: {} });
    const { url } = (await share.json()) as { url: string };
    const { context, page, complaints } = await openWindow(browser, server, { person: null });
    const [embed, wrong] = [await context.newPage(), await context.newPage()];
    await page.goto(url);
    await embed.goto(`${url}/embed?theme=dark&show=table`);
    await wrong.goto(`${url}?by=0`);
    await page.getByText(/^Next in the queue for test \(1 running\) … /).waitFor();
    await embed.getByText(/^Next in the queue for test \(1 running\) … /).waitFor();
    await wrong.getByText(/^Second in the queue for test \(1 running\) … /).waitFor();
    await takeScreenshot(embed, "running-embed");
    await free();
    for (const each of [page, embed]) await each.locator("table.result td", { hasText: /^2$/ }).waitFor();
    await wrong.getByText("division by zero").waitFor();
    // Once for both.
    await until(async () => (await statesOf(slug)).toSorted().join() === "done,failed");
    expect(complaints).toStrictEqual([]);
    await context.close();
  },
);

test.skipIf(!hasBrowser)("without JavaScript the page comes again until its result is there", async () => {
  const free = await block();
  const { slug } = await server.createClip("SELECT 'came by itself' AS n", { max_age_seconds: 0 });
  const share = await server.request(`/api/clips/${slug}/shares`, { method: "POST", json: {} });
  const { url } = (await share.json()) as { url: string };
  const { context, page, complaints } = await openWindow(browser, server, { person: null, javaScriptEnabled: false });
  await page.goto(url);
  await page.getByText(/^Next in the queue for test/).waitFor();
  await page.locator("noscript .note").waitFor();
  await page.waitForURL(/_run=/);
  await free();
  await page.getByText("came by itself").waitFor();
  await until(async () => (await statesOf(slug)).join() === "done");
  expect(complaints).toStrictEqual([]);
  await context.close();
});
