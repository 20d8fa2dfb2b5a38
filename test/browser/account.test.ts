import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createInvitation } from "../../src/people/invitations.ts";
import { createSignInLink } from "../../src/people/sign-in.ts";
import { addPersonWithPassword, PASSWORD } from "../support/add-password.ts";
import { addPerson } from "../support/add-person.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";
import { hasBrowser, launchBrowser, takeScreenshot } from "./launch-browser.ts";

let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  if (hasBrowser) [server, browser] = await Promise.all([startTestServer(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** Where these pages are looked at: each way in which they may be ugly. */
const WAYS = [
  { name: "light", viewport: { width: 1100, height: 800 }, colorScheme: "light" },
  { name: "dark", viewport: { width: 1100, height: 800 }, colorScheme: "dark" },
  { name: "telephone", viewport: { width: 360, height: 700 }, colorScheme: "dark" },
] as const;

/** Nothing scrolls sideways, and every field has a label. */
async function expectFit(page: Page, width: number): Promise<void> {
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
  expect(
    await page.evaluate(
      "[...document.querySelectorAll('input:not([type=hidden],[hidden])')].every((i) => i.labels.length > 0)",
    ),
  ).toBe(true);
}

test.skipIf(!hasBrowser).each(WAYS)(
  "sign-in, invitation and account can be read ($name)",
  async ({ name, ...options }) => {
    const { db } = server.deps;
    const context = await browser.newContext({ javaScriptEnabled: false, ...options });
    context.setDefaultTimeout(30_000);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (!message.text().startsWith("Failed to load resource: the server responded")) complaints.push(message.text());
    });
    const { width } = options.viewport;
    const show = async (path: string, picture: string): Promise<void> => {
      await page.goto(server.url + path);
      await takeScreenshot(page, `${picture}-${name}`);
      await expectFit(page, width);
    };

    await show("/sign-in", "new-sign-in");
    await show(`/set-up?link=${await createSignInLink(db, null)}`, "set-up");
    const boss = await addPerson(db, "administrator", { name: "Grace Hopper" });
    await show("/sign-in", "sign-in");
    await show("/set-up?link=used", "set-up-over");
    await show("/invitations/used", "invitation-used");
    const { token } = await createInvitation(db, {
      email: null,
      role: "editor",
      teamIds: [1],
      createdBy: `person:${boss.id}`,
    });
    await show(`/invitations/${token}`, "invitation");
    const email = `a.rather.long.name.of.somebody.${name}@a-rather-long-name-of-a-company.example.com`;
    await page.getByLabel("Email").fill(email);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Make my account" }).click();
    await page.getByRole("heading", { name: "Clips" }).waitFor();
    for (let n = 0; n < 2; n++) {
      await fetch(`${server.url}/sign-in`, {
        method: "POST",
        headers: {
          Origin: server.url,
          "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        },
        body: new URLSearchParams({ email, password: PASSWORD }),
      });
    }
    await show("/account", "account-editor");
    await page.getByLabel("Current password").fill("wrong");
    await page.getByLabel("New password").fill(PASSWORD);
    await page.getByRole("button", { name: "Change the password" }).click();
    await page.getByText("The current password is not right.").waitFor();
    await takeScreenshot(page, `account-refused-${name}`);
    await page.getByRole("button", { name: "Sign out all others" }).click();
    await page.getByText("It is signed out.").waitFor();
    expect(await page.locator("ul.clips li").count()).toBe(1);
    await page.getByRole("button", { name: "Sign out", exact: true }).click();

    const other = await addPersonWithPassword(server.deps, "administrator");
    await page.goto(`${server.url}/sign-in?link=${await createSignInLink(db, other.id)}`);
    expect(new URL(page.url()).pathname + new URL(page.url()).hash).toBe("/account#password");
    await takeScreenshot(page, `account-by-link-${name}`);
    await expectFit(page, width);
    await page.getByLabel("New password").fill("another password of the tests");
    await page.getByRole("button", { name: "Change the password" }).click();
    await page.getByText("Your password is changed.").waitFor();
    expect(complaints).toStrictEqual([]);
    await context.close();
    await server.own.query("DELETE FROM people");
  },
);
