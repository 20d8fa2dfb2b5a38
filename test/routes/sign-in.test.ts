import { afterAll, beforeAll, expect, test } from "vitest";
import { createSignInLink } from "../../src/people/sign-in.ts";
import { addPerson } from "../support/add-person.ts";
import { startTestServer, TOKEN, type TestServer } from "../support/test-server.ts";
import { signInBrowser } from "./sign-in-browser.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const HTML = { Accept: "text/html" };
const open = (path: string, headers: Record<string, string> = {}) =>
  fetch(server.url + path, { redirect: "manual", headers: { ...HTML, ...headers } });
const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(server.url + path, {
    method: "POST",
    redirect: "manual",
    headers: { ...HTML, Origin: server.url, ...headers },
    body: new URLSearchParams(fields),
  });

test("a browser without a session is sent to sign in, and from there to where it wanted to go", async () => {
  const sent = await open("/clips/deleted?q=a%20b&page=2");
  expect([sent.status, sent.headers.get("Location")]).toStrictEqual([
    303,
    "/sign-in?next=%2Fclips%2Fdeleted%3Fq%3Da%2520b%26page%3D2",
  ]);
  const page = await open(sent.headers.get("Location")!);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('<input type="hidden" name="next" value="/clips/deleted?q=a%20b&amp;page=2"/>');
  const signedIn = await post("/sign-in", { token: TOKEN, next: "/clips/deleted?q=a%20b&page=2" });
  expect([signedIn.status, signedIn.headers.get("Location")]).toStrictEqual([303, "/clips/deleted?q=a%20b&page=2"]);
});

test("the session's cookie cannot be read by scripts, nor sent by other sites' forms", async () => {
  const signedIn = await post("/sign-in", { token: ` ${TOKEN}\n` });
  expect([signedIn.status, signedIn.headers.get("Location")]).toStrictEqual([303, "/"]);
  const [cookie, ...others] = signedIn.headers.getSetCookie();
  expect(others).toStrictEqual([]);
  expect(cookie).toMatch(/^dataclips_session=[A-Za-z0-9_-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/);
  expect(cookie).not.toContain(TOKEN);
  const page = await open("/", { Cookie: cookie!.split(";")[0]! });
  expect(page.status).toBe(200);
});

test("where the server is reached by https, the cookie stays there", async () => {
  const { publicUrl } = server.deps;
  server.deps.publicUrl = "https://clips.example.com";
  try {
    const signedIn = await post("/sign-in", { token: TOKEN }, { Origin: "https://clips.example.com" });
    expect(signedIn.headers.getSetCookie()[0]).toMatch(/; HttpOnly; Secure; SameSite=Lax$/);
  } finally {
    server.deps.publicUrl = publicUrl;
  }
});

test("a wrong token is refused, on the same page, with the way on kept", async () => {
  for (const token of ["wrong", "", `${TOKEN}x`]) {
    const refused = await post("/sign-in", { token, next: "/databases" });
    expect([refused.status, refused.headers.getSetCookie()]).toStrictEqual([401, []]);
    const html = await refused.text();
    expect(html).toContain("This is not the administrator&#39;s token.");
    expect(html).toContain('name="next" value="/databases"');
  }
  expect((await post("/sign-in", {})).status).toBe(400);
});

test("a one-time link signs in once; the second time it does not", async () => {
  const link = await createSignInLink(server.deps.db, (await addPerson(server.deps.db, "administrator")).id);
  const first = await open(`/sign-in?link=${link}&next=/databases`);
  expect([first.status, first.headers.get("Location")]).toStrictEqual([303, "/databases"]);
  expect(first.headers.getSetCookie()).toHaveLength(1);
  const second = await open(`/sign-in?link=${link}`);
  expect([second.status, second.headers.getSetCookie()]).toStrictEqual([401, []]);
  expect(await second.text()).toContain("This sign-in link has been used, or is too old.");
  expect((await open("/sign-in?link=")).status).toBe(401);
});

test("looking at a link by HEAD does not use it up", async () => {
  const link = await createSignInLink(server.deps.db, (await addPerson(server.deps.db, "administrator")).id);
  const looked = await fetch(`${server.url}/sign-in?link=${link}`, { method: "HEAD", redirect: "manual" });
  expect(looked.headers.getSetCookie()).toStrictEqual([]);
  expect((await open(`/sign-in?link=${link}`)).status).toBe(303);
});

const ELSEWHERE = [
  "//evil.example",
  "/\\evil.example",
  "/\t/evil.example",
  "/\n/evil.example",
  "https://evil.example",
  "https:evil.example",
  "/.//evil.example",
  "/..//evil.example",
  "/a/..//evil.example",
  "/%2e//evil.example",
  "/./\\evil.example",
  "javascript:alert(1)",
  "\\\\evil.example",
  "evil.example",
  "//",
  "//[",
  "/\\",
  "/\r\nSet-Cookie: a=b",
  "",
];

test.each(ELSEWHERE)("next=%j leads to no other site", async (next) => {
  const page = await open(`/sign-in?next=${encodeURIComponent(next)}`);
  expect(page.status).toBe(200);
  const link = await createSignInLink(server.deps.db, (await addPerson(server.deps.db, "administrator")).id);
  const answers = [
    await open(`/sign-in?link=${link}&next=${encodeURIComponent(next)}`),
    await post("/sign-in", { token: TOKEN, next }),
  ];
  for (const answer of answers) {
    expect(answer.status).toBe(303);
    const location = answer.headers.get("Location")!;
    expect(location).toMatch(/^\/(?![/\\])/);
    // As a browser reads it.
    expect(new URL(location, server.url).origin).toBe(server.url);
    expect(answer.headers.getSetCookie()).toHaveLength(1);
  }
});

test("signing out ends the session, for the cookie's copies too", async () => {
  const browser = await signInBrowser(server);
  const other = await signInBrowser(server);
  expect((await browser.get("/")).status).toBe(200);
  const out = await browser.post("/sign-in/out");
  expect([out.status, out.headers.get("Location")]).toStrictEqual([303, "/sign-in"]);
  expect(out.headers.getSetCookie()[0]).toMatch(/^dataclips_session=; Max-Age=0; Path=\//);
  expect((await browser.get("/")).headers.get("Location")).toBe("/sign-in?next=%2F");
  expect((await other.get("/")).status).toBe(200);
});

test("a session that is too old, or was never one, is none", async () => {
  const browser = await signInBrowser(server);
  await server.own.query("UPDATE sessions SET expires_at = now()");
  expect((await browser.get("/")).status).toBe(303);
  const forged = await fetch(`${server.url}/api/clips`, { headers: { Cookie: "dataclips_session=forged" } });
  expect(forged.status).toBe(401);
  const token = await fetch(`${server.url}/api/clips`, { headers: { Cookie: `dataclips_session=${TOKEN}` } });
  expect(token.status).toBe(401);
});
