import { readFile } from "node:fs/promises";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createSignInLink } from "../../src/people/sign-in.ts";
import { addPersonWithPassword, PASSWORD } from "../support/add-password.ts";
import { addPerson } from "../support/add-person.ts";
import { startTestServer, TOKEN, type TestServer, until } from "../support/test-server.ts";
import { hasBrowser, launchBrowser, PLAIN_HOST, takeScreenshot } from "./launch-browser.ts";
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

/** Where JavaScript is off, and nobody is signed in. */
const PLAIN = { person: null, javaScriptEnabled: false, viewport: { width: 1100, height: 800 } };

async function signIn(page: Page, base = server.url): Promise<void> {
  await page.goto(
    `${base}/sign-in?next=/&link=${await createSignInLink(server.deps.db, (await addPerson(server.deps.db, "administrator")).id)}`,
  );
  await expect(page.locator("h1").textContent()).resolves.toBe("Clips");
}

async function download(context: BrowserContext, page: Page, name: string): Promise<{ file: string; text: string }> {
  const [event] = await Promise.all([
    page.waitForEvent("download"),
    page.locator(".downloads").getByRole("link", { name, exact: true }).click(),
  ]);
  const text = await readFile(await event.path(), "utf8");
  expect(context.pages()).toContain(page);
  return { file: event.suggestedFilename(), text };
}

