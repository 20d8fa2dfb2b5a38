import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createSignInLink } from "../../src/people/sign-in.ts";
import { addPerson } from "../support/add-person.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { hasBrowser, launchBrowser, takeScreenshot } from "./launch-browser.ts";

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

/** What axe-core finds against WCAG 2.2, levels A and AA. */
async function findFaults(page: Page): Promise<string[]> {
  // By the debugger, which the page's policy does not bind.
  await page.evaluate(axe);
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
  const { violations } = await page.evaluate<AxeResults>(
    `axe.run(document, { runOnly: { type: "tag", values: ${JSON.stringify(tags)} } })`,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target.join(" ")}: ${failureSummary}`),
  );
}

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

test.skipIf(!hasBrowser).each(["light", "dark"] as const)(
  "every page keeps to WCAG's level AA, in %s colours, as far as axe-core sees it",
  async (colorScheme) => {
    const context = await browser.newContext({ viewport: { width: 1100, height: 900 }, colorScheme });
    context.setDefaultTimeout(30_000);
    const page = await context.newPage();
    const complaints: string[] = [];
    const faults: string[] = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    const { id } = await addPerson(server.deps.db, "administrator");
    await page.goto(`${server.url}/sign-in?link=${await createSignInLink(server.deps.db, id)}`);
    for (const [name, path] of Object.entries(PAGES)) {
      await page.goto(server.url + path(), { waitUntil: "load" });
      await takeScreenshot(page, `page-${name.replaceAll(/\W+/g, "-")}-${colorScheme}`);
      faults.push(...(await findFaults(page)).map((fault) => `${name}: ${fault}`));
    }
    expect(faults).toStrictEqual([]);
    expect(complaints).toStrictEqual([]);
    await context.close();
  },
);
