import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import type { Person } from "../../src/people/access.ts";
import { createAuth } from "../../src/people/auth.ts";
import { createSignInLink } from "../../src/people/sign-in.ts";
import { addPersonWithPassword, PASSWORD } from "../support/add-password.ts";
import { addPerson } from "../support/add-person.ts";
import { SECRET, startTestServer, TOKEN, type TestServer } from "../support/test-server.ts";
import { openBrowser } from "./form-browser.ts";
import { signInBrowser } from "./sign-in-browser.ts";

let server: TestServer;
let person: Person;
beforeAll(async () => {
  server = await startTestServer();
  person = await addPersonWithPassword(server.deps, "administrator", { name: "Ada", email: "ada@example.com" });
});
afterAll(() => server.close());
afterEach(() => vi.restoreAllMocks());

const WRONG = "The email address or the password is not right.";
const COOKIE = /^dataclips\.session_token=[\w.%-]+; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/;

/** What the audit holds of one kind, the newest first. */
async function events(action: string) {
  const { rows } = await server.own.query(
    "SELECT actor, actor_name, details FROM audit_events WHERE action = $1 ORDER BY id DESC",
    [action],
  );
  return rows;
}

const linkFor = async (email?: string): Promise<string> =>
  createSignInLink(server.deps.db, (await addPerson(server.deps.db, "administrator", email ? { email } : {})).id);

test("a browser without a session is sent to sign in, and from there to where it wanted to go", async () => {
  const browser = openBrowser(server);
  const sent = await browser.get("/clips/deleted?q=a%20b&page=2");
  expect([sent.status, sent.headers.get("Location")]).toStrictEqual([
    303,
    "/sign-in?next=%2Fclips%2Fdeleted%3Fq%3Da%2520b%26page%3D2",
  ]);
  const page = await browser.get(sent.headers.get("Location")!);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('<input type="hidden" name="next" value="/clips/deleted?q=a%20b&amp;page=2"/>');
  const next = "/clips/deleted?q=a%20b&page=2";
  const signedIn = await browser.post("/sign-in", { email: " Ada@Example.COM ", password: PASSWORD, next });
  expect([signedIn.status, signedIn.headers.get("Location")]).toStrictEqual([303, next]);
  expect((await browser.get(next)).status).toBe(200);
  const [{ actor, actor_name, details }] = await events("session.begin");
  expect([actor, actor_name, details]).toStrictEqual([
    `person:${person.id}`,
    "Ada <ada@example.com>",
    { by: "password" },
  ]);
});

test("the session's cookie cannot be read by scripts, nor sent by other sites' forms", async () => {
  const signedIn = await openBrowser(server).post("/sign-in", { email: person.email, password: PASSWORD });
  expect([signedIn.status, signedIn.headers.get("Location")]).toStrictEqual([303, "/"]);
  const [cookie, ...others] = signedIn.headers.getSetCookie();
  expect(others).toStrictEqual([]);
  expect(cookie).toMatch(COOKIE);
});

test("where the server is reached by https, the cookie stays there", async () => {
  const { publicUrl, auth, db } = server.deps;
  server.deps.publicUrl = "https://clips.example.com";
  server.deps.auth = createAuth({ db, secret: SECRET, publicUrl: server.deps.publicUrl });
  try {
    const browser = openBrowser(server, { Origin: "https://clips.example.com" });
    const signedIn = await browser.post("/sign-in", { email: person.email, password: PASSWORD });
    expect(signedIn.headers.getSetCookie()).toStrictEqual([
      expect.stringMatching(
        /^__Secure-dataclips\.session_token=[^;]+; Max-Age=2592000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      ),
    ]);
    expect((await browser.get("/")).status).toBe(200);
    const out = await browser.post("/sign-in/out");
    expect(out.headers.getSetCookie().length).toBeGreaterThan(0);
    for (const cookie of out.headers.getSetCookie()) expect(cookie).toMatch(/; Max-Age=0;.*; Secure;/);
  } finally {
    server.deps.publicUrl = publicUrl;
    server.deps.auth = auth;
  }
});

