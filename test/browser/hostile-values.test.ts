import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createSignInLink } from "../../src/people/sign-in.ts";
import { embedPath, signedOf } from "../routes/sign-embed.ts";
import { makeShare, shareOf } from "../routes/make-share.ts";
import { addPerson } from "../support/add-person.ts";
import { attack, type HostileInstallation, makeHostile } from "../support/hostile-installation.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { hasBrowser, launchBrowser } from "./launch-browser.ts";

let server: TestServer;
let browser: Browser;
let hostile: HostileInstallation;
let link: string;
/** Another web site, on another origin. */
let other: { server: Server; origin: string };
beforeAll(async () => {
  if (!hasBrowser) return;
  [server, browser] = await Promise.all([startTestServer(), launchBrowser()]);
  const person = await addPerson(server.deps.db, "administrator");
  link = await createSignInLink(server.deps.db, person.id);
  hostile = await makeHostile(server, person.id);
  const site = createServer((request, response) => {
    const source = new URL(request.url!, "http://x").searchParams.get("frame") ?? "about:blank";
    response.setHeader("Content-Type", "text/html").end(`<!doctype html><iframe src="${source}"></iframe>`);
  });
  await new Promise<void>((resolve) => void site.listen(0, "127.0.0.1", resolve));
  other = { server: site, origin: `http://127.0.0.1:${(site.address() as AddressInfo).port}` };
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
  other?.server.close();
});

/** A window that writes down whatever a page executes that is not ours. */
async function openWindow() {
  const context = await browser.newContext({ acceptDownloads: true });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  const happened: string[] = [];
  const blocked: string[] = [];
  await context.exposeFunction("xss", (mark: unknown) => void happened.push(`xss(${String(mark)})`));
  page.on("dialog", (dialog) => {
    happened.push(dialog.message());
    void dialog.dismiss();
  });
  page.on("pageerror", (error) => happened.push(String(error)));
  page.on("request", (request) => {
    // What an <img src=x> would ask for.
    if (request.resourceType() === "image" && !request.url().endsWith("/assets/icon.svg")) happened.push(request.url());
  });
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) blocked.push(message.text());
  });
  return { context, page, happened, blocked };
}

const images = (page: Page): Promise<number> => page.locator("img").count();

test.skipIf(!hasBrowser)(
  "nothing that somebody wrote into a field is executed on any page",
  async () => {
    const { context, page, happened, blocked } = await openWindow();
    await page.goto(`${server.url}/sign-in?link=${link}`);
    for (const path of hostile.pages.filter((each) => !each.startsWith("/oembed"))) {
      await page.goto(server.url + path, { waitUntil: "load" });
      expect([path, await images(page), happened, blocked]).toStrictEqual([path, 0, [], []]);
    }
    expect(await page.goto(server.url + hostile.clip).then((response) => response!.status())).toBe(200);
    expect(await page.locator("h1").innerText()).toBe(attack("title"));
    await context.close();
  },
  180_000,
);

test.skipIf(!hasBrowser)("the editor shows hostile SQL, and completes hostile names, as text", async () => {
  const { context, page, happened, blocked } = await openWindow();
  const administrator = await addPerson(server.deps.db, "administrator");
  await page.goto(`${server.url}/sign-in?link=${await createSignInLink(server.deps.db, administrator.id)}`);
  await page.goto(`${server.url}${hostile.clip}/edit`);
  const editor = page.getByRole("textbox", { name: "SQL" });
  await editor.waitFor();
  expect(await editor.innerText()).toContain("onerror=xss(sql)");
  await page.goto(`${server.url}/clips/new`);
  await editor.click();
  await page.keyboard.type("SELECT * FROM pre");
  await page.keyboard.press("Control+Space");
  await page.locator(".cm-completionLabel").filter({ hasText: "xss" }).first().waitFor();
  expect([await images(page), happened, blocked]).toStrictEqual([0, [], []]);
  await context.close();
});

test.skipIf(!hasBrowser)("data that a browser opens by itself is data: no page, no script", async () => {
  const { context, page, happened } = await openWindow();
  const share = await makeShare(
    server,
    {},
    {
      sql: "SELECT '<script>xss(1)</script><img src=x onerror=xss(2)>' AS \"<svg onload=xss(3)>\"",
      title: "<script>xss(4)</script>",
    },
  );
  for (const ending of [".json", ".ndjson"]) {
    // One that Chromium has no viewer for is a download, which ends the navigation.
    await page.goto(share.url + ending).catch(() => null);
    expect([ending, await images(page), happened]).toStrictEqual([ending, 0, []]);
  }
  for (const ending of [".csv", ".xlsx"]) {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.goto(share.url + ending).catch(() => null),
    ]);
    expect(download.suggestedFilename()).toBe(`script-xss-4-script${ending}`);
  }
  expect(happened).toStrictEqual([]);
  await context.close();
});

test.skipIf(!hasBrowser)("even where a page had a hostile element in it, its policy executes nothing", async () => {
  const { context, page, happened, blocked } = await openWindow();
  await page.goto(server.url + hostile.share.path);
  // As a fault of ours would put it there.
  await page.evaluate(() => {
    const { document } = globalThis as unknown as { document: any };
    document.body.insertAdjacentHTML(
      "beforeend",
      '<img src="x" onerror="xss(1)"><a id="a" href="javascript:xss(2)">a</a><form id="f" action="https://evil.example/"><button id="b">b</button></form>',
    );
    const script = document.createElement("script");
    script.textContent = "xss(3)";
    document.body.append(script);
    const frame = document.createElement("iframe");
    frame.src = "https://evil.example/";
    document.body.append(frame);
  });
  await page.evaluate(() => {
    const { document } = globalThis as unknown as { document: any };
    document.querySelector("#a").click();
    document.querySelector("#f").requestSubmit();
  });
  for (const directive of ["script-src", "frame-src", "form-action"]) {
    await until(() => blocked.some((text) => text.includes(directive)));
  }
  expect(happened.filter((what) => what.startsWith("xss"))).toStrictEqual([]);
  expect(page.url()).toBe(server.url + hostile.share.path);
  await context.close();
});

test.skipIf(!hasBrowser)("no page is shown in another site's frame, but a share's for a listed origin", async () => {
  const { context, page } = await openWindow();
  const { slug, path } = await makeShare(server, {}, { title: "In a frame" });
  const listed = await shareOf(server, slug, { origins: [other.origin] });
  const elsewhere = await shareOf(server, slug, { origins: ["https://one.example"] });
  const embed = embedPath(await signedOf(server, slug, { origins: [other.origin] }));
  const framed = async (address: string): Promise<string> => {
    await page.goto(`${other.origin}/?frame=${encodeURIComponent(server.url + address)}`, { waitUntil: "load" });
    const frame = page.frames()[1]!;
    // The browser shows a page of its own instead.
    return (await frame.locator("header.top").count()) === 0 ? "nothing" : frame.locator("h1").innerText();
  };
  expect(await framed(listed.path)).toBe("In a frame");
  expect(await framed(embed)).toBe("In a frame");
  for (const address of [path, elsewhere.path, "/sign-in", `${embed.slice(0, -3)}AAA`, "/"]) {
    expect([address, await framed(address)]).toStrictEqual([address, "nothing"]);
  }
  await context.close();
});
