import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { fetchAsSent } from "../support/fetch-as-sent.ts";
import { startTestServer, TOKEN, type TestServer, until } from "../support/test-server.ts";
import { ENDINGS, makeShare, shareOf } from "./make-share.ts";
import { embedPath, signedOf } from "./sign-embed.ts";
import { type SignedInBrowser, signInBrowser } from "./sign-in-browser.ts";

let server: TestServer;
let browser: SignedInBrowser;
beforeAll(async () => {
  server = await startTestServer();
  browser = await signInBrowser(server);
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(() => server.close());

/** What ends a line, a quoted string, a parameter or a path, as it is or in the codes for it. */
const HOSTILE = [
  'a"; filename="evil.exe',
  "a\r\nX-Evil: 1",
  "a\nX-Evil: 1",
  "a\rX-Evil: 1",
  "a%0d%0aX-Evil: 1",
  "a\u560d\u560aX-Evil: 1",
  "a\u2028X-Evil: 1\u2029",
  "a\u0085X-Evil: 1",
  "../../../etc/passwd",
  "..\\..\\windows\\system.ini",
  "/etc/passwd",
  "C:\\evil.exe",
  "evil.exe",
  "evil.html",
  "a.csv.exe",
  "CON",
  ".htaccess",
  "a'; rm -rf /; '",
  "a`id`$(id)",
  "a; filename*=UTF-8''evil.exe",
  "\u202Evsc.exe",
  "Umsätze für Zürich",
  "売上",
  "🐘",
  "e\u0301\u0302\u0303",
  "a\tb\u0007c",
  `${"x".repeat(190)}.exe`,
  "-",
  "=?utf-8?B?ZXZpbA==?=",
];

test.each(HOSTILE)("a title %j is a plain file name in every format, and breaks no header", async (title) => {
  const { slug, url } = await makeShare(server, { name: title, note: title }, { title, description: title });
  const embed = embedPath(await signedOf(server, slug, { name: title }));
  const pinned = await shareOf(server, slug, { result: 1 });
  for (const [format, ending] of Object.entries(ENDINGS)) {
    for (const address of [url, server.url + embed, pinned.url, `${server.url}/clips/${slug}`]) {
      const { status, headers } = await fetchAsSent(address + ending, { Authorization: `Bearer ${TOKEN}` });
      expect([status, Object.keys(headers).filter((name) => /evil|cookie/.test(name))]).toStrictEqual([200, []]);
      const name =
        format === "html"
          ? /^undefined$/
          : /^(?:attachment|inline); filename="[a-z0-9][a-z0-9-]{0,59}\.(?:csv|json|ndjson|xlsx)"$/;
      expect(String(headers["content-disposition"])).toMatch(name);
      for (const value of Object.values(headers)) expect(String(value)).toMatch(/^[\x20-\x7e]*$/);
    }
  }
});

test("what is not a file's name has another one", async () => {
  const names = await Promise.all(
    ["売上", "-", "../..", "Umsätze für Zürich", 'a"b', "CON", "x".repeat(200)].map(async (title) => {
      const { url } = await makeShare(server, {}, { title });
      return /filename="(.*)"/.exec((await fetch(`${url}.csv`)).headers.get("Content-Disposition")!)![1];
    }),
  );
  expect(names).toStrictEqual([
    "clip.csv",
    "clip.csv",
    "clip.csv",
    "umsatze-fur-zurich.csv",
    "a-b.csv",
    "con.csv",
    `${"x".repeat(60)}.csv`,
  ]);
});

test("a redirect leads to this server, whatever the title, the address or the form says", async () => {
  for (const title of [...HOSTILE, "//evil.example", "\\\\evil.example", "@evil.example"]) {
    const made = await browser.post("/clips", {
      database: "test",
      title,
      sql: "SELECT 1 AS a",
      draft: "1\r\nSet-Cookie: a=b",
    });
    const location = made.headers.get("Location")!;
    expect([title, made.status, location, made.headers.getSetCookie()]).toStrictEqual([
      title,
      303,
      expect.stringMatching(/^\/clips\/[a-z]{28}(?:-[a-z0-9-]+)?$/),
      [],
    ]);
    const forked = await browser.post(`${location}/fork`);
    expect(forked.headers.get("Location")).toMatch(/^\/clips\/[a-z]{28}-copy-of[a-z0-9-]*\/edit$/);
  }
});

test.each([
  "//evil.example/",
  "//evil.example/%2e%2e",
  "/\\evil.example/",
  "/%5cevil.example",
  "/%0d%0aLocation:%20https://evil.example",
  "/.//evil.example",
  "/clips/%0d%0aX-Evil:%201",
  "/share-list/%0d%0aX-Evil:%201",
  "/databases/%0d%0aX-Evil:%201/schema",
])("%s, asked by who is not signed in, leads to signing in here, and from there to no other site", async (path) => {
  const { status, headers } = await fetchAsSent(server.url + path, { Accept: "text/html" });
  expect([status, Object.keys(headers).filter((name) => name.includes("evil"))]).toStrictEqual([303, []]);
  const { pathname, searchParams, origin } = new URL(headers.location!, server.url);
  expect([origin, pathname]).toStrictEqual([server.url, "/sign-in"]);
  const page = await (await fetch(server.url + headers.location!, { headers: { Accept: "text/html" } })).text();
  const [, next] = /name="next" value="([^"]*)"/.exec(page)!;
  expect([new URL(next!, server.url).origin, searchParams.get("next")!.startsWith("/")]).toStrictEqual([
    server.url,
    true,
  ]);
});