test("whatever is wrong, the words are the same, and a password is hashed: nothing tells who is here", async () => {
  const gone = await addPersonWithPassword(server.deps, "editor", { email: "gone@example.com" });
  await server.own.query("UPDATE people SET disabled_at = now() WHERE id = $1", [gone.id]);
  await addPerson(server.deps.db, "editor", { email: "no-password@example.com" });
  const { password: scrypt } = await server.deps.auth.$context;
  const hash = vi.spyOn(scrypt, "hash");
  const verify = vi.spyOn(scrypt, "verify");
  const answers = [];
  for (const [email, password] of [
    ["ada@example.com", "a wrong password"],
    ["nobody@example.com", PASSWORD],
    ["no-password@example.com", PASSWORD],
    ["gone@example.com", PASSWORD],
    ["gone@example.com", "a wrong password"],
  ] as const) {
    hash.mockClear();
    verify.mockClear();
    const browser = openBrowser(server);
    const refused = await browser.post("/sign-in", { email, password, next: "/databases" });
    const html = (await refused.text()).replaceAll(email, "somebody@example.com");
    answers.push({ status: refused.status, cookies: refused.headers.getSetCookie(), html });
    expect([email, hash.mock.calls.length + verify.mock.calls.length]).toStrictEqual([email, 1]);
  }
  expect(answers[0]!.html).toContain(WRONG);
  expect(answers[0]!.html).toContain('name="next" value="/databases"');
  expect(answers[0]).toMatchObject({ status: 401, cookies: [] });
  for (const answer of answers) expect(answer).toStrictEqual(answers[0]);
  const { rows } = await server.own.query("SELECT 1 FROM sessions WHERE person_id = $1", [gone.id]);
  expect(rows).toStrictEqual([]);
});

test("what is no address, or no password, is wrong in the same words, and nothing breaks", async () => {
  for (const [email, password] of [
    ["", PASSWORD],
    ["ada", PASSWORD],
    ["ada@example.com\r\nSet-Cookie: a=b", PASSWORD],
    ["ada@example.com\u0000", PASSWORD],
    [`${"\u{1f600}".repeat(150)}@example.com`, PASSWORD],
    ["ada@example.com", ""],
    ["ada@example.com", "x".repeat(10_000)],
    ["ada@example.com", "nul\u0000"],
    ["<script>alert(1)</script>@example.com", PASSWORD],
  ] as const) {
    const refused = await openBrowser(server).post("/sign-in", { email, password });
    const html = await refused.text();
    expect([email, refused.status, refused.headers.getSetCookie()]).toStrictEqual([email, 401, []]);
    expect(html).toContain(WRONG);
    expect(html).not.toContain("<script");
  }
  expect((await openBrowser(server).post("/sign-in", {})).status).toBe(400);
  expect(server.logged).toStrictEqual([]);
});

test("the audit has the address of a sign-in that failed, cut short, and never the password", async () => {
  const email = `${"long".repeat(100)}@example.com`;
  await openBrowser(server).post("/sign-in", { email, password: "a secret of somebody's" });
  const failed = await events("session.fail");
  expect(failed[0]).toMatchObject({ actor: "anonymous", details: { by: "password", email: email.slice(0, 200) } });
  expect(JSON.stringify(failed)).not.toContain("a secret of somebody's");
  expect(JSON.stringify(failed)).not.toContain(PASSWORD);
});

test("the session knows where it was begun, and in which browser", async () => {
  const browser = openBrowser(server, { "User-Agent": `Test ${"x".repeat(500)}` });
  await browser.post("/sign-in", { email: person.email, password: PASSWORD });
  const { rows } = await server.own.query(
    "SELECT address, user_agent FROM sessions WHERE person_id = $1 ORDER BY created_at DESC LIMIT 1",
    [person.id],
  );
  expect(rows).toStrictEqual([{ address: "127.0.0.1", user_agent: `Test ${"x".repeat(295)}` }]);
});

