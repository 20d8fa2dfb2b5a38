import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import type { AxeResults } from "axe-core";
import type { Browser, Page, Response } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { hasBrowser, launchBrowser, takeScreenshot } from "./launch-browser.ts";
import { openWindow } from "./open-window.ts";
import { sample } from "../support/full.ts";

let server: TestServer;
let browser: Browser;
let axe: string;
let slug: string;
let shared: string;
let shareId: string;
/** A clip whose run goes on while its page is looked at. */
let slow: string;
beforeAll(async () => {
  if (!hasBrowser) return;
  [server, browser, axe] = await Promise.all([
    startTestServer({}, undefined, { pageWaitMs: 400 }),
    launchBrowser(),
    readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"),
  ]);
  const sql =
    "SELECT n, 'name ' || n AS name, {{day:2026-01-31}}::date AS day, repeat('long ', 30) AS text, NULL AS nothing FROM generate_series(1, 200) AS n";
  ({ slug } = await server.createClip(sql, {
    title: "Accessible",
    description: DESCRIPTION,
    tags: ["open", "to everybody"],
  }));
  ({ slug: slow } = await server.createClip("SELECT pg_sleep(600)", { title: "Slow" }));
  await server.request(`/api/clips/${slug}`, { method: "PATCH", json: { sql: sql.replace("200", "300") } });
  for (const day of ["2026-01-01", "2026-01-02"]) {
    await server.request(`/api/clips/${slug}/runs`, { method: "POST", json: { wait: true, parameters: { day } } });
  }
  const share = await server.request(`/api/clips/${slug}/shares`, { method: "POST", json: {} });
  const made = (await share.json()) as { id: string; url: string };
  shareId = made.id;
  shared = new URL(made.url).pathname;
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** With what Markdown has. */
const DESCRIPTION =
  "# To everybody\n\n**Bold**, `code`, [a link](https://example.com), ~~old~~.\n\n### Below\n\n- [x] done\n- two\n\n> quoted\n\n|a|b|\n|-|-:|\n|1|2|\n\n```\ncode\n```\n\n![an image](/image.png)";

/** What axe-core finds against WCAG 2.2, levels A and AA; in dark colours only what depends on them. */
async function findFaults(page: Page, colorScheme: "light" | "dark"): Promise<string[]> {
  // By the debugger, which the page's policy does not bind.
  await page.evaluate(axe);
  const { violations } = await page.evaluate<AxeResults>(
    `axe.run(document, { runOnly: ${JSON.stringify(RULES[colorScheme])} })`,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target.join(" ")}: ${failureSummary}`),
  );
}

const RULES = {
  light: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
  dark: { type: "rule", values: ["color-contrast"] },
};

/** The pages for people who are signed in, and for everybody. */
const PAGES: Readonly<Record<string, () => string>> = {
  clips: () => "/",
  "a search": () => "/?q=name+table:numbers&tag=open&sort=title",
  "no favourites": () => "/?favourites=1&q=none",
  "a new clip": () => "/clips/new",
  "a clip": () => `/clips/${slug}`,
  "a clip that runs": () => `/clips/${slow}`,
  "a clip's form": () => `/clips/${slug}/edit`,
  "a clip's plan": () => `/clips/${slug}/explain?day=2026-01-31&_analyze=1`,
  versions: () => `/clips/${slug}/versions`,
  results: () => `/clips/${slug}/results`,
  "a comparison": () => `/clips/${slug}/compare?a=1&b=2`,
  "a new link": () => `/clips/${slug}/shares/new`,
  "a share": () => shared,
  "a share in a frame": () => `${shared}/embed?show=both`,
  "a share's rules": () => `/share-list/${shareId}`,
  shares: () => "/share-list",
  databases: () => "/databases",
  "a database": () => "/databases/test?check=1",
  helpers: () => "/databases/test/helpers",
  links: () => "/databases/test/links",
  schema: () => "/databases/test/schema",
  "a table": () => "/databases/test/schema/public/numbers?preview=1",
  "deleted clips": () => "/clips/deleted",
  "nothing there": () => "/nowhere",
  account: () => "/account",
  keys: () => "/account/keys",
  "two-factor sign-in": () => "/account/two-factor",
  people: () => "/people",
  teams: () => "/teams",
  audit: () => "/audit",
  "sign-in": () => "/sign-in",
  "an invitation that does not work": () => "/invitations/none",
};

/** Pages with the editor may be larger: what a first view takes, compressed. */
const MOST_BYTES = { plain: 100_000, editor: 250_000 };

/** How far what was shown has moved by itself, as https://web.dev/articles/cls adds it up; 0.1 is their limit of "good". */
const LAYOUT_SHIFT = `new Promise((resolve) => {
  let sum = 0;
  const moved = [];
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries()) {
      if (hadRecentInput) continue;
      sum += value;
      moved.push(...sources.map(({ node }) => node?.outerHTML?.slice(0, 60) ?? node?.textContent?.slice(0, 60)));
    }
  }).observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => setTimeout(() => resolve([sum, moved.join(", ")]), 50));
})`;

/** Half of the pages at a time: all of them take half a minute. */
const NAMES = sample(Object.keys(PAGES), 2);
const HALVES = [0, 1].map((half) => NAMES.filter((_, place) => place % 2 === half));

test.skipIf(!hasBrowser).each(HALVES.flatMap((names) => [{ names }]))(
  "pages keep to WCAG's level AA, as far as axe-core sees it; they stand still, fit 360 px, and are small: $names",
  async ({ names }) => {
    const { context, page, complaints } = await openWindow(browser, server);
    const faults: string[] = [];
    let loaded: Promise<[path: string, bytes: number]>[] = [];
    page.on("response", (response) => loaded.push(compressedBytes(response)));
    for (const name of names) {
      loaded = [];
      await page.emulateMedia({ colorScheme: "light" });
      await page.setViewportSize({ width: 1100, height: 900 });
      await page.goto(server.url + PAGES[name]!(), { waitUntil: "load" });
      const [shift, moved] = await page.evaluate<[number, string]>(LAYOUT_SHIFT);
      if (shift > 0.01) faults.push(`${name}: its content moves by ${shift.toFixed(3)}: ${moved}`);
      const parts = await Promise.all(loaded);
      const bytes = parts.reduce((sum, [, size]) => sum + size, 0);
      const most = parts.some(([file]) => file.startsWith("/assets/editor-")) ? MOST_BYTES.editor : MOST_BYTES.plain;
      if (bytes > most) faults.push(`${name}: a first view takes ${bytes} bytes`);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        faults.push(...(await findFaults(page, colorScheme)).map((fault) => `${name}, ${colorScheme}: ${fault}`));
        await takeScreenshot(page, `page-${name.replaceAll(/\W+/g, "-")}-${colorScheme}`);
      }
      await page.setViewportSize({ width: 360, height: 740 });
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      if (width > 360) faults.push(`${name}: it is ${width} px wide where there are 360`);
      await takeScreenshot(page, `narrow-${name.replaceAll(/\W+/g, "-")}`);
    }
    expect(faults).toStrictEqual([]);
    expect(complaints).toStrictEqual([]);
    await context.close();
  },
);

/** What a response takes where a proxy compresses it: pages go out as they are. */
async function compressedBytes(response: Response): Promise<[path: string, bytes: number]> {
  // A run that goes on says so in a body without an end.
  const isProgress = response.headers()["content-type"] === "application/x-ndjson";
  const body = isProgress ? Buffer.alloc(0) : await response.body().catch(() => Buffer.alloc(0));
  return [new URL(response.url()).pathname, gzipSync(body).length];
}