test.skipIf(!hasBrowser)(
  "every form works without JavaScript, from signing in to restoring a deleted clip",
  async () => {
    const { context, page, complaints } = await openWindow(browser, server, PLAIN);
    await page.goto(`${server.url}/databases`);
    expect(new URL(page.url()).pathname).toBe("/sign-in");
    await takeScreenshot(page, "sign-in");
    await page.getByLabel("Token").fill("wrong");
    await page.getByRole("button", { name: "Set up" }).click();
    await page.getByText("This is not the administrator's token.").waitFor();
    await page.getByLabel("Token").fill(TOKEN);
    await page.getByRole("button", { name: "Set up" }).click();
    await page.getByRole("heading", { name: "Welcome to Dataclips" }).waitFor();
    await takeScreenshot(page, "set-up");
    await page.getByLabel("Email").fill("ada@example.com");
    await page.getByLabel("Name").fill("Ada Lovelace");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Make the account" }).click();
    await page.getByRole("heading", { name: "Clips" }).waitFor();
    await page.getByRole("link", { name: "Account" }).click();
    await page.getByText("Chrome on Linux, this one").waitFor();
    await takeScreenshot(page, "account");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.goto(`${server.url}/databases`);
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.getByLabel("Email").fill("ada@example.com");
    await page.getByLabel("Password").fill("wrong");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByText("The email address or the password is not right.").waitFor();
    expect(await page.getByLabel("Email").inputValue()).toBe("ada@example.com");
    await takeScreenshot(page, "sign-in-refused");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("heading", { name: "Databases" }).waitFor();
    await takeScreenshot(page, "databases");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.goto(server.url);
    expect(new URL(page.url()).pathname).toBe("/sign-in");
    await signIn(page);
    await takeScreenshot(page, "no-clips");

    await page.getByRole("link", { name: "New clip" }).click();
    await takeScreenshot(page, "new-clip");
    await page.getByLabel("Title").fill("Names & amounts");
    await page.getByLabel("Description").fill("What the numbers are,\nby name.");
    await page.getByLabel("SQL").fill("SELECT id, name,\n       amont\n  FROM numbers");
    await page.getByRole("button", { name: "Save and run" }).click();
    await page.getByText('column "amont" does not exist').waitFor();
    expect(await page.locator("mark").textContent()).toBe("amont");
    expect(await page.getByLabel("Title").inputValue()).toBe("Names & amounts");
    expect(await page.getByLabel("SQL").inputValue()).toBe("SELECT id, name,\n       amont\n  FROM numbers");
    await takeScreenshot(page, "wrong-sql");
    await page
      .getByLabel("SQL")
      .fill(
        "SELECT id, name, amount, moment, even, nullif(even, true) AS odd, '' AS empty\n  FROM numbers\n WHERE id <= {{up_to:3}}::int AND name LIKE {{name:%}}\n ORDER BY id",
      );
    await page.getByRole("button", { name: "Save and run" }).click();
    await page.getByRole("heading", { name: "Names & amounts" }).waitFor();
    expect(await page.locator("table.result tbody tr").count()).toBe(3);
    const cells = page.locator("table.result tbody tr").nth(1).locator("td");
    expect(await cells.allTextContents()).toStrictEqual([
      "2",
      "name 2",
      "2.74",
      "2026-01-01 00:00:02+00",
      "t",
      "NULL",
      "",
    ]);
    // NULL is set apart from a text that reads NULL: it looks otherwise.
    expect(await page.locator(".null").count()).toBe(1);
    expect(await cells.nth(5).locator(".null").count()).toBe(1);
    await takeScreenshot(page, "clip");

    await page.getByLabel("up_to").fill("5");
    await page.locator("form.parameters").getByLabel("name").fill("%4");
    await page.getByRole("button", { name: "Show" }).click();
    expect(new URL(page.url()).search).toBe("?up_to=5&name=%254");
    expect(await page.locator("table.result tbody tr").count()).toBe(1);
    await takeScreenshot(page, "clip-with-parameters");
    const csv = await download(context, page, "CSV");
    expect(csv).toStrictEqual({
      file: "names-amounts.csv",
      text: 'id,name,amount,moment,even,odd,empty\n4,name 4,5.48,2026-01-01 00:00:04+00,t,,""\n',
    });
    await page.getByLabel("up_to").fill("many");
    await page.getByRole("button", { name: "Show" }).click();
    await page.getByText('The parameter "up_to" is wrong').waitFor();
    expect(await page.getByLabel("up_to").inputValue()).toBe("many");
    await takeScreenshot(page, "wrong-parameter");
    await page.getByLabel("up_to").fill("2");
    await page.getByRole("button", { name: "Show" }).click();
    await page.getByRole("button", { name: "Run now" }).click();
    expect(await page.locator("table.result tbody tr").count()).toBe(0);
    await takeScreenshot(page, "no-rows");

    await page.getByRole("link", { name: "Edit", exact: true }).click();
    const sql = await page.getByLabel("SQL").inputValue();
    await page.getByLabel("SQL").fill(sql.replace(":3}}", ":4}}"));
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("version 2").waitFor();
    await page.getByRole("link", { name: "all versions" }).click();
    await page.getByRole("heading", { name: "Version 2 (current)" }).waitFor();
    await takeScreenshot(page, "versions");
    await page.getByRole("button", { name: "Restore" }).click();
    await page.getByText("version 3").waitFor();

    await page.getByRole("button", { name: "Make a link" }).click();
    await page.getByText("The link is made.").waitFor();
    const share = await page.locator(".notice a").first().getAttribute("href");
    await takeScreenshot(page, "share-made");
    const visitor = await openWindow(browser, server, PLAIN);
    expect((await visitor.page.goto(share!))!.status()).toBe(200);
    expect(await visitor.context.cookies()).toStrictEqual([]);
    await visitor.page.getByRole("heading", { name: "Names & amounts" }).waitFor();
    expect(await visitor.page.content()).not.toContain("SELECT");
    await takeScreenshot(visitor.page, "shared");
    await visitor.page.getByLabel("up_to").fill("1");
    await visitor.page.getByRole("button", { name: "Show" }).click();
    expect(await visitor.page.locator("table.result tbody tr").count()).toBe(1);
    const shared = await download(visitor.context, visitor.page, "CSV");
    expect(shared.text).toBe('id,name,amount,moment,even,odd,empty\n1,name 1,1.37,2026-01-01 00:00:01+00,f,f,""\n');

    await page.goto(page.url().replace(/\/shares$/, ""));
    await page.getByRole("button", { name: "Revoke" }).click();
    await page.getByRole("button", { name: "Make a link" }).waitFor();
    expect(await page.getByRole("button", { name: "Revoke" }).count()).toBe(0);
    expect((await visitor.page.goto(share!))!.status()).toBe(404);
    await visitor.page.getByText("This link does not work.").waitFor();
    await takeScreenshot(visitor.page, "share-revoked");

    await page.getByRole("button", { name: "Fork" }).click();
    expect(await page.getByLabel("Title").inputValue()).toBe("Copy of Names & amounts");
    await page.getByRole("link", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("heading", { name: "Deleted clips" }).waitFor();
    await takeScreenshot(page, "deleted-clips");
    await page.getByRole("button", { name: "Restore" }).click();
    await page.getByRole("heading", { name: "Copy of Names & amounts" }).waitFor();
    await page.getByRole("link", { name: "Clips", exact: true }).click();
    await page.getByLabel("Search").fill("copy");
    await page.getByRole("button", { name: "Search" }).click();
    expect(await page.locator("ul.clips li").count()).toBe(1);
    await takeScreenshot(page, "clips-found");

    expect(complaints).toStrictEqual([]);
    expect(visitor.complaints).toStrictEqual([]);
    await visitor.context.close();
    await context.close();
  },
  120_000,
);

test.skipIf(!hasBrowser)("forms work on a plain http address of a local network, where browsers say less", async () => {
  const { context, page, complaints } = await openWindow(browser, server, PLAIN);
  const base = server.url.replace("127.0.0.1", PLAIN_HOST);
  await page.goto(`${base}/sign-in`);
  const { email } = await addPersonWithPassword(server.deps, "editor");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { name: "Clips" }).waitFor();
  await page.getByRole("link", { name: "New clip" }).click();
  await page.getByLabel("Title").fill("Over plain http");
  await page.getByLabel("SQL").fill("SELECT 1 AS a");
  await page.getByRole("button", { name: "Save and run" }).click();
  await page.getByRole("heading", { name: "Over plain http" }).waitFor();
  expect(complaints).toStrictEqual([]);
  await context.close();
});