test("a sign-in makes a session of its own, and ends the one that the browser came with", async () => {
  const browser = openBrowser(server);
  await browser.post("/sign-in", { email: person.email, password: PASSWORD });
  const before = browser.cookie();
  // Somebody who knew the cookie from before the sign-in knows nothing afterwards.
  const planted = await signInBrowser(server, "viewer");
  for (const [cookie, path] of [
    [before, "/sign-in"],
    [planted.cookie, "/sign-in"],
    ["dataclips.session_token=chosen-by-somebody-else", "/sign-in"],
  ] as const) {
    const signedIn = await fetch(server.url + path, {
      method: "POST",
      redirect: "manual",
      headers: { Accept: "text/html", Origin: server.url, Cookie: cookie },
      body: new URLSearchParams({ email: person.email, password: PASSWORD }),
    });
    expect(signedIn.status).toBe(303);
    const [set] = signedIn.headers.getSetCookie();
    expect(set).toMatch(COOKIE);
    expect(set!.split(";")[0]).not.toBe(cookie);
    const asBefore = await fetch(`${server.url}/api/clips`, { headers: { Cookie: cookie } });
    expect(asBefore.status).toBe(401);
  }
});

test("the administrator's token signs in as the administrator who is here for longest, and nobody else", async () => {
  const other = await addPersonWithPassword(server.deps, "administrator", { email: "later@example.com" });
  const browser = openBrowser(server);
  const signedIn = await browser.post("/sign-in/token", { token: ` ${TOKEN}\n`, next: "/databases" });
  expect([signedIn.status, signedIn.headers.get("Location")]).toStrictEqual([303, "/databases"]);
  expect(await (await browser.get("/account")).text()).toContain("ada@example.com");
  expect((await events("session.begin"))[0].details).toStrictEqual({ by: "token" });

  await server.own.query("UPDATE people SET disabled_at = now() WHERE id = $1", [person.id]);
  try {
    const next = openBrowser(server);
    await next.post("/sign-in/token", { token: TOKEN });
    expect(await (await next.get("/account")).text()).toContain(other.email);
  } finally {
    await server.own.query("UPDATE people SET disabled_at = NULL WHERE id = $1", [person.id]);
  }
});

test("a wrong token is refused, on the same page, with the way on kept", async () => {
  for (const token of ["wrong", "", `${TOKEN}x`]) {
    const refused = await openBrowser(server).post("/sign-in/token", { token, next: "/databases" });
    expect([refused.status, refused.headers.getSetCookie()]).toStrictEqual([401, []]);
    const html = await refused.text();
    expect(html).toContain("This is not the administrator&#39;s token.");
    expect(html).toContain('name="next" value="/databases"');
    expect((await events("session.fail"))[0].details).toStrictEqual({ by: "token" });
  }
  expect((await openBrowser(server).post("/sign-in/token", {})).status).toBe(400);
});

test("a one-time link signs in once; the second time it does not", async () => {
  const link = await linkFor();
  const browser = openBrowser(server);
  const first = await browser.get(`/sign-in?link=${link}&next=/databases`);
  expect([first.status, first.headers.get("Location")]).toStrictEqual([303, "/databases"]);
  expect(first.headers.getSetCookie()).toHaveLength(1);
  const second = await openBrowser(server).get(`/sign-in?link=${link}`);
  expect([second.status, second.headers.getSetCookie()]).toStrictEqual([401, []]);
  expect(await second.text()).toContain("This sign-in link has been used, or is too old.");
  expect((await browser.get("/sign-in?link=")).status).toBe(401);
  expect((await openBrowser(server).get(`/sign-in?link=${await linkFor()}`)).headers.get("Location")).toBe(
    "/account#password",
  );
});

test("a link of somebody who may not sign in any more does not work, in the words of one that is used", async () => {
  const link = await linkFor("left@example.com");
  await server.own.query("UPDATE people SET disabled_at = now() WHERE email = 'left@example.com'");
  const refused = await openBrowser(server).get(`/sign-in?link=${link}`);
  expect([refused.status, refused.headers.getSetCookie()]).toStrictEqual([401, []]);
  expect(await refused.text()).toContain("This sign-in link has been used, or is too old.");
});

