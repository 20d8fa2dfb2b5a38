import type { Browser, BrowserContextOptions } from "playwright-core";
import { createSignInLink } from "../../src/people/sign-in.ts";
import { addPerson } from "../support/add-person.ts";
import type { TestServer } from "../support/test-server.ts";
import { PLAIN_HOST } from "./launch-browser.ts";

/**
 * A window of somebody who is signed in (an administrator, where nothing else is said), all that is wrong with what it
 * loads (errors, broken policies, requests to others), and the paths that it asks for.
 */
export async function openWindow(
  browser: Browser,
  { url, deps: { db } }: Pick<TestServer, "url" | "deps">,
  { person, ...options }: BrowserContextOptions & { person?: { id: string } | null } = {},
) {
  const context = await browser.newContext({ viewport: { width: 1100, height: 900 }, ...options });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  const paths: string[] = [];
  page.on("console", (message) => {
    // Chromium says each response of 400 and above, which some of these are meant to be.
    const expected = message.text().startsWith("Failed to load resource: the server responded");
    if (["error", "warning"].includes(message.type()) && !expected) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  const own = new Set([url, url.replace("127.0.0.1", PLAIN_HOST)]);
  page.on("request", (request) => {
    const asked = new URL(request.url());
    if (asked.protocol.startsWith("http") && !own.has(asked.origin)) complaints.push(`a request to ${asked.origin}`);
    paths.push(asked.pathname);
  });
  if (person !== null) {
    const { id } = person ?? (await addPerson(db, "administrator"));
    await page.goto(`${url}/sign-in?link=${await createSignInLink(db, id)}`);
  }
  return { context, page, complaints, paths };
}