test("a share's password form leads back to the share, whatever its address says", async () => {
  const { url, path } = await makeShare(server, { password: "long enough" });
  for (const query of ["?next=//evil.example", "?%0d%0aX-Evil:%201", "?//evil.example", "?@evil.example"]) {
    const given = await fetch(url + query, {
      method: "POST",
      redirect: "manual",
      headers: { Accept: "text/html", "Sec-Fetch-Site": "same-origin" },
      body: new URLSearchParams({ password: "long enough" }),
    });
    expect([given.status, given.headers.get("Location"), given.headers.get("X-Evil")]).toStrictEqual([
      303,
      path + query,
      null,
    ]);
  }
});

test("no name of an origin, a parameter, a follower or a request gets into a header", async () => {
  const { url } = await makeShare(
    server,
    { origins: ["https://one.example"], requests_per_minute: 1_000_000 },
    { sql: "SELECT {{n:1}}::text AS n" },
  );
  for (const text of HOSTILE) {
    const query = encodeURIComponent(text);
    for (const ending of Object.values(ENDINGS)) {
      for (const address of [
        `${url}${ending}?n=${query}`,
        `${url}${ending}?${query}=1`,
        `${url}${ending}?delimiter=${query}`,
      ]) {
        const { headers } = await fetchAsSent(address, { Accept: "text/html" });
        expect([address, Object.keys(headers).filter((name) => name.includes("evil"))]).toStrictEqual([address, []]);
        for (const value of Object.values(headers)) expect(String(value)).toMatch(/^[\x20-\x7e]*$/);
      }
    }
  }
  // A cookie's or a header's own letters come back nowhere.
  const sent = {
    Cookie: "dataclips_share=REFLECTED",
    "X-Request-Id": "REFLECTED",
    Origin: "https://reflected.example",
    Accept: "text/html",
  };
  for (const address of [url, `${url}.csv`, `${server.url}/`, `${server.url}/nowhere`, `${server.url}/sign-in`]) {
    const { headers, body } = await fetchAsSent(address, sent);
    expect([address, /reflected/i.test(JSON.stringify(headers) + body.toString())]).toStrictEqual([address, false]);
  }
});
