import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createSignInLink } from "../../src/people/sign-in.ts";
import { addPerson } from "../support/add-person.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { hasBrowser, launchBrowser, takeScreenshot } from "./launch-browser.ts";

/** Slow if its parameter says so; its rows are so wide that PostgreSQL sends each at once. */
const SOMETIMES_SLOW =
  "SELECT n, repeat('x', 9000) AS wide, pg_sleep(CASE WHEN {{slow:no}} = 'yes' THEN 0.05 ELSE 0 END) FROM generate_series(1, 3000) AS n";

let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  if (hasBrowser) [server, browser] = await Promise.all([startTestServer({ maxRuns: 1 }), launchBrowser()]);
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

async function openClip(sql: string) {
  const { slug } = await server.createClip(sql, { title: "Runs" });
  const context = await browser.newContext({ viewport: { width: 1100, height: 900 } });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  const { id } = await addPerson(server.deps.db, "administrator");
  await page.goto(`${server.url}/sign-in?link=${await createSignInLink(server.deps.db, id)}`);
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
  await page.getByText("Cancelled. What was there before is still shown.").waitFor();
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
  await page.getByText(/^Waiting for its turn … /).waitFor();
  await page.goto("about:blank");
  await until(async () => (await runs()).at(-1) === "cancelled");
  await server.request(`/api/runs/${id}`, { method: "DELETE" });
  await context.close();
});

test.skipIf(!hasBrowser)("what is wrong is said, before the run and in it", async () => {
  const { context, page } = await openClip("SELECT 10 / {{by:2}}::int AS n");
  await page.getByLabel("by").fill("0");
  await page.getByRole("button", { name: "Run now" }).click();
  await page.locator(".progress").getByText("division by zero").waitFor();
  await page.getByLabel("by").fill("many");
  await page.getByRole("button", { name: "Run now" }).click();
  await page.locator(".progress").getByText('The parameter "by" is wrong').waitFor();
  await takeScreenshot(page, "run-failed");
  await context.close();
});
