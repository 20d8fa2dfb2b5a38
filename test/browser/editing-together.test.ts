import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { addPerson } from "../support/add-person.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { hasBrowser, launchBrowser, takeScreenshot } from "./launch-browser.ts";
import { openWindow } from "./open-window.ts";

let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  if (!hasBrowser) return;
  [server, browser] = await Promise.all([startTestServer(), launchBrowser()]);
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

const editor = (page: Page) => page.getByRole("textbox", { name: "SQL" });
const together = (page: Page) => page.locator(".together");

/** A person's window with a clip's form, whose clock the test moves on. */
async function openForm(name: string, slug: string, options: Parameters<typeof openWindow>[2] = {}) {
  const person = await addPerson(server.deps.db, "editor", { name });
  const opened = await openWindow(browser, server, { person, ...options });
  await opened.page.clock.install();
  await opened.page.goto(`${server.url}/clips/${slug}/edit`);
  return opened;
}

async function countWindows(clipId: number): Promise<number> {
  const { rows } = await server.own.query("SELECT count(*)::int AS windows FROM clip_editors WHERE clip_id = $1", [
    clipId,
  ]);
  return rows[0].windows;
}

/** The next time that a window says that it is there. */
const tenSeconds = (page: Page) => page.clock.runFor(10_000);

test.skipIf(!hasBrowser)(
  "two who edit the same clip are told, and what was saved meanwhile is seen first",
  async () => {
    const { slug, id } = await server.createClip("SELECT 1 AS a", { title: "Together" });
    const ada = await openForm("Ada", slug);
    await editor(ada.page).waitFor();
    expect(await together(ada.page).textContent()).toBe("");
    const bob = await openForm("Bob", slug);
    await together(bob.page).getByText("Ada has this clip open, too.").waitFor();
    await tenSeconds(ada.page);
    await together(ada.page).getByText("Bob has this clip open, too.").waitFor();
    await takeScreenshot(ada.page, "together");

    // Bob saves, while Ada writes.
    await editor(ada.page).click();
    await ada.page.keyboard.press("Control+End");
    await ada.page.keyboard.insertText(", 2 AS hers");
    await editor(bob.page).click();
    await bob.page.keyboard.press("Control+End");
    await bob.page.keyboard.insertText(", 3 AS his");
    await bob.page.getByRole("button", { name: "Save" }).click();
    await bob.page.waitForURL((url) => !url.pathname.endsWith("/edit"));
    await until(async () => (await countWindows(id)) === 1);
    await tenSeconds(ada.page);
    await together(ada.page).getByText("Bob saved version 2 just now: your text is from version 1.").waitFor();
    // His window is not a form any more.
    expect(await together(ada.page).getByText("Bob has this clip open").count()).toBe(0);
    await takeScreenshot(ada.page, "together-saved");
    const [versions] = await Promise.all([
      ada.context.waitForEvent("page"),
      ada.page.getByRole("link", { name: "See what has changed" }).click(),
    ]);
    await versions.getByRole("heading", { name: "Version 2 (current)" }).waitFor();
    await versions.close();

    // Ada saves in spite of it: both texts are shown, and hers is still there.
    await ada.page.getByRole("button", { name: "Save" }).click();
    await ada.page.getByText("Somebody else has saved version 2 of this clip meanwhile.").waitFor();
    expect(await ada.page.locator("table.diff del").allTextContents()).toStrictEqual(["SELECT 1 AS a, 3 AS his"]);
    expect(await ada.page.locator("table.diff ins").allTextContents()).toStrictEqual(["SELECT 1 AS a, 2 AS hers"]);
    expect(await editor(ada.page).innerText()).toBe("SELECT 1 AS a, 2 AS hers");
    await takeScreenshot(ada.page, "together-conflict");
    await ada.page.getByRole("button", { name: "Save over it" }).click();
    await ada.page.waitForURL((url) => !url.pathname.endsWith("/edit"));
    expect(await (await server.request(`/api/clips/${slug}`)).json()).toMatchObject({
      version: 3,
      sql: "SELECT 1 AS a, 2 AS hers",
    });
    expect([ada.complaints, bob.complaints]).toStrictEqual([[], []]);
    await ada.context.close();
    await bob.context.close();
  },
);

test.skipIf(!hasBrowser)("a window that is closed is gone at once, and another of one's own is one's own", async () => {
  const { slug, id } = await server.createClip("SELECT 1 AS a", { title: "Windows" });
  const ada = await openForm("Ada", slug);
  const second = await ada.context.newPage();
  await second.goto(`${server.url}/clips/${slug}/edit`);
  await together(second).getByText("You have this clip open in another window, too.").waitFor();
  // Leaving the page says so; a closed window does the same.
  await second.goto(`${server.url}/clips/${slug}`);
  await until(async () => (await countWindows(id)) === 1);
  expect(ada.complaints).toStrictEqual([]);
  await ada.context.close();
});

test.skipIf(!hasBrowser)("what is deleted, or changed but for its SQL, is said in the form, too", async () => {
  const { slug } = await server.createClip("SELECT 1 AS a", { title: "Changing" });
  const { page, context } = await openForm("Ada", slug);
  await editor(page).waitFor();
  await server.request(`/api/clips/${slug}`, { method: "PATCH", json: { title: "Changed" } });
  await tenSeconds(page);
  await together(page).getByText("title, description or rules have been changed since you opened this form").waitFor();
  await server.request(`/api/clips/${slug}`, { method: "DELETE" });
  await tenSeconds(page);
  await together(page).getByText("What you have written is kept in this window.").waitFor();
  await context.close();
});

test.skipIf(!hasBrowser)("without JavaScript the conflict is seen, and saved over, all the same", async () => {
  const { slug } = await server.createClip("SELECT 1 AS a", { title: "By hand" });
  const person = await addPerson(server.deps.db, "editor", { name: "Ada" });
  const { page, context, complaints } = await openWindow(browser, server, {
    person,
    javaScriptEnabled: false,
    viewport: { width: 360, height: 740 },
  });
  await page.goto(`${server.url}/clips/${slug}/edit`);
  await server.request(`/api/clips/${slug}`, { method: "PATCH", json: { sql: "SELECT 2 AS theirs" } });
  await page.getByLabel("SQL").fill("SELECT 3 AS mine");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Somebody else has saved version 2 of this clip meanwhile.").waitFor();
  expect(await page.getByLabel("SQL").inputValue()).toBe("SELECT 3 AS mine");
  await takeScreenshot(page, "together-conflict-telephone");
  await page.getByRole("button", { name: "Save over it" }).click();
  await page.getByRole("heading", { name: "By hand" }).waitFor();
  expect(await (await server.request(`/api/clips/${slug}`)).json()).toMatchObject({
    version: 3,
    sql: "SELECT 3 AS mine",
  });
  expect(complaints).toStrictEqual([]);
  await context.close();
});