test("looking at a link by HEAD does not use it up", async () => {
  const link = await linkFor();
  const looked = await fetch(`${server.url}/sign-in?link=${link}`, { method: "HEAD", redirect: "manual" });
  expect(looked.headers.getSetCookie()).toStrictEqual([]);
  expect((await openBrowser(server).get(`/sign-in?link=${link}`)).status).toBe(303);
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
  const page = await openBrowser(server).get(`/sign-in?next=${encodeURIComponent(next)}`);
  expect(page.status).toBe(200);
  const answers = [
    await openBrowser(server).get(`/sign-in?link=${await linkFor()}&next=${encodeURIComponent(next)}`),
    await openBrowser(server).post("/sign-in/token", { token: TOKEN, next }),
    await openBrowser(server).post("/sign-in", { email: person.email, password: PASSWORD, next }),
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

test("who has two-factor sign-in on goes on to the code, with no session yet, and with the way on kept", async () => {
  const careful = await addPersonWithPassword(server.deps, "editor", { email: "careful@example.com" });
  await server.own.query("UPDATE people SET two_factor_enabled = true WHERE id = $1", [careful.id]);
  const browser = openBrowser(server);
  for (const [next, kept] of [
    ["/databases?a=b", "%2Fdatabases%3Fa%3Db"],
    ["//evil.example", "%2F"],
  ] as const) {
    const sent = await browser.post("/sign-in", { email: careful.email, password: PASSWORD, next });
    expect([sent.status, sent.headers.get("Location")]).toStrictEqual([303, `/sign-in/two-factor?next=${kept}`]);
    expect(browser.cookie()).toMatch(/^dataclips\.two_factor=[^;]+$/);
    expect((await browser.get("/")).status).toBe(303);
    const { rows } = await server.own.query("SELECT 1 FROM sessions WHERE person_id = $1", [careful.id]);
    expect(rows).toStrictEqual([]);
  }
  const before = await signInBrowser(server, "viewer");
  await fetch(`${server.url}/sign-in`, {
    method: "POST",
    redirect: "manual",
    headers: { Origin: server.url, Cookie: before.cookie },
    body: new URLSearchParams({ email: careful.email, password: PASSWORD }),
  });
  expect((await before.get("/")).status).toBe(303);
});

test("signing out ends the session, for the cookie's copies too", async () => {
  const browser = await signInBrowser(server);
  const other = await signInBrowser(server);
  expect((await browser.get("/")).status).toBe(200);
  const before = (await events("session.end")).length;
  const out = await browser.post("/sign-in/out");
  expect([out.status, out.headers.get("Location")]).toStrictEqual([303, "/sign-in"]);
  expect(out.headers.getSetCookie()[0]).toMatch(/^dataclips\.session_token=; Max-Age=0; Path=\//);
  expect((await browser.get("/")).headers.get("Location")).toBe("/sign-in?next=%2F");
  expect((await other.get("/")).status).toBe(200);
  expect(await events("session.end")).toHaveLength(before + 1);
  // There is nothing to end, and nothing to say of it.
  await browser.post("/sign-in/out");
  expect(await events("session.end")).toHaveLength(before + 1);
});

test("a session that is too old, or was never one, is none", async () => {
  const browser = await signInBrowser(server);
  await server.own.query("UPDATE sessions SET expires_at = now()");
  expect((await browser.get("/")).status).toBe(303);
  const { rows } = await server.own.query(
    "INSERT INTO sessions (person_id, token, expires_at) VALUES ($1, $2, now() + interval '1 day') RETURNING token",
    [person.id, "a-token-that-is-known"],
  );
  for (const value of [
    "forged",
    TOKEN,
    rows[0].token,
    `${rows[0].token}.forged`,
    `${rows[0].token}.${"A".repeat(43)}%3D`,
  ]) {
    const forged = await fetch(`${server.url}/api/clips`, { headers: { Cookie: `dataclips.session_token=${value}` } });
    expect([value, forged.status]).toStrictEqual([value, 401]);
  }
});