test.skipIf(!hasBrowser)("another site's form, with our cookie or without, changes nothing", async () => {
  const clip = await server.createClip("SELECT 1 AS a", { title: "Target" });
  const { context, page } = await openWindow(browser, server, PLAIN);
  await signIn(page);
  // Another port is another origin, and the same site: SameSite cookies go with it, and only the check stands.
  const { createServer } = await import("node:http");
  const evil = createServer((_, response) =>
    response
      .setHeader("Content-Type", "text/html")
      .end(`<form method="post" action="${server.url}/clips/${clip.slug}/delete"><button>Win</button></form>`),
  );
  await new Promise<void>((done) => void evil.listen(0, "127.0.0.1", done));
  try {
    await page.goto(`http://127.0.0.1:${(evil.address() as { port: number }).port}/`);
    await page.getByRole("button", { name: "Win" }).click();
    await page.getByText("This request did not come from a page of this server.").waitFor();
    expect((await server.request(`/api/clips/${clip.slug}`)).status).toBe(200);
  } finally {
    evil.closeAllConnections();
    evil.close();
    await context.close();
  }
});

test.skipIf(!hasBrowser)("pages can be read on a telephone, in the dark, and with a wide result", async () => {
  const { slug } = await server.createClip(
    `SELECT ${Array.from({ length: 30 }, (_, n) => `'a longer value of ${n}' AS column_number_${n}`).join(", ")}`,
    {
      title: "A title of many words that goes on for longer than a telephone's screen is wide",
      description: "x".repeat(300),
    },
  );
  const { context, page, complaints } = await openWindow(browser, server, {
    ...PLAIN,
    viewport: { width: 375, height: 700 },
    colorScheme: "dark",
  });
  await signIn(page);
  await takeScreenshot(page, "telephone-list");
  await page.goto(`${server.url}/clips/${slug}`);
  await takeScreenshot(page, "telephone-clip");
  // The result scrolls inside of its box; the page itself does not scroll sideways.
  const pageWidth = (): Promise<number> => page.evaluate("document.documentElement.scrollWidth");
  expect(await pageWidth()).toBe(375);
  expect(await page.evaluate("document.querySelector('.scroll').scrollWidth")).toBeGreaterThan(375);
  await page.goto(`${server.url}/clips/${slug}/edit`);
  await takeScreenshot(page, "telephone-edit");
  expect(await pageWidth()).toBe(375);
  expect(complaints).toStrictEqual([]);
  await context.close();
});
