import { afterAll, beforeAll, expect, test } from "vitest";
import { attack, type HostileInstallation, makeHostile } from "../support/hostile-installation.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";
import { type SignedInBrowser, signInBrowser } from "./sign-in-browser.ts";

let server: TestServer;
let browser: SignedInBrowser;
let hostile: HostileInstallation;
/** The pages' HTML, by their paths. */
let pages: Map<string, string>;
beforeAll(async () => {
  server = await startTestServer();
  browser = await signInBrowser(server);
  const { rows } = await server.own.query("SELECT person_id FROM sessions");
  hostile = await makeHostile(server, rows[0].person_id);
  pages = new Map();
  for (const path of hostile.pages) {
    const response = await browser.get(path);
    pages.set(path, await response.text());
    expect([path, response.status < 500]).toStrictEqual([path, true]);
  }
});
afterAll(() => server.close());

const escaped = (mark: string): string =>
  attack(mark).replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll("'", "&#39;");

test("no page has an element or an attribute that somebody wrote into a field", () => {
  for (const [path, html] of pages) {
    expect([
      path,
      html.match(/<img|<svg(?! [^>]*(?:role="img"|aria-hidden="true"))|="\s*javascript:|\son\w+=(?!x)[^&]/gi),
    ]).toStrictEqual([path, null]);
    const scripts = html.match(/<script[^>]*>/gi) ?? [];
    for (const script of scripts) {
      expect(script).toMatch(
        /^<script type="module" src="\/assets\/(?:editor-[\w-]{12}\.js" nonce="[\w+/]{24}|(?:result|embed|databases)-[\w-]{12}\.js)">$/,
      );
    }
    // Wherever it is, it is text: none of it is left that is not escaped.
    expect([path, /<\/pre>(?:"|&quot;)'|'><img/.test(html)]).toStrictEqual([path, false]);
  }
});

test("each field is shown on some page, as the text that it is", () => {
  const all = [...pages.values()].join("\n");
  const missing = hostile.marks.filter((mark) => !all.includes(escaped(mark)));
  expect(missing).toStrictEqual([]);
  // Errors say some in the quotes of JSON, and cut.
  expect(all).toContain("&lt;img src=x onerror=xss(unknown)&gt;");
});
